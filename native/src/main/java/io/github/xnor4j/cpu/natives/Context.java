package io.github.xnor4j.cpu.natives;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** What the kernels of one plan are made with. */
final class Context {
  private final NativeStorage storage;
  private final Kernels library;
  private final int members;
  private final Map<String, MemorySegment> found = new HashMap<>();
  private final FilterLayouts filters = new FilterLayouts(this);

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

  Struct struct() {
    return new Struct(storage);
  }

  /** A kernel of the library. */
  MemorySegment function(String name) {
    return found.computeIfAbsent(name, library::find);
  }
}
