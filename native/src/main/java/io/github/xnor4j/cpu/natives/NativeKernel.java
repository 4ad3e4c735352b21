package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.PreparedKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A kernel in C: a function, a struct, and for each member of the team a table of pointers, which
 * is filled anew for each tile or task since buffers may be somewhere else then. One downcall each.
 */
class NativeKernel extends PreparedKernel {
  /** A pointer that a call is given. */
  @FunctionalInterface
  interface Pointer {
    /** Its address; of a tile that begins with unit {@code first}, or of a task. */
    long address(int part, int first, int member);
  }

  private final Context context;
  private final MemorySegment function;
  private final List<Pointer> building = new ArrayList<>();
  private Pointer[] pointers;
  private MemorySegment self;
  private long selfAddress;
  private MemorySegment[] tables; // of members

  /**
   * A kernel.
   *
   * @param function its name in the library
   * @param tasks number of tasks; 0 if it works on tiles
   */
  NativeKernel(Context context, String name, String function, int tasks, Buffer... reads) {
    super(name, tasks, reads);
    this.context = context;
    this.function = context.function(function);
  }

  final Context context() {
    return context;
  }

  /** Gives it its struct; called last. */
  final void build(Struct struct) {
    self = struct.build();
    selfAddress = self.address();
    owns(struct.bytes());
    pointers = building.toArray(Pointer[]::new);
    tables = new MemorySegment[context.members()];
    Arrays.setAll(tables, m -> context.storage().allocate(8L * pointers.length));
  }

  // ---- pointers, in the order of the kernel's comment in xnor.h

  final void point(Pointer pointer) {
    building.add(pointer);
  }

  /** A buffer, from the first image of a tile on. */
  final void pointTile(Buffer buffer) {
    int size = NativeStorage.size(buffer.dtype());
    point((part, first, member) -> address(buffer, member) + (long) size * buffer.at(first));
  }

  /** A buffer, from the first unit of a tile of a domain on. */
  final void pointTile(Buffer buffer, Domain domain) {
    int size = NativeStorage.size(buffer.dtype());
    point(
        (part, first, member) -> address(buffer, member) + (long) size * domain.at(buffer, first));
  }

  /** A buffer's beginning. */
  final void pointWhole(Buffer buffer) {
    point((part, first, member) -> address(buffer, member));
  }

  /** Null. */
  final void pointNowhere() {
    point((part, first, member) -> 0);
  }

  /** What lies in memory of so many parts, one for each tile or task. */
  final void pointPart(MemorySegment parts, long bytes) {
    point((part, first, member) -> parts.address() + part * bytes);
  }

  /**
   * What each tile or task leaves, to which a call adds: zero where a tile begins.
   *
   * @param domain of the tiles; null for tasks
   */
  final void pointSums(MemorySegment parts, long bytes, Domain domain) {
    point(
        (part, first, member) -> {
          if (domain == null || domain.begins(first)) {
            parts.asSlice(part * bytes, bytes).fill((byte) 0);
          }
          return parts.address() + part * bytes;
        });
  }

  /** The beginning of some memory. */
  final void pointTo(MemorySegment memory) {
    point((part, first, member) -> memory.address());
  }

  /** Scratch for each member; gives it back. */
  final MemorySegment[] pointScratch(long bytes) {
    MemorySegment[] scratch = new MemorySegment[context.members()];
    Arrays.setAll(scratch, m -> own(bytes));
    point((part, first, member) -> scratch[member].address());
    return scratch;
  }

  /** Memory that the kernel owns. */
  final MemorySegment own(long bytes) {
    owns(bytes);
    return context.storage().allocate(bytes);
  }

  private static long address(Buffer buffer, int member) {
    return NativeStorage.segment(buffer, member).address();
  }

  @Override
  public void run(int part, int first, int count, int member) {
    Kernels.call(function, selfAddress, table(part, first, member).address(), part, count);
  }

  /** The pointers of a call. */
  final MemorySegment table(int part, int first, int member) {
    MemorySegment table = tables[member];
    for (int i = 0; i < pointers.length; i++) {
      table.setAtIndex(ValueLayout.JAVA_LONG, i, pointers[i].address(part, first, member));
    }
    return table;
  }
}
