package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DimsTest {
  private static final int[] BATCHES = {2, 3, 5, 32, 64, 65};

  /** Of a text such as {@code N 28 28 1} or {@code 3N 4}, for a batch of so many images. */
  private static Dims dims(int images, String text) {
    List<Integer> extents = new ArrayList<>();
    List<Integer> marks = new ArrayList<>();
    for (String axis : text.isBlank() ? new String[0] : text.strip().split(" +")) {
      String number = axis.replace("N", "");
      int n = number.isEmpty() ? 1 : Integer.parseInt(number);
      boolean follows = axis.endsWith("N");
      marks.add(follows ? n : 0);
      extents.add(follows ? n * images : n);
    }
    return new Dims(Shape.of(extents.stream().mapToInt(i -> i).toArray()), marks);
  }

  @Test
  void theLeadingAxisOfABatchFollowsIt() {
    Dims dims = Dims.batch(Shape.of(5, 28, 1));
    assertEquals(List.of(1, 0, 0), dims.perImage());
    assertEquals(OptionalInt.of(5), dims.images());
    assertTrue(dims.isBatched());
    assertEquals(28, dims.dim(-2));
    assertThrows(IllegalArgumentException.class, () -> Dims.batch(Shape.SCALAR));
  }

  @Test
  void nothingOfAFixedShapeFollowsTheBatch() {
    Dims dims = Dims.fixed(Shape.of(5, 28));
    assertEquals(List.of(0, 0), dims.perImage());
    assertEquals(OptionalInt.empty(), dims.images());
    assertFalse(dims.isBatched());
    assertFalse(Dims.fixed(Shape.SCALAR).isBatched());
    assertEquals(dims, dims.withBatch(7));
  }

  /** Its first index is not that of an image. */
  @Test
  void aMergedAxisIsNoBatchAxis() {
    Dims dims = dims(4, "3N 2");
    assertEquals(OptionalInt.of(4), dims.images());
    assertFalse(dims.isBatched());
    assertFalse(dims(4, "2 N").isBatched());
    assertEquals(OptionalInt.of(4), dims(4, "2 N").images());
  }

  @Test
  void anotherBatchChangesWhatFollowsIt() {
    for (int images : BATCHES) {
      assertEquals(dims(images, "N 3N 4 2N"), dims(3, "N 3N 4 2N").withBatch(images));
      assertEquals(dims(images, "N 3"), dims(3, "N 3").withBatch(images), "3 beside a batch of 3");
    }
    assertThrows(IllegalArgumentException.class, () -> dims(3, "4N").withBatch(1 << 30));
    assertThrows(IllegalArgumentException.class, () -> dims(3, "4N").withBatch((1 << 30) + 1));
  }

  @Test
  void anAxisCanBeFixed() {
    assertEquals(dims(5, "1 4"), dims(5, "N 4").with(0, 1));
    assertEquals(dims(5, "N 7"), dims(5, "N 4").with(1, 7));
  }

  @Test
  void axesKeepTheirMarks() {
    assertEquals(dims(5, "4 N"), dims(5, "N 4").axes(List.of(1, 0)));
    assertEquals(dims(5, "2 3N 7"), dims(5, "3N 7 2").axes(List.of(2, 0, 1)));
    assertEquals(dims(5, "7"), dims(5, "3N 7 2").axes(List.of(1)));
    assertEquals(Dims.fixed(Shape.SCALAR), dims(5, "N 7").axes(List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    // images, a, b, result
    "5, N 4, N 4, N 4",
    "5, N 4, 4, N 4",
    "5, N 4, 1 4, N 4",
    "5, N 4, 5 4, N 4",
    "5, N 1, 1 4, N 4",
    "5, N 4, '', N 4",
    "5, 1 4, 5 1, 5 4",
    "5, 4 N, N 1 1, N 4 N",
    "5, N 5, N 5, N 5",
    "5, 3N 2, 3N 1, 3N 2",
    // the longer axis decides
    "1, N 4, 3 4, 3 4",
    "1, 3 4, N 4, 3 4",
    "1, N 4, 1 4, N 4",
    "1, N 4, 3N 4, 3N 4",
    "1, 4, N 1, N 4",
    "1, N N, 3 1, 3 N",
  })
  void broadcastFollowsTheBatchWhereAnOperandDoes(int images, String a, String b, String result) {
    assertEquals(dims(images, result), Dims.broadcast(dims(images, a), dims(images, b)));
    assertEquals(dims(images, result), Dims.broadcast(dims(images, b), dims(images, a)));
  }

  @Test
  void shapesThatDoNotGoTogetherAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Dims.broadcast(dims(5, "N 4"), dims(5, "3 4")));
  }

  /** The same for all batches, so that a reshape at one is that at another. */
  @ParameterizedTest
  @CsvSource({
    "N 3 4, N 3 4",
    "N 3 4, 3N 4",
    "3N 4, N 3 4",
    "N 3 4, N 12",
    "N 12, N 3 4",
    "N 3 4, 12N",
    "12N, N 3 4",
    "12N, 3N 4",
    "N 28 28 1, N 784",
    "N 28 28 1, N 1 28 28 1",
    "N 1 28 28 1, N 28 28 1",
    "N 4, 1 N 1 4",
    "1 N 1 4, N 4",
    "N, N 1",
    "N 1, N",
    "N, 1 N",
    "4 N, 4 N 1",
    "4 N, 2 2 N",
    "4N 3, 4N 3 1",
    "4 N 3, 4 3N",
    "4 3N, 4 N 3",
    "N N, N N",
    "2 3, 3 2",
  })
  void reshapingKeepsTheBatch(String from, String to) {
    for (int images : BATCHES) {
      Dims expected = dims(images, to);
      assertEquals(expected, dims(images, from).reshaped(expected.shape()), "batch " + images);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "N 3 4, 3N 4",
    "3N 4, N 3 4",
    "N 28 28 1, N 784",
    "N 784, N 28 28 1",
    "N 28 28 1, N 1 28 28 1",
    "N 4, 4N",
    "4 N, 4 N 1",
    "4 N, 4 N",
    "1 N 4, 1 N 4",
    "4 N 3, 4 N 3 1",
    "4 N 3, 2 2 N 3",
    "N, N 1",
    // of axes of one element the first
    "N 4, N 1 4",
    "1 N 4, N 1 1 4",
    "4 1 N, 4 N 1 1",
  })
  void reshapingKeepsABatchOfOne(String from, String to) {
    Dims expected = dims(1, to);
    assertEquals(expected, dims(1, from).reshaped(expected.shape()));
  }

  /** Such values go with their batch alone. */
  @ParameterizedTest
  @CsvSource({
    "6, N 4, 4 6",
    "6, N 4, 3 8",
    "4, N 4, 2 2 4",
    "4, N 6, 3 8",
    "3, 2 N, 3 2",
    "5, 3N, 3 5",
    "2, 3N 4, 3 8",
    // images would not lie behind one another
    "3, 4 N, 12",
    "3, 4 N 5, 12 5",
  })
  void anAxisThatIsSplitIsFixed(int images, String from, String to) {
    Dims expected = dims(images, to);
    assertEquals(expected, dims(images, from).reshaped(expected.shape()));
  }

  @Test
  void theTextNamesTheBatch() {
    assertEquals("[N, 28, 28, 1]", Dims.batch(Shape.of(64, 28, 28, 1)).toString());
    assertEquals("[49N, 64]", dims(3, "49N 64").toString());
    assertEquals("[64, 10]", Dims.fixed(Shape.of(64, 10)).toString());
    assertEquals("[]", Dims.fixed(Shape.SCALAR).toString());
    assertEquals("[1, N]", dims(1, "1 N").toString());
  }

  private static void refused(Shape shape, Integer... marks) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Dims(shape, List.of(marks)))
            .getMessage();
    assertTrue(message.contains(shape + " with " + List.of(marks)), message);
  }

  @Test
  void marksThatDoNotAgreeAreRefused() {
    refused(Shape.of(2, 3), 1);
    refused(Shape.of(2, 3), 1, 0, 0);
    refused(Shape.of(2, 3), -1, 0);
    refused(Shape.of(7, 3), 2, 0);
    refused(Shape.of(2, 3), 1, 1);
    refused(Shape.of(2, 3), 4, 0);
    refused(Shape.of(0, 3), 1, 1);
    refused(Shape.of(3, 0), 1, 1);
    assertEquals(OptionalInt.of(2), new Dims(Shape.of(2, 6), List.of(1, 3)).images());
  }

  @Test
  void marksCannotBeChanged() {
    List<Integer> marks = new ArrayList<>(List.of(1, 0));
    Dims dims = new Dims(Shape.of(2, 3), marks);
    marks.set(0, 0);
    assertTrue(dims.isBatched());
    List<Integer> own = dims.perImage();
    assertThrows(UnsupportedOperationException.class, () -> own.set(0, 0));
  }
}
