package dev.forebay.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads {@code target/surefire-reports/TEST-*.xml} of every module but this one, whose reports are
 * still being written.
 */
final class SurefireReports {

  private static final String THIS_MODULE = "architecture";

  private SurefireReports() {}

  static List<TestRun> of(House house) {
    List<TestRun> runs = new ArrayList<>();
    for (MavenModule module : house.modules()) {
      if (module.name().equals(THIS_MODULE)) {
        continue;
      }
      for (Path report : MavenModule.files(module.reports(), ".xml")) {
        if (report.getFileName().toString().startsWith("TEST-")) {
          read(module.name(), report, runs);
        }
      }
    }
    return List.copyOf(runs);
  }

  private static void read(String module, Path report, List<TestRun> runs) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (InputStream in = Files.newInputStream(report)) {
      Instant written = Files.getLastModifiedTime(report).toInstant();
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT
            && xml.getLocalName().equals("testcase")) {
          String type = attribute(xml, "classname");
          String method = TestRun.method(attribute(xml, "name"));
          runs.add(new TestRun(module, type, method, outcome(xml), report, written));
        }
      }
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(
          "Report " + report
              + " is not whole XML: run `mvn clean verify` at the root of the repository",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + report, e);
    }
  }

  /**
   * Reads to the end of the test case. A flaky failure that passed when run again counts as passed.
   */
  private static String outcome(XMLStreamReader xml) throws XMLStreamException {
    String outcome = "passed";
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
        return outcome;
      }
      if (event == XMLStreamConstants.START_ELEMENT
          && List.of("skipped", "failure", "error").contains(xml.getLocalName())) {
        outcome = xml.getLocalName();
      }
    }
    return outcome;
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }
}
