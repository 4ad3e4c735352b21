package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final long SEED = 42;

  /** Image i consists of the bytes i + 1, its label is i. */
  private static Dataset numbered(int size, int height, int width) {
    byte[] pixels = new byte[size * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / (height * width) + 1);
    }
    return Dataset.of(
        Tensor.u8(Shape.of(size, height, width, 1), pixels),
        Tensor.i32(Shape.of(size), IntStream.range(0, size).toArray()));
  }

  private static int[] order(Batches batches, long seed, int epoch) {
    Batches.Epoch order = batches.epoch(seed, epoch);
    return IntStream.range(0, batches.dataset().size()).map(order::index).toArray();
  }

  @Test
  void orderIsAPermutationThatDependsOnSeedAndEpochOnly() {
    Batches batches = numbered(101, 1, 1).batches(7);
    int[] first = order(batches, SEED, 0);
    assertArrayEquals(IntStream.range(0, 101).toArray(), Arrays.stream(first).sorted().toArray());
    assertArrayEquals(first, order(numbered(101, 1, 1).batches(13), SEED, 0));
    assertFalse(Arrays.equals(first, order(batches, SEED, 1)));
    assertFalse(Arrays.equals(first, order(batches, SEED + 1, 0)));
    assertArrayEquals(IntStream.range(0, 101).toArray(), order(batches.inOrder(), SEED, 3));
  }

  /** Pinned: checkpoints and published figures rely on these streams. */
  @Test
  void orderIsTheOneOfEarlierVersions() {
    assertEquals(
        "[4, 6, 1, 5, 7, 8, 3, 9, 0, 2]",
        Arrays.toString(order(numbered(10, 1, 1).batches(3), 1, 0)));
  }

  @Test
  void everyImageComesOnceWithItsLabelAndTheLastBatchIsSmaller() {
    Batches batches = numbered(10, 2, 3).batches(4);
    assertEquals(3, batches.count());
    assertEquals(2, batches.sizeOf(2));
    Batches.Epoch epoch = batches.epoch(SEED, 0);
    Set<Integer> seen = new HashSet<>();
    for (int b = 0; b < batches.count(); b++) {
      int size = batches.sizeOf(b);
      Tensor images = batches.newImages(size);
      Tensor labels = batches.newLabels(size);
      epoch.fill(b, images, labels);
      for (int i = 0; i < size; i++) {
        seen.add(labels.ints()[i]);
        for (int p = 0; p < 6; p++) {
          assertEquals(labels.ints()[i] + 1, images.bytes()[i * 6 + p]);
        }
      }
    }
    assertEquals(10, seen.size());
    Tensor wrong = batches.newImages(4);
    assertThrows(IllegalArgumentException.class, () -> epoch.fill(2, wrong, batches.newLabels(4)));
  }

  @Test
  void aSizeBeyondTheImagesIsOneBatchOfAll() {
    for (int size : new int[] {10, 11, Integer.MAX_VALUE}) {
      Batches batches = numbered(10, 1, 1).batches(size);
      assertEquals(1, batches.count());
      assertEquals(10, batches.sizeOf(0));
    }
  }

  @Test
  void badSizesAreRefused() {
    Dataset dataset = numbered(3, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> dataset.batches(0));
    assertThrows(IllegalArgumentException.class, () -> dataset.first(4));
    assertThrows(IllegalArgumentException.class, () -> dataset.first(0).batches(1));
  }

  /** The same image of the same epoch is moved the same way, whatever the order. */
  @Test
  void augmentationDependsOnSeedEpochAndIndexOnly() {
    Batches shuffled = numbered(20, 5, 5).batches(20).augmented(Augmentation.shift(2));
    byte[][] a = byIndex(shuffled, SEED, 1);
    assertArrayEquals(a, byIndex(shuffled.inOrder(), SEED, 1));
    assertFalse(Arrays.deepEquals(a, byIndex(shuffled, SEED, 2)));
    assertFalse(Arrays.deepEquals(a, byIndex(shuffled, SEED + 1, 1)));
  }

  private static byte[][] byIndex(Batches batches, long seed, int epoch) {
    Tensor images = batches.newImages(20);
    Tensor labels = batches.newLabels(20);
    batches.epoch(seed, epoch).fill(0, images, labels);
    byte[][] out = new byte[20][];
    for (int i = 0; i < 20; i++) {
      out[labels.ints()[i]] = Arrays.copyOfRange(images.bytes(), i * 25, i * 25 + 25);
    }
    return out;
  }

  /** Against a plain loop over pixels, with distances beyond the image's size. */
  @Test
  void shiftMovesPixelsAndFillsWithZero() {
    int h = 3;
    int w = 4;
    int c = 2;
    Shape image = Shape.of(h, w, c);
    byte[] from = new byte[1 + h * w * c];
    for (int i = 0; i < from.length; i++) {
      from[i] = (byte) (i + 1);
    }
    for (int most : new int[] {0, 1, 2, 6}) {
      Set<String> distances = new HashSet<>();
      for (int draw = 0; draw < 600; draw += Augmentation.DRAWS) {
        Philox random = new Philox(SEED, most);
        byte[] to = new byte[h * w * c + 2];
        Arrays.fill(to, (byte) 99);
        Augmentation.shift(most).apply(from, 1, to, 2, image, random, draw);
        int down = random.below(2 * most + 1, draw) - most;
        int right = random.below(2 * most + 1, draw + 1) - most;
        distances.add(down + " " + right);
        for (int i = 0; i < h * w * c; i++) {
          int y = i / c / w - down;
          int x = i / c % w - right;
          boolean inside = y >= 0 && y < h && x >= 0 && x < w;
          int expected = inside ? from[1 + (y * w + x) * c + i % c] : 0;
          assertEquals(expected, to[2 + i], "shift " + down + ", " + right + " at " + i);
        }
        assertEquals(99, to[1]);
      }
      assertEquals(most == 0, distances.size() == 1);
    }
    assertThrows(IllegalArgumentException.class, () -> Augmentation.shift(-1));
  }
}
