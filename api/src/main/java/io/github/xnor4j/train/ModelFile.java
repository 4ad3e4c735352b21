package io.github.xnor4j.train;

import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.tensor.Sha256;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trained model: a safetensors file that holds every weight under its Keras name (latent kernels
 * as F32), and in its metadata the model's Keras JSON, its loss, the {@link #hash} of the weights,
 * what it was trained on, and where it comes from.
 *
 * @param model layers and connections
 * @param weights by name, F32 in Keras' layout
 * @param loss what it was trained with
 * @param provenance data hash, seed, hyper-parameters, backend, version and the like
 * @param data what it was trained on, or null if that is not known
 */
public record ModelFile(
    Model model,
    Map<String, Tensor> weights,
    Loss loss,
    Map<String, String> provenance,
    DataDescription data) {
  private static final String KIND = "xnor4j.kind";
  private static final String KIND_VALUE = "model";
  private static final String MODEL = "xnor4j.model";
  private static final String LOSS = "xnor4j.loss";
  private static final String HASH = "xnor4j.hash";
  private static final String PROVENANCE = "provenance/";

  /** Copies the maps. */
  public ModelFile {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** A model of which it is not known what it was trained on. */
  public ModelFile(
      Model model, Map<String, Tensor> weights, Loss loss, Map<String, String> provenance) {
    this(model, weights, loss, provenance, null);
  }

  /**
   * Reads a file.
   *
   * @throws BadFileException if it is not such a file, or a weight is missing, superfluous, of
   *     another dtype or shape or not finite, or if the weights are not those of the hash that it
   *     tells
   * @throws IOException if it cannot be read
   */
  public static ModelFile read(Path file) throws IOException {
    Safetensors content = Safetensors.read(file);
    String kind = content.metadata().get(KIND);
    if (kind == null) {
      throw new BadFileException(
          file,
          "has "
              + content.tensors().size()
              + " tensors but no model, expected one in its metadata, as 'xnor train --out' writes"
              + " it (or its layers beside it, in Keras JSON: --model net.json)");
    }
    if (!KIND_VALUE.equals(kind)) {
      throw new BadFileException(file, "is a " + kind + ", expected a " + KIND_VALUE);
    }
    return of(file, content, model(file, content.metadata()));
  }

  /**
   * Reads the weights of a model from a file, which may have nothing but tensors; if it has a model
   * of its own, this one takes its place. Where the file does not tell the loss, it is the
   * crossentropy that suits the model's output.
   *
   * @throws BadFileException as {@link #read(Path)}, but for the model
   * @throws IOException if it cannot be read
   */
  public static ModelFile read(Path file, Model model) throws IOException {
    return of(file, Safetensors.read(file), model);
  }

  private static ModelFile of(Path file, Safetensors content, Model model) throws IOException {
    Map<String, String> metadata = content.metadata();
    ModelWeights.require(file, model, content.tensors());
    if (content.converted().isEmpty()) {
      requireHash(file, metadata, content.tensors());
    }
    Map<String, String> provenance = new LinkedHashMap<>();
    metadata.forEach(
        (key, value) -> {
          if (key.startsWith(PROVENANCE)) {
            provenance.put(key.substring(PROVENANCE.length()), value);
          }
        });
    Loss loss =
        metadata.containsKey(LOSS) || metadata.containsKey(KIND)
            ? loss(file, metadata)
            : Losses.sparseCategoricalCrossentropyOf(model);
    return new ModelFile(
        model, content.tensors(), loss, provenance, DataMetadata.read(file, metadata));
  }

  private static String require(Path file, Map<String, String> metadata, String key)
      throws BadFileException {
    String value = metadata.get(key);
    if (value == null) {
      throw new BadFileException(file, "metadata '" + key + "' is missing, expected it");
    }
    return value;
  }

  private static Model model(Path file, Map<String, String> metadata) throws BadFileException {
    String json = require(file, metadata, MODEL);
    try {
      return KerasJson.read(json);
    } catch (IllegalArgumentException e) {
      throw new BadFileException(file, "the model is not as expected: " + e.getMessage());
    }
  }

  private static Loss loss(Path file, Map<String, String> metadata) throws BadFileException {
    try {
      return Losses.named(require(file, metadata, LOSS));
    } catch (IllegalArgumentException e) {
      throw new BadFileException(file, e.getMessage());
    }
  }

  private static void requireHash(
      Path file, Map<String, String> metadata, Map<String, Tensor> tensors)
      throws BadFileException {
    String told = metadata.get(HASH); // other tools may leave it out
    String found = hash(tensors);
    if (told != null && !told.equals(found)) {
      throw new BadFileException(
          file,
          "the hash of its tensors is "
              + found
              + ", expected that of its metadata, '"
              + HASH
              + "': "
              + told
              + " (whoever changes tensors takes it out)");
    }
  }

  private static String hash(Map<String, Tensor> tensors) {
    Sha256 hash = new Sha256();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              hash.add(name);
              hash.add(tensor);
            });
    return hash.hex();
  }

  /**
   * What two trainings have to compare to know whether they gave the same model: the SHA-256, in
   * hexadecimal, of names, dtypes, shapes and bytes of all weights and moving statistics, by name.
   */
  public String hash() {
    return hash(weights);
  }

  /**
   * Writes a file, whole or not at all, in place of one that may be there.
   *
   * <p>What {@link #read} could not make again is not written: of a model with a layer, quantizer,
   * constraint or initializer of one's own, or of a loss of one's own, only the weights can be
   * kept. {@code new Safetensors(weights, Map.of()).write(file)} does that, and {@code new
   * ModelFile(model, Safetensors.read(file).tensors(), loss, Map.of())} is the model again.
   *
   * @throws IllegalArgumentException if it could not be read back; the message names the part. Then
   *     a file that may be there stays as it is
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(KIND, KIND_VALUE);
    metadata.put(MODEL, json());
    metadata.put(LOSS, lossName());
    metadata.put(HASH, hash());
    if (data != null) {
      DataMetadata.write(data, metadata);
    }
    provenance.forEach((key, value) -> metadata.put(PROVENANCE + key, value));
    new Safetensors(weights, metadata).write(file);
  }

  private String json() {
    try {
      return KerasJson.write(model);
    } catch (IllegalArgumentException e) {
      throw unreadable(e.getMessage(), e);
    }
  }

  /** The loss' name, if it leads to this loss and not to one of a user's class of the same name. */
  private String lossName() {
    try {
      if (Losses.named(loss.name()).getClass() == loss.getClass()) {
        return loss.name();
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(e.getMessage(), e);
    }
    throw unreadable(
        "loss '" + loss.name() + "' is of " + loss.getClass() + ", expected one of Losses", null);
  }

  private static IllegalArgumentException unreadable(String message, Throwable cause) {
    return new IllegalArgumentException(
        "a file of this model could not be read back: "
            + message
            + "; its weights can be kept, by new Safetensors(weights, Map.of()).write(file)",
        cause);
  }
}
