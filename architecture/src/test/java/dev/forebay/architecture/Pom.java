package dev.forebay.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A {@code pom.xml} as it is written, without what it inherits. */
record Pom(Document document) {

  static Pom of(Path folder) {
    Path file = folder.resolve("pom.xml");
    try (InputStream in = Files.newInputStream(file)) {
      return new Pom(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in));
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + file, e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new IllegalStateException(file + " is no XML", e);
    }
  }

  String artifact() {
    return childText(document.getDocumentElement(), "artifactId");
  }

  /** Whether it stands for a jar that is published: most do. */
  boolean isPublishedJar() {
    return !childText(document.getDocumentElement(), "packaging").equals("pom")
        && !property("maven.deploy.skip").equals("true");
  }

  /** Returns the artifacts of all dependencies, managed ones included. */
  List<String> dependencies() {
    NodeList dependencies = document.getElementsByTagName("dependency");
    List<String> artifacts = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      artifacts.add(childText(dependencies.item(i), "artifactId"));
    }
    return artifacts;
  }

  /** Returns the value of a property; empty if it has none here. */
  String property(String name) {
    NodeList properties = document.getElementsByTagName("properties");
    return properties.getLength() == 0 ? "" : childText(properties.item(0), name);
  }

  private static String childText(Node parent, String name) {
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && element.getTagName().equals(name)) {
        return element.getTextContent().strip();
      }
    }
    return "";
  }
}
