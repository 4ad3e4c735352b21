package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.backend.Availability.Slow;
import java.util.Optional;
import java.util.stream.IntStream;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width, chosen once: the system property {@code xnor4j.vectorBits} (512, 256 or 128),
 * else what the machine prefers, at least 128. Kernels give the same bits at every width, except
 * for the order of sums in lookups.
 *
 * <p>Everything here is a constant for the compiler, which is why no kernel takes a species or a
 * width as an argument.
 */
final class Lanes {
  /** Name of the property that overrides the width. */
  static final String PROPERTY = "xnor4j.vectorBits";

  /** Bits of the longest vector for which the JVM has instructions: 64 where it has none. */
  static final int MOST = VectorShape.preferredShape().vectorBitSize();

  /** Bits of a vector: 512, 256 or 128. */
  static final int BITS = bits(System.getProperty(PROPERTY));

  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);

  /** Floats. */
  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);

  /** Ints: as many lanes as floats. */
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);

  /** Doubles: half as many lanes as floats. */
  static final VectorSpecies<Double> D = VectorSpecies.of(double.class, SHAPE);

  /** Longs: as many lanes as doubles. */
  static final VectorSpecies<Long> L = VectorSpecies.of(long.class, SHAPE);

  /** Bytes: four times as many lanes as floats. */
  static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, SHAPE);

  /** Shorts: twice as many lanes as floats. */
  static final VectorSpecies<Short> S = VectorSpecies.of(short.class, SHAPE);

  /** Bytes, as many lanes as shorts. */
  static final VectorSpecies<Byte> HALF_B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS / 2));

  /** Shorts, as many lanes as floats. */
  static final VectorSpecies<Short> HALF_S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(BITS / 2));

  /** Floats, as many lanes as doubles. */
  static final VectorSpecies<Float> HALF_F =
      VectorSpecies.of(float.class, VectorShape.forBitSize(BITS / 2));

  /** Lanes of a float or int vector: 16, 8 or 4. */
  static final int COUNT = BITS / 32;

  /** Lanes of a double or long vector. */
  static final int HALF = BITS / 64;

  /** The number of each lane. */
  static final int[] LANE = IntStream.range(0, COUNT).toArray();

  /** A bit for each lane. */
  static final int[] LANE_BIT = IntStream.range(0, COUNT).map(lane -> 1 << lane).toArray();

  /** Moves the upper half of a float vector down. */
  static final VectorShuffle<Float> UPPER = VectorShuffle.fromOp(F, lane -> (lane + HALF) % COUNT);

  /** Length of the scratch arrays that the products take: room for one tile of any kernel. */
  static final int SCRATCH = 256;

  private Lanes() {}

  /**
   * What there is to say if the JVM has no instructions for vectors of so many bits: it computes
   * each operation in plain Java, a hundred times as slow.
   */
  static Optional<Slow> emulation(int bits, int most) {
    if (bits <= most) {
      return Optional.empty();
    }
    return Optional.of(
        new Slow(
            "vectors of " + bits + " bits are emulated where they have at most " + most,
            most < 128
                ? "use a machine with vectors of 128 bits or more"
                : "start java without -D" + PROPERTY + ", or with " + most));
  }

  private static int bits(String property) {
    if (property == null) {
      return Math.clamp(MOST, 128, 512);
    }
    return switch (property) {
      case "512", "256", "128" -> Integer.parseInt(property);
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " is \"" + property + "\", expected 512, 256 or 128");
    };
  }
}
