package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.tensor.Philox;
import org.junit.jupiter.api.Test;

class RandomBitsTest {
  @Test
  void areThoseOfPhiloxFromAnyIndexOn() {
    Samples samples = new Samples(11);
    long[] scratch = new long[RandomBits.SCRATCH];
    int[] indices = {0, 1, 2, 3, 4, 5, 33, 1023, Integer.MAX_VALUE - 100};
    for (int index : indices) {
      for (int n : new int[] {1, 2, 3, 4, 7, 31, 32, 33, 65, 100}) {
        long key = (long) samples.ints(1)[0] << 32 | samples.ints(1)[0] & 0xFFFFFFFFL;
        long upper = (long) samples.ints(1)[0] << 32 | 1L << 31 | samples.below(1000);
        Philox philox = new Philox(key, upper);
        int[] out = new int[RandomBits.length(n)];
        float[] floats = new float[n];
        int from = RandomBits.draw(key, upper, index, n, out, scratch);
        RandomBits.uniform(out, from, n, floats, 0);
        for (int i = 0; i < n; i++) {
          assertEquals(philox.bits(index + i), out[from + i], index + " + " + i);
          assertEquals(philox.uniform(index + i), floats[i], index + " + " + i);
        }
      }
    }
  }
}
