package io.github.xnor4j.mnist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MnistTest {
  @Test
  void bothPartsAreRead() {
    Dataset train = Mnist.train();
    assertEquals(Shape.of(60000, 28, 28, 1), train.images().shape());
    assertEquals("[5, 0, 4, 1, 9]", Arrays.toString(Arrays.copyOf(train.labels().ints(), 5)));
    train.requireLabels(10);
    Dataset test = Mnist.test();
    assertEquals(Shape.of(10000, 28, 28, 1), test.images().shape());
    assertEquals("[7, 2, 1, 0, 4]", Arrays.toString(Arrays.copyOf(test.labels().ints(), 5)));
    test.requireLabels(10);
  }

  @Test
  void itIsDescribed() {
    DataDescription description = Mnist.test().description();
    assertEquals("MNIST", description.name());
    assertEquals("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", description.classes().toString());
    assertEquals(Shape.of(28, 28, 1), description.image());
    assertEquals(Polarity.LIGHT_ON_DARK, description.polarity());
    assertFalse(description.resized());
  }
}
