package io.github.xnor4j.cli.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.EpochReport;
import io.github.xnor4j.train.StepReport;
import io.github.xnor4j.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what a page tells of a training and the trainer does not keep: after each epoch loss and
 * accuracy on the test images, and how many weights of +-1 have flipped; the loss within epochs.
 * Checkpoints keep it, so that a run that goes on tells of all of its epochs.
 */
public final class Recorder implements Callback {
  /** How many means of the loss there are in an epoch. */
  static final int POINTS = 40;

  private static final Gson GSON = new GsonBuilder().serializeSpecialFloatingPointValues().create();
  private static final TypeToken<List<Epoch>> EPOCHS = new TypeToken<>() {};
  private static final TypeToken<Map<String, String>> SIGNS = new TypeToken<>() {};

  private final Trainer trainer;
  private final Dataset test;
  private final List<Epoch> epochs = new ArrayList<>();
  private Map<String, BitSet> signs;
  private Sums open = new Sums();
  private boolean begun;
  private int stepsOfEpoch = 1;
  private long lastStep;

  /**
   * What is known of an epoch.
   *
   * @param epoch from 1
   * @param testLoss mean over the test images
   * @param testAccuracy from 0 to 1
   * @param flips for each binary weight how many of its elements have another sign than an epoch
   *     before; null where that is not known
   * @param losses mean losses of its {@link #POINTS} parts; NaN where a part has no step
   */
  record Epoch(
      int epoch,
      double testLoss,
      double testAccuracy,
      Map<String, Integer> flips,
      double[] losses) {}

  /** Losses of an epoch so far. */
  private static final class Sums {
    private final double[] sums = new double[POINTS];
    private final int[] steps = new int[POINTS];

    double[] means() {
      double[] means = new double[POINTS];
      Arrays.setAll(means, i -> sums[i] / steps[i]);
      return means;
    }
  }

  /**
   * Begins with the weights as they are.
   *
   * @param trainer whose run it will be told of
   * @param test images that are not trained on
   */
  public Recorder(Trainer trainer, Dataset test) {
    this.trainer = trainer;
    this.test = test;
    this.signs = signs();
  }

  /** What is known of the epochs done, in order; of those before a resume it may be nothing. */
  List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /** The losses of an epoch that was not completed. */
  double[] openLosses() {
    return open.means();
  }

  int stepsOfEpoch() {
    return stepsOfEpoch;
  }

  /** How many steps had been done before the last one. */
  long lastStep() {
    return lastStep;
  }

  @Override
  public String name() {
    return "report";
  }

  @Override
  public void onStep(StepReport step) {
    if (!begun && step.totalSteps() > 1) {
      signs = null; // a run goes on that nothing was recorded of
    }
    begun = true;
    stepsOfEpoch = step.steps();
    lastStep = step.totalSteps() - 1;
    int part = (int) ((step.step() - 1L) * POINTS / step.steps());
    open.sums[part] += step.loss();
    open.steps[part]++;
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    Map<String, Double> means = trainer.evaluate(test);
    Map<String, BitSet> now = signs();
    epochs.add(
        new Epoch(
            epoch.epoch(), means.get("loss"), means.get("accuracy"), flips(now), open.means()));
    signs = now;
    open = new Sums();
  }

  /** The weights that are +-1 where they are used, whose sign is that. */
  static List<Weight> binary(Trainer trainer) {
    return trainer.setup().model().weights().stream()
        .filter(weight -> weight.quantizer() != null && weight.precision() == 1)
        .toList();
  }

  private Map<String, BitSet> signs() {
    Map<String, Tensor> weights = trainer.weights();
    Map<String, BitSet> all = new LinkedHashMap<>();
    for (Weight weight : binary(trainer)) {
      float[] values = weights.get(weight.name()).floats();
      BitSet negative = new BitSet(values.length);
      for (int i = 0; i < values.length; i++) {
        negative.set(i, values[i] < 0);
      }
      all.put(weight.name(), negative);
    }
    return all;
  }

  private Map<String, Integer> flips(Map<String, BitSet> now) {
    if (signs == null) {
      return null;
    }
    Map<String, Integer> flips = new LinkedHashMap<>();
    now.forEach(
        (name, bits) -> {
          BitSet changed = (BitSet) bits.clone();
          changed.xor(signs.get(name));
          flips.put(name, changed.cardinality());
        });
    return flips;
  }

  @Override
  public Map<String, String> state() {
    Map<String, String> state = new HashMap<>();
    state.put("epochs", GSON.toJson(epochs));
    state.put("open", GSON.toJson(open));
    state.put("steps of epoch", Integer.toString(stepsOfEpoch));
    state.put("last step", Long.toString(lastStep));
    if (signs != null) {
      Map<String, String> bits = new LinkedHashMap<>();
      signs.forEach(
          (name, set) -> bits.put(name, Base64.getEncoder().encodeToString(set.toByteArray())));
      state.put("signs", GSON.toJson(bits));
    }
    return state;
  }

  @Override
  public void restore(Map<String, String> state) {
    epochs.clear();
    epochs.addAll(GSON.fromJson(state.get("epochs"), EPOCHS));
    open = GSON.fromJson(state.get("open"), Sums.class);
    stepsOfEpoch = Integer.parseInt(state.get("steps of epoch"));
    lastStep = Long.parseLong(state.get("last step"));
    Map<String, String> bits = GSON.fromJson(state.get("signs"), SIGNS);
    signs = bits == null ? null : new LinkedHashMap<>();
    if (bits != null) {
      bits.forEach(
          (name, text) -> signs.put(name, BitSet.valueOf(Base64.getDecoder().decode(text))));
    }
    begun = true;
  }
}
