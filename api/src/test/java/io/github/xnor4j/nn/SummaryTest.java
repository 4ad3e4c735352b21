package io.github.xnor4j.nn;

import static io.github.xnor4j.nn.Layers.activation;
import static io.github.xnor4j.nn.Layers.add;
import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.dense;
import static io.github.xnor4j.nn.Layers.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SummaryTest {
  /** What Larq prints for its tutorial. */
  private static final String TUTORIAL =
      """
      +sequential stats------------------------------------------------------------------------------------------+
      | Layer                  Input prec.           Outputs  # 1-bit  # 32-bit  Memory  1-bit MACs  32-bit MACs |
      |                              (bit)                        x 1       x 1    (kB)                          |
      +----------------------------------------------------------------------------------------------------------+
      | quant_conv2d                     -  (-1, 26, 26, 32)      288         0    0.04           0       194688 |
      | max_pooling2d                    -  (-1, 13, 13, 32)        0         0       0           0            0 |
      | batch_normalization              -  (-1, 13, 13, 32)        0        64    0.25           0            0 |
      | quant_conv2d_1                   1  (-1, 11, 11, 64)    18432         0    2.25     2230272            0 |
      | max_pooling2d_1                  -    (-1, 5, 5, 64)        0         0       0           0            0 |
      | batch_normalization_1            -    (-1, 5, 5, 64)        0       128    0.50           0            0 |
      | quant_conv2d_2                   1    (-1, 3, 3, 64)    36864         0    4.50      331776            0 |
      | batch_normalization_2            -    (-1, 3, 3, 64)        0       128    0.50           0            0 |
      | flatten                          -         (-1, 576)        0         0       0           0            0 |
      | quant_dense                      1          (-1, 64)    36864         0    4.50       36864            0 |
      | batch_normalization_3            -          (-1, 64)        0       128    0.50           0            0 |
      | quant_dense_1                    1          (-1, 10)      640         0    0.08         640            0 |
      | batch_normalization_4            -          (-1, 10)        0        20    0.08           0            0 |
      | activation                       -          (-1, 10)        0         0       0           ?            ? |
      +----------------------------------------------------------------------------------------------------------+
      | Total                                                   93088       468   13.19     2599552       194688 |
      +----------------------------------------------------------------------------------------------------------+
      +sequential summary----------------------------+
      | Total params                      93.6 k     |
      | Trainable params                  93.1 k     |
      | Non-trainable params              468        |
      | Model size                        13.19 KiB  |
      | Model size (8-bit FP weights)     11.82 KiB  |
      | Float-32 Equivalent               365.45 KiB |
      | Compression Ratio of Memory       0.04       |
      | Number of MACs                    2.79 M     |
      | Ratio of MACs that are binarized  0.9303     |
      +----------------------------------------------+\
      """;

  @Test
  void theTutorialsTables() {
    assertEquals(TUTORIAL, Summary.of(Networks.mnistTutorial()));
  }

  @Test
  void operationsMayBeLeftOutOfTheTotals() {
    String text = Summary.of(Networks.mnistTutorial(), false);
    assertFalse(text.contains("Number of MACs"), text);
    assertTrue(text.contains("1-bit MACs"), text);
  }

  @Test
  void aModelWithoutWeights() {
    assertEquals(
        """
        +tiny stats--------------------------------+
        | Layer       Input prec.  Outputs  Memory |
        |                   (bit)             (kB) |
        +------------------------------------------+
        | activation            -  (-1, 3)       0 |
        +------------------------------------------+
        | Total                                  0 |
        +------------------------------------------+
        +tiny summary---------------------------+
        | Total params                   0      |
        | Trainable params               0      |
        | Non-trainable params           0      |
        | Model size                     0.00 B |
        | Model size (8-bit FP weights)  0.00 B |
        | Float-32 Equivalent            0.00 B |
        | Compression Ratio of Memory    0.00   |
        | Number of MACs                 0      |
        +---------------------------------------+\
        """,
        Summary.of(Sequential.of(input(3), activation(Activation.RELU)).name("tiny")));
  }

  @Test
  void numbersAreRoundedToThreeFiguresFirst() {
    // 999 * 1000 + 1000 = 10^6 weights
    Model model = Sequential.of(input(999), dense(1000), activation(Activation.RELU));
    String text = Summary.of(model);
    assertTrue(text.contains("| Total params                   1 M        |"), text);
    assertTrue(text.contains("| Number of MACs                 999 k      |"), text);
    assertTrue(text.contains("| Compression Ratio of Memory    1.00       |"), text);
  }

  @Test
  void functionalModelsListTheirInputsAndSharedLayersOnce() {
    InputLayer x = input(4);
    QuantDense shared = dense(4);
    Model model =
        Model.of(x, batchNormalization().apply(add().apply(shared.apply(x), shared.apply(x))));
    String text = Summary.of(model);
    assertEquals(1, text.lines().filter(line -> line.startsWith("| input_1 ")).count(), text);
    assertEquals(1, text.lines().filter(line -> line.startsWith("| dense ")).count(), text);
    assertTrue(text.contains("| Total params                   28 "), text);
  }
}
