package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Work;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the kernels of one plan are made with. */
final class Context {
  private final NativeStorage storage;
  private final Kernels library;
  private final int members;
  private final Map<String, MemorySegment> found = new HashMap<>();
  private final FilterLayouts filters = new FilterLayouts(this);
  private final Map<List<Object>, Lookups.Transposed> transposed = new HashMap<>();

  Context(NativeStorage storage, Kernels library, int members) {
    this.storage = storage;
    this.library = library;
    this.members = members;
  }

  NativeStorage storage() {
    return storage;
  }

  int members() {
    return members;
  }

  FilterLayouts filters() {
    return filters;
  }

  /**
   * Lanes of 32 bits of a register that can be permuted; 0 if the tier has no instruction for it.
   */
  int lanes() {
    return library.tier().lanes();
  }

  /** The bits of a product's input with the batch inside the words, for all that look them up. */
  Lookups.Transposed transposed(Buffer x, Work.Geometry geometry) {
    return transposed.computeIfAbsent(
        List.of(x, geometry.input(), geometry.window()),
        key -> new Lookups.Transposed(x, geometry, this));
  }

  Struct struct() {
    return new Struct(storage);
  }

  /** A kernel of the library. */
  MemorySegment function(String name) {
    return found.computeIfAbsent(name, library::find);
  }
}
