package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.roundUp;
import static io.github.xnor4j.cpu.vector.Samples.span;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums are chains of multiply-adds, so the bits are those of the scalar loop. */
class ChannelProductsTest {
  private static final int A0 = 5;
  private static final int B0 = 7;
  private static final int OUT0 = 3;

  private final float[] scratch = new float[Lanes.SCRATCH];

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 17, 31, 33, 48, 63, 64, 65, 127, 129, 1000})
  void multiplies(int channels) {
    for (int rows : new int[] {1, 2, 3, 4, 8, 9, 10, 12, 18, 20}) {
      for (int nk : new int[] {1, 2, 9, 33}) {
        for (boolean add : new boolean[] {false, true}) {
          multiply(channels, rows, nk, add);
        }
      }
    }
  }

  private void multiply(int channels, int rows, int nk, boolean add) {
    Samples samples = new Samples(rows * 1000L + nk);
    int wide = roundUp(channels, 16);
    float[] a = samples.floats(A0 + span(rows, wide) + span(nk, wide));
    int[] rowA = samples.offsets(rows, wide);
    int[] kA = samples.offsets(nk, wide);
    float[] b = samples.floats(B0 + span(nk, wide));
    int[] kB = samples.offsets(nk, wide);
    int[] rowOut = samples.offsets(rows, channels);
    float[] expected = samples.floats(OUT0 + span(rows, channels));
    float[] out = expected.clone();
    int r0 = rows > 9 ? 1 : 0;
    int k0 = nk > 2 ? 1 : 0;
    for (int r = r0; r < rows; r++) {
      for (int c = 0; c < channels; c++) {
        int o = OUT0 + rowOut[r] + c;
        float sum = add ? expected[o] : 0;
        for (int k = k0; k < nk; k++) {
          sum = Math.fma(a[A0 + rowA[r] + kA[k] + c], b[B0 + kB[k] + c], sum);
        }
        expected[o] = sum;
      }
    }
    ChannelProducts.multiply(
        a, A0, rowA, r0, rows, kA, b, B0, kB, k0, nk, channels, out, OUT0, rowOut, add, scratch);
    Samples.assertSame(
        expected, out, rows + " rows, " + nk + " deep, " + channels + " channels, add " + add);
  }

  /** A walk takes runs where it can; the same sums without runs are a scalar loop's. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 40, 64, 65})
  void runsGiveTheSameBits(int channels) {
    for (int width : new int[] {3, 5, 9, 10, 11, 19, 56}) {
      for (int height : new int[] {3, 4}) {
        for (int lines : new int[] {1, 2, 3}) {
          walk(channels, width, height, lines);
        }
      }
    }
  }

  private void walk(int c, int width, int height, int lines) {
    Samples samples = new Samples(width * 100L + c);
    int across = width - 2;
    int down = height - lines + 1;
    int columns = roundUp(c, 16);
    float[] a = samples.floats(A0 + width * height * c + 64);
    float[] b = samples.floats(3 * lines * columns + 64);
    float[] g = samples.floats(OUT0 + across * down * c + 64);
    int[] rows = new int[across * down];
    Arrays.setAll(rows, r -> (r / across * width + r % across) * c);
    int[] taps = new int[3 * lines];
    Arrays.setAll(taps, t -> (t / 3 * width + t % 3) * c);
    int[] weights = Panels.ramp(taps.length, columns);
    int[] outs = Panels.ramp(rows.length, c);
    ChannelWalk walk = new ChannelWalk(rows, taps, weights, outs, c);

    float[] expected = samples.floats(OUT0 + rows.length * c + 64);
    float[] out = expected.clone();
    float[] sums = samples.floats(b.length);
    float[] expectedSums = sums.clone();
    for (int r = 0; r < rows.length; r++) {
      for (int ch = 0; ch < c; ch++) {
        float sum = 0;
        for (int t = 0; t < taps.length; t++) {
          float x = a[A0 + rows[r] + taps[t] + ch];
          sum = Math.fma(x, b[weights[t] + ch], sum);
          int w = weights[t] + ch;
          expectedSums[w] = Math.fma(x, g[OUT0 + outs[r] + ch], expectedSums[w]);
        }
        expected[OUT0 + outs[r] + ch] = sum;
      }
    }
    String what = width + "x" + height + "x" + c + ", " + lines + " lines";
    walk.multiply(a, A0, b, out, OUT0, scratch);
    Samples.assertSame(expected, out, what);
    walk.addGradient(a, A0, g, OUT0, sums, scratch);
    Samples.assertSame(expectedSums, sums, what + ", gradient");
  }
}
