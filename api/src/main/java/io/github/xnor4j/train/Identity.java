package io.github.xnor4j.train;

import com.google.gson.Gson;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.nn.KerasJson;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What must be the same for a run to go on from a checkpoint.
 *
 * @param entries by the name that messages use
 */
record Identity(Map<String, String> entries) {
  private static final String PREFIX = "identity/";
  private static final String MODEL = "model";
  private static final int SHOWN = 60;

  Identity {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  static Identity of(Trainer trainer, Batches batches) {
    Trainer.Setup setup = trainer.setup();
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("backend", trainer.backend());
    entries.put("seed", Long.toString(setup.seed()));
    entries.put("data hash", batches.dataset().hash());
    entries.put("batch size", Integer.toString(batches.size()));
    entries.put("recipe", setup.recipe());
    entries.put("order", batches.shuffled() ? "shuffled" : "as given");
    entries.put("augmentation", batches.augmentation().name());
    entries.put(MODEL, KerasJson.write(setup.model()));
    entries.put("optimizer", text(setup.optimizer()));
    entries.put("loss", setup.loss().name());
    return new Identity(entries);
  }

  private static String text(Optimizer optimizer) {
    return optimizer.className() + " " + new Gson().toJson(optimizer.config());
  }

  void write(Map<String, String> metadata) {
    entries.forEach((name, value) -> metadata.put(PREFIX + name, value));
  }

  /** Refuses metadata of another run, naming what differs. */
  void require(Path file, Map<String, String> metadata) throws BadFileException {
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      String found = metadata.get(PREFIX + entry.getKey());
      if (!entry.getValue().equals(found)) {
        throw new BadFileException(
            file,
            "the "
                + entry.getKey()
                + " of the checkpoint is "
                + shown(found)
                + ", expected this run's "
                + shown(entry.getValue()));
      }
    }
  }

  private static String shown(String value) {
    return value == null || value.length() <= SHOWN
        ? "'" + value + "'"
        : "'" + value.substring(0, SHOWN) + "...' (%08x)".formatted(value.hashCode());
  }

  /** What a model file tells; the model stands there by itself. */
  Map<String, String> provenance() {
    Map<String, String> known = new LinkedHashMap<>(entries);
    known.remove(MODEL);
    known.put("version", Version.text());
    return known;
  }
}
