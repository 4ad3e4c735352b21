package io.github.xnor4j.cli.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML that is well-formed XML, too. Text and attributes are escaped. */
final class Html {
  private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values by turns
   */
  Html open(String tag, Object... attributes) {
    start(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** An element without content. */
  Html empty(String tag, Object... attributes) {
    start(tag, attributes).append("/>");
    return this;
  }

  private StringBuilder start(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escaped(attributes[i + 1]));
      out.append('"');
    }
    return out;
  }

  Html close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Closes an element, and the line. */
  Html closeLine() {
    close();
    out.append('\n');
    return this;
  }

  Html text(Object text) {
    out.append(escaped(text));
    return this;
  }

  /** What is markup already, or a style sheet. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** An element with text in it. */
  Html element(String tag, Object text, Object... attributes) {
    return open(tag, attributes).text(text).close();
  }

  private static String escaped(Object value) {
    String text = String.valueOf(value);
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isCharacter(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  /** What a page may have: no control characters, no half of a pair. */
  private static boolean isCharacter(int c) {
    return c == '\n'
        || c == '\t'
        || c >= 0x20 && c < 0x7F
        || c > 0x9F && c < 0xD800
        || c > 0xDFFF && c < 0xFFFE
        || c > 0xFFFF;
  }

  /** The page; all that was opened is closed. */
  @Override
  public String toString() {
    while (!open.isEmpty()) {
      closeLine();
    }
    return out.toString();
  }
}
