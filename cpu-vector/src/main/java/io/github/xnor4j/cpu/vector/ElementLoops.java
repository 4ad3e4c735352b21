package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.ElementProgram;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The loops that were made, one for each program: two weights of a network, or two sessions, have
 * the same, so it is made, and compiled, once.
 */
final class ElementLoops {
  private static final Map<Key, ElementLoop> MADE = new ConcurrentHashMap<>();
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private record Key(ElementProgram program, boolean along) {}

  private ElementLoops() {}

  /** This JVM makes no classes. */
  static final class NoClassesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoClassesException(Throwable cause) {
      super("no class can be made here: " + cause, cause);
    }
  }

  /**
   * The loop of a program.
   *
   * @param program without functions and totals
   * @param along see {@link ElementLoopCode#of}
   * @throws NoClassesException if it cannot be made
   */
  static ElementLoop of(ElementProgram program, boolean along) {
    return MADE.computeIfAbsent(new Key(program, along), ElementLoops::make);
  }

  /** How many there are. */
  static int made() {
    return MADE.size();
  }

  private static ElementLoop make(Key key) {
    byte[] bytes = ElementLoopCode.of(key.program, key.along);
    try {
      Class<?> type = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return (ElementLoop) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | UnsupportedOperationException | SecurityException e) {
      throw new NoClassesException(e);
    }
  }

  /** Says once that programs are interpreted. */
  static void warn(NoClassesException e) {
    if (!WARNED.getAndSet(true)) {
      Logger logger = System.getLogger(ElementLoops.class.getName());
      logger.log(Level.WARNING, "element-wise ops are interpreted: " + e.getMessage());
    }
  }
}
