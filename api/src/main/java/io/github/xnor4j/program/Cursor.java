package io.github.xnor4j.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a line of text that is read from the left. Blanks between tokens do not count. */
final class Cursor {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("0x[0-9a-f]{8}|-?Infinity|-?[0-9][0-9.E+-]*");
  private static final Pattern WORD = Pattern.compile("\\w+");

  private final String line;
  private int position;

  Cursor(String line) {
    this.line = line;
  }

  private void skipBlanks() {
    while (position < line.length() && line.charAt(position) == ' ') {
      position++;
    }
  }

  /** Takes a token if it comes next. */
  boolean accept(String token) {
    skipBlanks();
    if (!line.startsWith(token, position)) {
      return false;
    }
    position += token.length();
    return true;
  }

  void expect(String token) {
    if (!accept(token)) {
      throw error("'" + token + "'");
    }
  }

  void expectEnd() {
    skipBlanks();
    if (position < line.length()) {
      throw error("the end of the line");
    }
  }

  private Matcher match(Pattern pattern, String what) {
    skipBlanks();
    Matcher matcher = pattern.matcher(line).region(position, line.length());
    if (!matcher.lookingAt()) {
      throw error(what);
    }
    position = matcher.end();
    return matcher;
  }

  int integer() {
    String digits = match(INTEGER, "an integer").group();
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(digits + " is no int, expected one", e);
    }
  }

  /** An integer from the least to the most that can stand here. */
  int integer(int least, int most) {
    int start = position;
    int number = integer();
    if (number < least || number > most) {
      position = start;
      throw error("an integer from " + least + " to " + most);
    }
    return number;
  }

  /** A float in decimal, or by its bits. */
  float number() {
    String digits = match(NUMBER, "a number").group();
    try {
      return digits.startsWith("0x")
          ? Float.intBitsToFloat(Integer.parseUnsignedInt(digits.substring(2), 16))
          : Float.parseFloat(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(digits + " is no number, expected one", e);
    }
  }

  boolean truth() {
    if (accept("true")) {
      return true;
    }
    expect("false");
    return false;
  }

  String word() {
    return match(WORD, "a name").group();
  }

  /** A text in quotes, in which a backslash stands before quotes and itself. */
  String quoted() {
    expect("\"");
    StringBuilder text = new StringBuilder();
    while (take() != '"') {
      char c = line.charAt(position - 1);
      if (c == '\\') {
        char next = take();
        c = next == 'n' ? '\n' : next == 'r' ? '\r' : next;
      }
      text.append(c);
    }
    return text.toString();
  }

  private char take() {
    if (position == line.length()) {
      throw error("'\"' behind a text");
    }
    return line.charAt(position++);
  }

  /** Elements between brackets, with commas. */
  <T> List<T> list(String open, String close, Supplier<T> element) {
    List<T> elements = new ArrayList<>();
    expect(open);
    while (!accept(close)) {
      if (!elements.isEmpty()) {
        expect(",");
      }
      elements.add(element.get());
    }
    return elements;
  }

  IllegalArgumentException error(String expected) {
    return new IllegalArgumentException(
        "at column " + (position + 1) + " of '" + line + "', expected " + expected);
  }
}
