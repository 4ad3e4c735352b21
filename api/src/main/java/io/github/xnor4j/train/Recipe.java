package io.github.xnor4j.train;

import io.github.xnor4j.data.Augmentation;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.nn.BatchNormalization;
import io.github.xnor4j.nn.Model;
import java.util.List;

/**
 * How a network is trained, apart from its layers.
 *
 * @param name what users select it by
 * @param learningRate of Adam, at the first step
 * @param cosine whether the learning rate goes down to 0 along half a cosine, else it is constant
 * @param batchNormMomentum of every batch normalization, or null for the model's own
 * @param augmentation what is done to the images
 * @param gradients whether gradients are rounded to integers in front of products
 */
public record Recipe(
    String name,
    float learningRate,
    boolean cosine,
    Double batchNormMomentum,
    Augmentation augmentation,
    Gradients gradients) {
  /** Checks the learning rate. */
  public Recipe {
    if (!(learningRate > 0 && learningRate < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learning rate is " + learningRate + ", expected a finite number above 0");
    }
  }

  /** Larq's tutorial: Adam with a learning rate of 0.001, images as they are. */
  public static Recipe tutorial() {
    return new Recipe("tutorial", 1e-3f, false, null, Augmentation.none(), Gradients.FLOAT);
  }

  /**
   * What we found best for the tutorial's network in its six epochs: Adam from 0.01 down a cosine,
   * so that signs settle; moving statistics that follow fast enough; images moved by up to a pixel,
   * and turned, stretched and slanted by a little (chosen on 10,000 of the training images).
   */
  public static Recipe best() {
    Augmentation little = Augmentation.affine(1, 8, 0.08, 0.08);
    return new Recipe("best", 1e-2f, true, 0.9, little, Gradients.FLOAT);
  }

  /**
   * The recipe of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Recipe named(String name) {
    List<Recipe> all = List.of(tutorial(), best());
    return all.stream()
        .filter(recipe -> recipe.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "recipe '"
                        + name
                        + "' is unknown, expected one of "
                        + all.stream().map(Recipe::name).toList()));
  }

  /** This recipe with another learning rate at the first step. */
  public Recipe learningRate(float other) {
    return new Recipe(name, other, cosine, batchNormMomentum, augmentation, gradients);
  }

  /** This recipe with gradients as floats or integers. */
  public Recipe gradients(Gradients other) {
    return new Recipe(name, learningRate, cosine, batchNormMomentum, augmentation, other);
  }

  /** A model changed as the recipe wants it; names and weights stay the same. */
  public Model model(Model model) {
    return batchNormMomentum == null
        ? model
        : model.mapLayers(
            layer ->
                layer instanceof BatchNormalization norm
                    ? norm.momentum(batchNormMomentum)
                    : layer);
  }

  /** Batches with the recipe's augmentation. */
  public Batches batches(Batches batches) {
    return batches.augmented(augmentation);
  }

  /**
   * The setup of a training with sparse categorical crossentropy and accuracy.
   *
   * @param model not yet changed by {@link #model}
   * @param totalSteps steps of the whole training, 1 or more
   */
  public Trainer.Setup setup(Model model, long totalSteps) {
    Schedule rate =
        cosine ? Schedule.cosine(learningRate, totalSteps, 0) : Schedule.constant(learningRate);
    return Trainer.of(
            model(model),
            Optimizers.adam().learningRate(rate),
            Losses.sparseCategoricalCrossentropy(),
            Metrics.accuracy())
        .recipe(name)
        .gradients(gradients);
  }
}
