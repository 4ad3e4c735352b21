package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.PreparedKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A kernel of one task with so little to do that Java does it. */
final class JavaKernel extends PreparedKernel {
  private final Runnable work;

  JavaKernel(String name, Runnable work, Buffer... reads) {
    super(name, 1, reads);
    this.work = work;
  }

  @Override
  public void run(int part, int first, int count, int member) {
    work.run();
  }

  /** An element of a buffer that holds all of its value. */
  static float get(Buffer buffer, long i) {
    return NativeStorage.segment(buffer, 0).getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  static void set(Buffer buffer, long i, float value) {
    NativeStorage.segment(buffer, 0).setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
  }

  static int getInt(Buffer buffer, long i) {
    return NativeStorage.segment(buffer, 0).getAtIndex(ValueLayout.JAVA_INT, i);
  }

  static double getDouble(MemorySegment memory, long i) {
    return memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
  }
}
