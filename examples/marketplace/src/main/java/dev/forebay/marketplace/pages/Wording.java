package dev.forebay.marketplace.pages;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** How templates write numbers and times: {@code ${@wording.ago(item.listedAt)}}. */
@Component("wording")
public class Wording {

  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);

  /** 12 minutes ago, 3 days ago, 2 months ago. */
  public String ago(Instant when) {
    String age = age(when);
    return age.equals("now") ? "just now" : age + " ago";
  }

  /** 12 minutes, 3 days, 2 months; now within the first minute. */
  public String age(Instant when) {
    Duration past = Duration.between(when, Instant.now());
    if (past.toMinutes() < 1) {
      return "now";
    }
    if (past.toHours() < 1) {
      return count(past.toMinutes(), "minute");
    }
    if (past.toDays() < 1) {
      return count(past.toHours(), "hour");
    }
    return past.toDays() < 60 ? count(past.toDays(), "day") : count(past.toDays() / 30, "month");
  }

  /** 42 seconds, 4 minutes 12 seconds, 1 hour 5 minutes, 3 days; rounded up, so that nobody comes too early. */
  public String span(Duration time) {
    long seconds = Math.max(1, (time.toMillis() + 999) / 1_000);
    if (seconds < 60) {
      return count(seconds, "second");
    }
    if (seconds < 3_600) {
      return pair(seconds / 60, "minute", seconds % 60, "second");
    }
    long minutes = (seconds + 59) / 60;
    if (minutes < 48 * 60) {
      return pair(minutes / 60, "hour", minutes % 60, "minute");
    }
    return count((minutes + 24 * 60 - 1) / (24 * 60), "day");
  }

  private static String pair(long large, String unit, long small, String smallUnit) {
    return small == 0 ? count(large, unit) : count(large, unit) + " " + count(small, smallUnit);
  }

  /** 52,000. */
  public String number(long number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }

  /** 1 credit, 4,320 credits. */
  public String credits(int number) {
    return number(number) + (number == 1 ? " credit" : " credits");
  }

  /** 4.7, or new before the first rating. */
  public String stars(double stars) {
    return stars == 0 ? "new" : String.format(Locale.ENGLISH, "%.1f", stars);
  }

  /** March 2026. */
  public String month(Instant when) {
    return MONTH.format(when.atZone(ZoneOffset.UTC));
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
