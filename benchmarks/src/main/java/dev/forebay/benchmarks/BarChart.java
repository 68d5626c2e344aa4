package dev.forebay.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * Bars as SVG that reads on light and dark pages. Bars of ours, floors and peers differ in colour;
 * a line spans the turns from the lowest to the highest.
 */
final class BarChart {

  private static final int WIDTH = 760;
  private static final int LABELS = 230;
  private static final int FIGURES = 90;
  private static final int BAR = 16;
  private static final int STEP = 24;
  private static final int TOP = 34;

  private BarChart() {}

  /** One bar. */
  record Bar(String label, Role role, double value, double lowest, double highest) {}

  static String svg(String title, List<Bar> bars) {
    double most = bars.stream()
        .mapToDouble(bar -> Math.max(bar.value(), bar.highest()))
        .max()
        .orElse(1);
    double scale = (WIDTH - LABELS - FIGURES) / Math.max(most, 1e-9);
    int height = TOP + bars.size() * STEP + 6;
    StringBuilder svg = new StringBuilder();
    svg.append(text("""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" \
        font-size="12">
        <rect width="%d" height="%d" fill="#ffffff"/>
        <text x="8" y="20" font-size="14" font-weight="bold" fill="#1b1f24">%s</text>
        """, WIDTH, height, WIDTH, height, escaped(title)));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = TOP + i * STEP;
      double middle = y + BAR / 2.0;
      svg.append(text(
          "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\" fill=\"#1b1f24\">%s</text>\n",
          LABELS - 8, y + 12, escaped(bar.label())));
      svg.append(text(
          "<rect x=\"%d\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
          LABELS, y, bar.value() * scale, BAR, colour(bar.role())));
      svg.append(text(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"#1b1f24\"/>\n",
          LABELS + bar.lowest() * scale, LABELS + bar.highest() * scale, middle, middle));
      svg.append(text(
          "<text x=\"%.1f\" y=\"%.0f\" fill=\"#1b1f24\">%s</text>\n",
          LABELS + Math.max(bar.value(), bar.highest()) * scale + 6,
          y + 12,
          Table.number(bar.value())));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String colour(Role role) {
    return switch (role) {
      case OURS -> "#0f766e";
      case FLOOR -> "#94a3b8";
      case PEER -> "#d97706";
    };
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
