package io.github.xnor4j.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.xnor4j.backend.Availability.Available;
import io.github.xnor4j.backend.Availability.Slow;
import io.github.xnor4j.backend.Availability.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which backend is taken, and what is said about those that are not. */
class BackendsTest {
  private record Fake(String name, Availability probe) implements BackendProvider {
    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Session open(SessionOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  /** Keeps lines with their level, and from the console. */
  private static final class Lines extends Handler {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private final Logger logger = Logger.getLogger(Backends.class.getName());
  private final Lines log = new Lines();
  private final BackendProvider plain = new Fake("plain", new Available("loops"));
  private final BackendProvider absent = new Fake("absent", new Unavailable("no GPU", "buy one"));

  private static BackendProvider slow(String name) {
    return new Fake(name, new Slow("no compiler", "take another JVM"));
  }

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(log);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(log);
    logger.setUseParentHandlers(true);
  }

  @Test
  void autoPassesOverWhatIsSlowOrAbsent() {
    List<BackendProvider> all = List.of(absent, slow("slow"), plain);
    assertSame(plain, Backends.select(Backends.AUTO, all));
    assertEquals(
        List.of(
            "INFO backend plain chosen; passed over: absent (no GPU; remedy: buy one);"
                + " slow (slow: no compiler; remedy: take another JVM)"),
        log.lines);
  }

  @Test
  void theFirstOfAllNeedsNoWord() {
    assertSame(plain, Backends.select(Backends.AUTO, List.of(plain, slow("slow"))));
    assertEquals(List.of(), log.lines);
  }

  @Test
  void aSlowOneRunsIfNamedWithOneWarning() {
    BackendProvider slow = slow("named");
    List<BackendProvider> all = List.of(slow, plain);
    assertSame(slow, Backends.select("named", all));
    assertSame(slow, Backends.select("named", all));
    assertEquals(
        List.of("WARNING backend named is slow here: no compiler; remedy: take another JVM"),
        log.lines);
  }

  @Test
  void anAbsentOneIsRefused() {
    Exception e =
        assertThrows(
            BackendUnavailableException.class,
            () -> Backends.select("absent", List.of(absent, plain)));
    assertEquals(
        "backend 'absent' is not available: absent (no GPU; remedy: buy one); plain (available:"
            + " loops)",
        e.getMessage());
  }
}
