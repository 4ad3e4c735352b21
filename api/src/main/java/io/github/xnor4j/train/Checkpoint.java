package io.github.xnor4j.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the state of a run into the content of a checkpoint file and back. */
final class Checkpoint {
  /** Which version of this software wrote it, for messages. */
  static final String VERSION = "version";

  private static final String KIND = "xnor4j.kind";
  private static final String KIND_VALUE = "checkpoint";
  private static final String CALLBACK = "callback/";

  // a metric may be NaN for good reasons; only the loss may not
  private static final Gson GSON = new GsonBuilder().serializeSpecialFloatingPointValues().create();
  private static final TypeToken<Map<String, String>> STATE = new TypeToken<>() {};

  private final Trainer trainer;
  private final Identity identity;

  Checkpoint(Trainer trainer, Identity identity) {
    this.trainer = trainer;
    this.identity = identity;
  }

  /** Every variable of the run by a unique name. */
  private Map<String, Variable> variables() {
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (Weight weight : trainer.setup().model().weights()) {
      variables.put("model/" + weight.name(), weight.variable());
    }
    for (Variable variable : trainer.update().variables()) {
      variables.put("optimizer/" + variable.name(), variable);
    }
    trainer
        .scales()
        .variables()
        .forEach((name, variable) -> variables.put(variable.name(), variable));
    return variables;
  }

  Safetensors content(TrainingRun.RunState state, Callback[] callbacks) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    variables().forEach((name, variable) -> tensors.put(name, trainer.session().read(variable)));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(KIND, KIND_VALUE);
    metadata.put(VERSION, Version.text());
    identity.write(metadata);
    metadata.put("epoch", Integer.toString(state.epoch));
    metadata.put("step", Integer.toString(state.step));
    metadata.put("total_steps", Long.toString(trainer.totalSteps()));
    metadata.put(Provenance.ARITHMETIC, GSON.toJson(state.arithmetic));
    metadata.put("seconds", Double.toString(state.seconds));
    metadata.put("sums", GSON.toJson(state.running));
    metadata.put("history", GSON.toJson(state.history));
    for (Callback callback : callbacks) {
      metadata.put(CALLBACK + callback.name(), GSON.toJson(callback.state(), STATE.getType()));
    }
    return new Safetensors(tensors, metadata);
  }

  /** Puts the state of a checkpoint in place of the run's. */
  void restore(CheckpointStore.Found found, TrainingRun.RunState state, Callback[] callbacks)
      throws BadFileException {
    Map<String, String> metadata = found.content().metadata();
    if (!KIND_VALUE.equals(metadata.get(KIND))) {
      throw new BadFileException(
          found.file(),
          "'" + KIND + "' is " + metadata.get(KIND) + ", expected '" + KIND_VALUE + "'");
    }
    identity.require(found.file(), metadata);
    requireVariables(found);
    try {
      restoreState(metadata, state);
      restoreCallbacks(metadata, callbacks);
    } catch (IllegalArgumentException | JsonParseException | NullPointerException e) {
      throw new BadFileException(found.file(), "its metadata are damaged: " + e.getMessage());
    }
    variables()
        .forEach(
            (name, variable) ->
                trainer.session().write(variable, found.content().tensors().get(name)));
  }

  private void requireVariables(CheckpointStore.Found found) throws BadFileException {
    for (Map.Entry<String, Variable> entry : variables().entrySet()) {
      Tensor tensor = found.content().tensors().get(entry.getKey());
      Variable variable = entry.getValue();
      if (tensor == null
          || tensor.dtype() != variable.dtype()
          || !tensor.shape().equals(variable.shape())) {
        throw new BadFileException(
            found.file(),
            "tensor '"
                + entry.getKey()
                + "' is "
                + (tensor == null ? "missing" : tensor.describe())
                + ", expected "
                + variable.type());
      }
    }
  }

  private void restoreState(Map<String, String> metadata, TrainingRun.RunState state) {
    state.epoch = Integer.parseInt(metadata.get("epoch"));
    state.step = Integer.parseInt(metadata.get("step"));
    state.seconds = Double.parseDouble(metadata.get("seconds"));
    List<String> here = List.copyOf(state.arithmetic);
    state.arithmetic.clear();
    state.arithmetic.addAll(
        List.of(GSON.fromJson(metadata.get(Provenance.ARITHMETIC), String[].class)));
    state.arithmetic.addAll(here);
    Totals sums = GSON.fromJson(metadata.get("sums"), Totals.class);
    state.running.clear();
    state.running.add(sums);
    state.history.clear();
    state.history.addAll(List.of(GSON.fromJson(metadata.get("history"), EpochReport[].class)));
    trainer.totalSteps(Long.parseLong(metadata.get("total_steps")));
  }

  private static void restoreCallbacks(Map<String, String> metadata, Callback[] callbacks) {
    for (Callback callback : callbacks) {
      String kept = metadata.get(CALLBACK + callback.name());
      if (kept != null) {
        callback.restore(GSON.fromJson(kept, STATE));
      }
    }
  }
}
