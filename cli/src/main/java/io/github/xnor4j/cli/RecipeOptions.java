package io.github.xnor4j.cli;

import io.github.xnor4j.train.Recipe;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a network is trained. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      defaultValue = "best",
      description = {
        "How the network is trained. best: what we found best for the tutorial's network and number"
            + " of epochs; gradients are integers of 12 bits. tutorial: as in Larq's tutorial,"
            + " Adam with a constant learning rate of 0.001; its accuracy jumps from epoch to"
            + " epoch.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String name;

  @Mixin private GradientsOption gradients;

  /**
   * The recipe, with the gradients asked for.
   *
   * @throws BadInputException if there is no such recipe, or the gradients are neither float nor a
   *     number of bits
   */
  Recipe recipe() {
    try {
      return gradients.in(Recipe.named(name));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage());
    }
  }
}
