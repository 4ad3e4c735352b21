package io.github.xnor4j.cli;

import io.github.xnor4j.train.Gradients;
import io.github.xnor4j.train.Recipe;
import picocli.CommandLine.Option;

/** The option that makes gradients integers. */
final class GradientsOption {
  @Option(
      names = "--gradients",
      paramLabel = "float|BITS",
      description = {
        "float: as Larq's. BITS, 2 to 16: gradients are rounded to integers of so many bits before"
            + " they meet weights or activations of +-1, so that sums are exact and the result is"
            + " the same on every CPU, to the last bit. Default: the recipe's; of best 12, of"
            + " tutorial float"
      })
  private String gradients;

  /**
   * A recipe with the gradients asked for.
   *
   * @throws BadInputException if they are neither float nor a number of bits
   */
  Recipe in(Recipe recipe) {
    try {
      return gradients == null ? recipe : recipe.gradients(Gradients.parse(gradients));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage());
    }
  }
}
