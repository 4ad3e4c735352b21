package com.example.parts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about parts of one's own shows the code of this module, which the other tests run. */
class DocumentedCodeTest {
  private static final Path PAGE = Path.of("..", "docs", "own-parts.md");
  private static final Path SOURCES = Path.of("src", "main", "java", "com", "example", "parts");
  private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

  @Test
  void thePageShowsTheCodeThatIsTested() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.sorted().toList()) {
        sources.append(Files.readString(file));
      }
    }
    String code = compact(sources.toString());
    List<String> shown =
        JAVA.matcher(Files.readString(PAGE)).results().map(block -> block.group(1)).toList();
    assertTrue(shown.size() >= 5, () -> shown.size() + " blocks of code, expected all of them");
    for (String block : shown) {
      assertTrue(code.contains(compact(block)), () -> "no source has:\n" + block);
    }
  }

  /** Without white space: a page may indent otherwise. */
  private static String compact(String code) {
    return code.replaceAll("\\s+", "");
  }
}
