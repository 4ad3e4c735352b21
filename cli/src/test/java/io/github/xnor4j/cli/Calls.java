package io.github.xnor4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Calls the command as a user does. */
final class Calls {
  private Calls() {}

  /** What a call printed, and its exit code. */
  record Call(int code, String out, String err) {
    List<JsonObject> json() {
      return out.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    }

    /** Requires exit code 2, nothing printed, and one line of error that has these words. */
    void assertRefused(String... words) {
      assertEquals(ExitCode.BAD_INPUT, code, err);
      assertEquals("", out);
      assertEquals(1, err.lines().count(), err);
      assertTrue(err.startsWith("xnor"), err);
      assertSays(words);
    }

    /** Requires words on the error stream. */
    void assertSays(String... words) {
      for (String word : words) {
        assertTrue(err.contains(word), () -> "'" + word + "' in: " + err);
      }
    }
  }

  /** Requires what {@link Call#assertRefused} does. */
  static void assertRefused(Call call, String... words) {
    call.assertRefused(words);
  }

  static Call xnor(Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    int code = Main.run(terminal, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    return new Call(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
