package io.github.xnor4j.mnist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.data.Dataset;
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
}
