package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSumsTest {
  private static final int N = 300; // more than a block

  private static final class Owner extends Prepared {
    Owner() {
      super("", 1);
    }

    @Override
    public void run(int part, int first, int count, int member) {}
  }

  private static double[] add(BatchSums sums, double[][] parts) {
    double[] out = new double[N];
    sums.add(
        (part, from, n, to, at, begin) -> BatchSums.addTo(parts[part], from, n, to, at, begin),
        0,
        N,
        0,
        (from, n, of) -> System.arraycopy(of, 0, out, from, n));
    return out;
  }

  /** Very different magnitudes, so that another order is another sum. */
  private static double[][] parts(int n) {
    Samples samples = new Samples(n);
    double[][] parts = new double[n][N];
    for (double[] part : parts) {
      for (int i = 0; i < N; i++) {
        part[i] = Math.scalb(samples.floats(1)[0], samples.below(60));
      }
    }
    return parts;
  }

  /** The tree as it is defined: neighbours, then neighbouring sums. */
  private static double tree(double[] shards) {
    if (shards.length == 1) {
      return shards[0];
    }
    double[] half = new double[(shards.length + 1) / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = shards[2 * i] + (2 * i + 1 < shards.length ? shards[2 * i + 1] : 0);
    }
    return tree(half);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 64, 65, 129, 200, 1000})
  void shardsAreAddedInATree(int batch) {
    BatchSums sums = BatchSums.ofShards(batch, 1, new Owner());
    double[][] parts = parts(BatchSums.shards(batch));
    double[] expected = new double[N];
    for (int i = 0; i < N; i++) {
      double[] shards = new double[parts.length];
      for (int s = 0; s < shards.length; s++) {
        shards[s] = parts[s][i];
      }
      expected[i] = tree(shards);
    }
    assertArrayEquals(expected, add(sums, parts));
  }

  /** What a shard contributes can be computed from its own tiles alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 32, 33, 63, 64, 65, 129, 200, 1000})
  void theTilesOfAShardAreAddedInTheirOrder(int batch) {
    Domain domain = new Domain(batch, 8, true);
    double[][] tiles = parts(domain.tiles());
    double[][] shards = new double[BatchSums.shards(batch)][N];
    for (int t = 0; t < tiles.length; t++) {
      BatchSums.addTo(tiles[t], 0, N, shards[t / 4], 0, t % 4 == 0);
    }
    double[] expected = add(BatchSums.ofShards(batch, 1, new Owner()), shards);
    assertArrayEquals(expected, add(BatchSums.ofTiles(domain, 1, new Owner()), tiles));
  }

  /** A gradient's parts lie in two ways, and give the same. */
  @Test
  void transposedPartsGiveTheSameGradient() {
    int o = 5;
    int depth = 150;
    int parts = 7;
    Shape shape = Shape.of(o, depth);
    HeapStorage storage = new HeapStorage();
    Buffer one = new Buffer(DType.F32, shape);
    Buffer other = new Buffer(DType.F32, shape);
    one.allocate(storage);
    other.allocate(storage);
    PartialSums rows =
        new PartialSums(one, parts, 0, 3, owner -> BatchSums.ofShards(7 * 32, 2, owner));
    PartialSums columns =
        new PartialSums(other, parts, 16, 3, owner -> BatchSums.ofShards(7 * 32, 2, owner));
    Samples samples = new Samples(1);
    for (int p = 0; p < parts; p++) {
      float[] x = samples.floats(o * depth);
      for (int i = 0; i < x.length; i++) {
        rows.of(p)[i] = x[i];
        columns.of(p)[i % depth * 16 + i / depth] = x[i];
      }
    }
    for (int f = 0; f < o; f++) {
      rows.run(f, f, 1, 0);
      columns.run(f, f, 1, 1);
    }
    float[] floats = HeapStorage.floats(one, 0);
    Samples.assertSame(floats, HeapStorage.floats(other, 0), "gradient");
    double sum = 0;
    for (int p = 0; p < parts; p++) {
      sum += rows.of(p)[0];
    }
    assertEquals(sum / 3, floats[0], 1e-6);
  }
}
