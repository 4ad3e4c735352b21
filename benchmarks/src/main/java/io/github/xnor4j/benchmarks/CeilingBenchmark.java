package io.github.xnor4j.benchmarks;

import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one thread can do at most: the instructions of each product on registers only. Every sum is
 * an operand of its own next instruction, so that nothing is a constant of the loop, and there are
 * enough sums to hide the latency of an instruction.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = Common.VECTORS)
public class CeilingBenchmark {
  static final int TURNS = 10_000;
  static final int COUNTS = 8;
  static final int SUMS = 12;
  static final int BITS = Integer.getInteger("xnor4j.vectorBits", preferred());

  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);
  private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);
  private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, SHAPE);
  private static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  private static final int COUNT = I.length();

  private final int[] ints = new int[COUNT];
  private final float[] floats = new float[COUNT];
  private int word = 0x5A5A5A5A;
  private float one = 1;

  /** For JMH. */
  public CeilingBenchmark() {}

  private static int preferred() {
    return Math.clamp(VectorShape.preferredShape().vectorBitSize(), 128, 512);
  }

  /** Multiply-adds of bits of one call of {@link #popcount}. */
  static double bitProducts() {
    return (double) TURNS * COUNTS * BITS;
  }

  /** Multiply-adds of one call of {@link #fma}. */
  static double floatProducts() {
    return (double) TURNS * SUMS * COUNT;
  }

  /** Products of floats by +-1 of one call of {@link #permuteAndAdd}. */
  static double lookups() {
    int elements = COUNT == 16 ? 4 : COUNT == 8 ? 3 : 2; // whose signed sums one register holds
    return floatProducts() * elements;
  }

  /** xor, population count, add: of ints at 512 bits, of bytes below, as the kernels do it. */
  @Benchmark
  public int[] popcount() {
    return COUNT == 16 ? popcountInts() : popcountBytes();
  }

  private int[] popcountInts() {
    IntVector v = IntVector.broadcast(I, word);
    IntVector s0 = IntVector.zero(I);
    IntVector s1 = s0.add(1);
    IntVector s2 = s0.add(2);
    IntVector s3 = s0.add(3);
    IntVector s4 = s0.add(4);
    IntVector s5 = s0.add(5);
    IntVector s6 = s0.add(6);
    IntVector s7 = s0.add(7);
    for (int i = 0; i < TURNS; i++) {
      s0 = s0.add(s0.lanewise(XOR, v).lanewise(BIT_COUNT));
      s1 = s1.add(s1.lanewise(XOR, v).lanewise(BIT_COUNT));
      s2 = s2.add(s2.lanewise(XOR, v).lanewise(BIT_COUNT));
      s3 = s3.add(s3.lanewise(XOR, v).lanewise(BIT_COUNT));
      s4 = s4.add(s4.lanewise(XOR, v).lanewise(BIT_COUNT));
      s5 = s5.add(s5.lanewise(XOR, v).lanewise(BIT_COUNT));
      s6 = s6.add(s6.lanewise(XOR, v).lanewise(BIT_COUNT));
      s7 = s7.add(s7.lanewise(XOR, v).lanewise(BIT_COUNT));
    }
    s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).intoArray(ints, 0);
    return ints;
  }

  private int[] popcountBytes() {
    ByteVector v = IntVector.broadcast(I, word).reinterpretAsBytes();
    ByteVector s0 = ByteVector.zero(B);
    ByteVector s1 = s0.add((byte) 1);
    ByteVector s2 = s0.add((byte) 2);
    ByteVector s3 = s0.add((byte) 3);
    ByteVector s4 = s0.add((byte) 4);
    ByteVector s5 = s0.add((byte) 5);
    ByteVector s6 = s0.add((byte) 6);
    ByteVector s7 = s0.add((byte) 7);
    for (int i = 0; i < TURNS; i++) {
      s0 = s0.add(s0.lanewise(XOR, v).lanewise(BIT_COUNT));
      s1 = s1.add(s1.lanewise(XOR, v).lanewise(BIT_COUNT));
      s2 = s2.add(s2.lanewise(XOR, v).lanewise(BIT_COUNT));
      s3 = s3.add(s3.lanewise(XOR, v).lanewise(BIT_COUNT));
      s4 = s4.add(s4.lanewise(XOR, v).lanewise(BIT_COUNT));
      s5 = s5.add(s5.lanewise(XOR, v).lanewise(BIT_COUNT));
      s6 = s6.add(s6.lanewise(XOR, v).lanewise(BIT_COUNT));
      s7 = s7.add(s7.lanewise(XOR, v).lanewise(BIT_COUNT));
    }
    ByteVector all = s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7);
    all.reinterpretAsInts().intoArray(ints, 0);
    return ints;
  }

  /** Multiply-adds. */
  @Benchmark
  public float[] fma() {
    FloatVector x = FloatVector.broadcast(F, one / 2);
    FloatVector s0 = FloatVector.broadcast(F, one);
    FloatVector s1 = s0.add(1);
    FloatVector s2 = s0.add(2);
    FloatVector s3 = s0.add(3);
    FloatVector s4 = s0.add(4);
    FloatVector s5 = s0.add(5);
    FloatVector s6 = s0.add(6);
    FloatVector s7 = s0.add(7);
    FloatVector s8 = s0.add(8);
    FloatVector s9 = s0.add(9);
    FloatVector s10 = s0.add(10);
    FloatVector s11 = s0.add(11);
    for (int i = 0; i < TURNS; i++) {
      s0 = s0.fma(x, x);
      s1 = s1.fma(x, x);
      s2 = s2.fma(x, x);
      s3 = s3.fma(x, x);
      s4 = s4.fma(x, x);
      s5 = s5.fma(x, x);
      s6 = s6.fma(x, x);
      s7 = s7.fma(x, x);
      s8 = s8.fma(x, x);
      s9 = s9.fma(x, x);
      s10 = s10.fma(x, x);
      s11 = s11.fma(x, x);
    }
    FloatVector low = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector high = s6.add(s7).add(s8).add(s9).add(s10).add(s11);
    low.add(high).intoArray(floats, 0);
    return floats;
  }

  /** A permutation and an addition: the sum of a few signed elements looked up and added. */
  @Benchmark
  public float[] permuteAndAdd() {
    IntVector index = IntVector.broadcast(I, word).lanewise(XOR, IntVector.zero(I).addIndex(1));
    FloatVector s0 = FloatVector.broadcast(F, one);
    FloatVector s1 = s0.add(1);
    FloatVector s2 = s0.add(2);
    FloatVector s3 = s0.add(3);
    FloatVector s4 = s0.add(4);
    FloatVector s5 = s0.add(5);
    FloatVector s6 = s0.add(6);
    FloatVector s7 = s0.add(7);
    FloatVector s8 = s0.add(8);
    FloatVector s9 = s0.add(9);
    FloatVector s10 = s0.add(10);
    FloatVector s11 = s0.add(11);
    for (int i = 0; i < TURNS; i++) {
      s0 = s0.add(index.selectFrom(s0.reinterpretAsInts()).reinterpretAsFloats());
      s1 = s1.add(index.selectFrom(s1.reinterpretAsInts()).reinterpretAsFloats());
      s2 = s2.add(index.selectFrom(s2.reinterpretAsInts()).reinterpretAsFloats());
      s3 = s3.add(index.selectFrom(s3.reinterpretAsInts()).reinterpretAsFloats());
      s4 = s4.add(index.selectFrom(s4.reinterpretAsInts()).reinterpretAsFloats());
      s5 = s5.add(index.selectFrom(s5.reinterpretAsInts()).reinterpretAsFloats());
      s6 = s6.add(index.selectFrom(s6.reinterpretAsInts()).reinterpretAsFloats());
      s7 = s7.add(index.selectFrom(s7.reinterpretAsInts()).reinterpretAsFloats());
      s8 = s8.add(index.selectFrom(s8.reinterpretAsInts()).reinterpretAsFloats());
      s9 = s9.add(index.selectFrom(s9.reinterpretAsInts()).reinterpretAsFloats());
      s10 = s10.add(index.selectFrom(s10.reinterpretAsInts()).reinterpretAsFloats());
      s11 = s11.add(index.selectFrom(s11.reinterpretAsInts()).reinterpretAsFloats());
    }
    FloatVector low = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector high = s6.add(s7).add(s8).add(s9).add(s10).add(s11);
    low.add(high).intoArray(floats, 0);
    return floats;
  }
}
