package io.github.xnor4j.train;

import io.github.xnor4j.data.Batches;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.tensor.Sha256;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What must be the same for a run to go on from a checkpoint: what is computed, which is the text
 * of the step's program with the values that its variables begin with, and what it is fed with and
 * configured by. So the parts of a model may be anybody's: none needs a form that can be read back.
 *
 * @param entries by the name that messages use
 * @param model a line for each layer and parameter, only for messages: where the program differs,
 *     they tell more than a hash
 */
record Identity(Map<String, String> entries, String model) {
  private static final String PREFIX = "identity/";
  private static final String MODEL = "model";
  private static final String FIRST_VALUES = "hash of the first weights";
  private static final String PROGRAM = "program";
  private static final int SHOWN = 240; // an optimizer with its schedule

  Identity {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /**
   * The identity of a run.
   *
   * @param programs the step's, for each size of batch
   */
  static Identity of(Trainer trainer, Batches batches, List<Program> programs) {
    Trainer.Setup setup = trainer.setup();
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(Provenance.BACKEND, trainer.backend());
    entries.put(Provenance.SEED, Long.toString(setup.seed()));
    entries.put(Provenance.DATA_HASH, batches.dataset().hash());
    entries.put(Provenance.BATCH_SIZE, Integer.toString(batches.size()));
    entries.put(Provenance.RECIPE, setup.recipe());
    entries.put(Provenance.GRADIENTS, setup.gradients().toString());
    entries.put("order", batches.shuffled() ? "shuffled" : "as given");
    entries.put("augmentation", batches.augmentation().name());
    entries.put("optimizer", Descriptions.of(setup.optimizer()));
    entries.put("loss", setup.loss().name());
    entries.put(
        "list of metrics",
        setup.metrics().stream().map(Metric::name).collect(Collectors.joining(", ")));
    entries.put(FIRST_VALUES, trainer.firstValues()); // initializers are not in the program
    entries.put(PROGRAM, hash(programs));
    return new Identity(entries, String.join("\n", Descriptions.lines(setup.model())));
  }

  private static String hash(List<Program> programs) {
    Sha256 hash = new Sha256();
    programs.forEach(program -> hash.add(program.toString()));
    return hash.hex();
  }

  void write(Map<String, String> metadata) {
    entries.forEach((name, value) -> metadata.put(PREFIX + name, value));
    metadata.put(PREFIX + MODEL, model);
  }

  /** Refuses metadata of another run, naming what differs. */
  void require(Path file, Map<String, String> metadata) throws BadFileException {
    for (String name : entries.keySet()) {
      if (!metadata.containsKey(PREFIX + name)) {
        throw new BadFileException(
            file,
            "does not tell the "
                + name
                + " of its run, expected a checkpoint that this version of xnor4j wrote (one of"
                + " an earlier version cannot be gone on with: begin anew in another folder)");
      }
    }
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      String found = metadata.get(PREFIX + entry.getKey());
      if (!entry.getValue().equals(found)) {
        throw new BadFileException(file, difference(entry.getKey(), found, metadata));
      }
    }
  }

  private String difference(String name, String found, Map<String, String> metadata) {
    String other = metadata.getOrDefault(PREFIX + MODEL, "");
    boolean computed = name.equals(FIRST_VALUES) || name.equals(PROGRAM);
    if (computed && !other.equals(model)) {
      return modelDifference(other.lines().toList(), model.lines().toList());
    }
    String difference =
        "the "
            + name
            + " of the checkpoint is "
            + shown(found)
            + ", expected this run's "
            + shown(entries.get(name));
    return switch (name) {
      case FIRST_VALUES ->
          difference + " (an initializer, or the optimizer's state, begins with other values)";
      case PROGRAM ->
          difference
              + " (with the same classes and parameters by name, a layer, quantizer, constraint,"
              + " optimizer, loss or metric computes something else, or layers are connected in"
              + " another way, or another version of xnor4j wrote it: "
              + metadata.get(Checkpoint.VERSION)
              + ", this is "
              + Version.text()
              + ")";
      default -> difference;
    };
  }

  /** Names the first layer or parameter that is another. */
  private static String modelDifference(List<String> found, List<String> expected) {
    int i = 0;
    while (i < found.size() && i < expected.size() && found.get(i).equals(expected.get(i))) {
      i++;
    }
    return "the model of the checkpoint is another: it has "
        + line(found, i)
        + ", expected this run's "
        + line(expected, i);
  }

  private static String line(List<String> lines, int i) {
    return i < lines.size() ? lines.get(i) : "end of the layers";
  }

  private static String shown(String value) {
    return value.length() <= SHOWN
        ? "'" + value + "'"
        : "'" + value.substring(0, SHOWN) + "...' (%08x)".formatted(value.hashCode());
  }

  /** What a model file tells; the model stands there by itself. */
  Map<String, String> provenance() {
    Map<String, String> known = new LinkedHashMap<>(entries);
    known.put(Provenance.VERSION, Version.text());
    return known;
  }
}
