package io.github.xnor4j.benchmarks;

import io.github.xnor4j.cpu.vector.LoneProducts;
import io.github.xnor4j.tensor.Philox;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels of cpu-vector alone, one thread, on packed operands: bits by bits (bgemm), and floats
 * and integers by bits, the tables included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class GemmBenchmark {
  /** Rows, columns and length of the sums, of bits by bits. */
  @State(Scope.Benchmark)
  public static class Bits {
    /** Rows x columns x bits. */
    @Param({"768x256x1152", "768x256x4096", "768x64x576", "7776x64x256"})
    public String bits;

    private int[] a;
    private int[] b;
    private int[] out;
    private int[] rowA;
    private int[] kA;
    private int[] rowOut;
    private int columns;
    private LoneProducts products;

    /** For JMH. */
    public Bits() {}

    /** Makes the operands. */
    @Setup
    public void setup() {
      int[] size = Common.sizes(bits);
      int words = size[2] / 32;
      columns = size[1];
      a = randomBits(size[0] * words, 0);
      b = randomBits(columns * words, 1);
      out = new int[size[0] * columns];
      products = new LoneProducts(words);
      rowA = Common.ramp(size[0], words);
      kA = Common.ramp(words, 1);
      rowOut = Common.ramp(size[0], columns);
    }
  }

  /** Rows, columns and length of the sums, of floats by bits. */
  @State(Scope.Benchmark)
  public static class Floats {
    /** Rows x columns x elements. */
    @Param({"1536x576x64", "7776x256x64", "1536x960x576"})
    public String floats;

    private float[] a;
    private int[] b;
    private float[] out;
    private int[] rowA;
    private int[] kA;
    private int[] kB;
    private int[] rowOut;
    private int columns;
    private LoneProducts products;

    /** For JMH. */
    public Floats() {}

    /** Makes the operands. */
    @Setup
    public void setup() {
      int[] size = Common.sizes(floats);
      int words = size[2] / 32;
      columns = size[1];
      a = new float[size[0] * size[2]];
      Philox random = new Philox(Common.SEED, 2);
      for (int i = 0; i < a.length; i++) {
        a[i] = random.uniform(i) - 0.5f;
      }
      b = randomBits(words * columns, 3);
      out = new float[size[0] * columns + 16];
      products = new LoneProducts(words);
      rowA = Common.ramp(size[0], size[2]);
      kA = Common.ramp(size[2], 1);
      kB = Common.ramp(words, columns);
      rowOut = Common.ramp(size[0], columns);
    }
  }

  /** The same of integers by bits. */
  @State(Scope.Benchmark)
  public static class Integers {
    /** Rows x columns x elements. */
    @Param({"1536x576x64", "7776x256x64", "1536x960x576"})
    public String integers;

    /** Bits of the integers. */
    @Param({"10", "12", "16"})
    public int width;

    private short[] a;
    private int[] b;
    private int[] out;
    private int[] rowA;
    private int[] kA;
    private int[] kB;
    private int[] rowOut;
    private int columns;
    private int limit;
    private LoneProducts products;

    /** For JMH. */
    public Integers() {}

    /** Makes the operands. */
    @Setup
    public void setup() {
      int[] size = Common.sizes(integers);
      int words = size[2] / 32;
      columns = size[1];
      limit = (1 << width - 1) - 1;
      a = new short[size[0] * size[2]];
      Philox random = new Philox(Common.SEED, 4);
      for (int i = 0; i < a.length; i++) {
        a[i] = (short) (int) ((2 * random.uniform(i) - 1) * limit);
      }
      b = randomBits(words * columns, 5);
      out = new int[size[0] * columns];
      products = new LoneProducts(words);
      rowA = Common.ramp(size[0], size[2]);
      kA = Common.ramp(size[2], 1);
      kB = Common.ramp(words, columns);
      rowOut = Common.ramp(size[0], columns);
    }
  }

  /** For JMH. */
  public GemmBenchmark() {}

  private static int[] randomBits(int words, int stream) {
    Philox random = new Philox(Common.SEED, stream);
    int[] bits = new int[words];
    for (int i = 0; i < words; i++) {
      bits[i] =
          (int) (random.uniform(2L * i) * 65536) << 16 | (int) (random.uniform(2L * i + 1) * 65536);
    }
    return bits;
  }

  /** Counts of differing bits. */
  @Benchmark
  public int[] bits(Bits x) {
    x.products.countBits(x.a, x.rowA, x.kA, x.b, x.columns, x.out, x.rowOut);
    return x.out;
  }

  /** Sums of floats by table lookup, eight rows after another. */
  @Benchmark
  public float[] floatsByBits(Floats x) {
    x.products.lookUp(x.a, x.rowA, x.kA, x.b, x.kB, x.columns, x.out, x.rowOut);
    return x.out;
  }

  /** Sums of integers by table lookup, six rows after another. */
  @Benchmark
  public int[] integersByBits(Integers x) {
    x.products.lookUp(x.a, x.limit, x.rowA, x.kA, x.b, x.kB, x.columns, x.out, x.rowOut);
    return x.out;
  }
}
