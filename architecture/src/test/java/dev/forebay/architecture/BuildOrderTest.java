package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class BuildOrderTest {

  @Test
  void this_module_depends_on_every_module_with_tests_and_so_is_tested_last() throws Exception {
    House house = House.ofThisBuild();
    List<String> known = dependencies(house.root().resolve("architecture/pom.xml"));
    List<String> forgotten = new ArrayList<>();
    for (MavenModule module : house.modules()) {
      if (Files.isDirectory(module.testSources()) && !module.name().equals("architecture")) {
        String artifact = artifact(module.folder().resolve("pom.xml"));
        if (!known.contains(artifact)) {
          forgotten.add(artifact);
        }
      }
    }
    assertThat(forgotten)
        .as("modules whose tests may run after this one: add them to architecture/pom.xml"
            + " with test scope")
        .isEmpty();
  }

  private static List<String> dependencies(Path pom) throws Exception {
    NodeList dependencies = document(pom).getElementsByTagName("dependency");
    List<String> artifacts = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      artifacts.add(childText(dependencies.item(i), "artifactId"));
    }
    return artifacts;
  }

  private static String artifact(Path pom) throws Exception {
    return childText(document(pom).getDocumentElement(), "artifactId");
  }

  private static String childText(Node parent, String name) {
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && element.getTagName().equals(name)) {
        return element.getTextContent().strip();
      }
    }
    return "";
  }

  private static Document document(Path pom)
      throws IOException, SAXException, ParserConfigurationException {
    try (InputStream in = Files.newInputStream(pom)) {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
    }
  }
}
