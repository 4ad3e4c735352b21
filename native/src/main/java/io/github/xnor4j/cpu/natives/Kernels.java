package io.github.xnor4j.cpu.natives;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The functions of the loaded library, of one tier. All kernels have one signature, so one handle
 * calls them all: it is a constant, which the compiler makes a plain call of.
 */
final class Kernels {
  /** Of xnor.h; a library of another version is not used. */
  static final int VERSION = 3;

  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG));

  private final SymbolLookup library;
  private final Tier tier;

  private Kernels(SymbolLookup library, Tier tier) {
    this.library = library;
    this.tier = tier;
  }

  /**
   * The kernels of a library.
   *
   * @param asked which tier; null for the best
   * @throws IllegalArgumentException if the tier is none, or the library of another version
   */
  static Kernels of(SymbolLookup library, String asked) {
    long version = number(library, "xn_version");
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "the library is of version " + version + ", expected " + VERSION);
    }
    return new Kernels(library, Tier.choose((int) number(library, "xn_best_tier"), asked));
  }

  private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }

  private static long number(SymbolLookup library, String name) {
    try {
      return (long) bind(library, name, FunctionDescriptor.of(ValueLayout.JAVA_LONG)).invokeExact();
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(Throwable e) {
    return switch (e) {
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException(e); // a call into C throws nothing
    };
  }

  Tier tier() {
    return tier;
  }

  /** Where a kernel is. */
  MemorySegment find(String name) {
    FunctionDescriptor type =
        FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name, StandardCharsets.US_ASCII);
      MemorySegment kernel =
          (MemorySegment) bind(library, "xn_find", type).invokeExact((long) tier.ordinal(), text);
      if (kernel.address() == 0) {
        throw new IllegalStateException("the library has no kernel " + name + " of tier " + tier);
      }
      return kernel;
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Calls a kernel: see xnor.h. */
  static void call(MemorySegment kernel, long self, long at, long part, long count) {
    try {
      CALL.invokeExact(kernel, self, at, part, count);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }
}
