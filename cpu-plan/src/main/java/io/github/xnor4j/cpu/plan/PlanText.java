package io.github.xnor4j.cpu.plan;

import java.util.List;
import java.util.regex.Pattern;

/** A plan as lines that fit a terminal: broken between kernels, never within a name. */
final class PlanText {
  private static final int WIDTH = 140;
  private static final int INDENT = 5;
  private static final Pattern BETWEEN_KERNELS = Pattern.compile("(?<= ->) ");

  private final StringBuilder text = new StringBuilder();
  private int column;

  /**
   * Adds a part.
   *
   * @param pieces what runs side by side in it
   */
  void add(String name, List<String> pieces) {
    text.append("%4s ".formatted(name));
    column = INDENT;
    for (int i = 0; i < pieces.size(); i++) {
      String piece = i + 1 < pieces.size() ? pieces.get(i) + "; " : pieces.get(i);
      for (String kernel : BETWEEN_KERNELS.split(piece)) {
        add(kernel.endsWith("->") ? kernel + " " : kernel);
      }
    }
    endLine();
  }

  private void add(String words) {
    if (column + words.stripTrailing().length() > WIDTH && column > INDENT) {
      endLine();
      text.repeat(' ', INDENT);
    }
    text.append(words);
    column += words.length();
  }

  private void endLine() {
    text.setLength(text.toString().stripTrailing().length());
    text.append('\n');
    column = INDENT;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
