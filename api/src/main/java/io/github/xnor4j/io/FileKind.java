package io.github.xnor4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a file is by its first bytes, so that one that was taken for another is called by name. */
public final class FileKind {
  /** The kind that models, checkpoints and weights are. */
  public static final String SAFETENSORS = "a safetensors file";

  /** The kind that Keras' configurations are. */
  public static final String JSON = "Keras JSON";

  private static final int LOOKED_AT = 4096;
  private static final String OF_KERAS =
      " (in Python: safetensors.numpy.save_file({w.path: w.numpy() for w in model.weights}, FILE)"
          + " and model.to_json())";
  private static final String OF_NUMPY =
      " (in Python: safetensors.numpy.save_file({name: array}, FILE))";

  private FileKind() {}

  /**
   * Names a file's kind, with what to do about it where that is known.
   *
   * @param file that can be read
   * @param expected what the kind should be, such as {@link #SAFETENSORS}
   * @return such as {@code is an HDF5 file, expected a safetensors file}; null if it seems to be of
   *     that kind or of none that this class knows
   * @throws IOException if it cannot be read
   */
  public static String mistaken(Path file, String expected) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
    }
    String[] kind = kind(text);
    return kind == null || kind[0].equals(expected)
        ? null
        : "is " + kind[0] + ", expected " + expected + kind[1];
  }

  /** The kind's name and a remedy in brackets, which may be empty. */
  private static String[] kind(String text) {
    if (text.startsWith("\u0089HDF\r\n\u001a\n")) {
      return of("an HDF5 file, as Keras writes .h5", OF_KERAS);
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return zip(text);
    }
    if (text.startsWith("TFL3", 4)) {
      return of("a TFLite model", " (of the model that it was converted from)");
    }
    if (text.startsWith("version https://git-lfs.github.com/")) {
      return of("a pointer of Git LFS, not the file itself", " (git lfs pull brings that)");
    }
    if (text.matches("(?s)\u0080[\u0002-\u0005].*")) {
      return of("a pickle of Python", " (pickles are programs: none is ever run here)");
    }
    if (text.startsWith("\u0093NUMPY")) {
      return of("an array of NumPy", OF_NUMPY);
    }
    if (text.startsWith("GGUF")) {
      return of("a GGUF file", "");
    }
    if (text.startsWith("\u001f\u008b")) {
      return of("compressed by gzip", " (gunzip it)");
    }
    if (text.startsWith("\u0089PNG\r\n") || text.startsWith("\u00ff\u00d8\u00ff")) {
      return of("a picture", "");
    }
    if (text.matches("(?s).{7}\0\\{\\s*\".*")) {
      return of(SAFETENSORS, "");
    }
    return markup(text.stripLeading().toLowerCase(Locale.ROOT));
  }

  private static String[] zip(String text) {
    if (text.contains("config.json")) {
      return of("a zip file of Keras, as it writes .keras", OF_KERAS);
    }
    if (text.contains("data.pkl")) {
      return of(
          "a zip file of PyTorch", " (in Python: safetensors.torch.save_file(state_dict, FILE))");
    }
    return text.contains(".npy")
        ? of("a zip file of NumPy, as it writes .npz", OF_NUMPY)
        : of("a zip file", "");
  }

  private static String[] markup(String text) {
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return of("an HTML page", " (a download that gave a page in place of the file?)");
    }
    if (text.matches("(?s)\\{\\s*\".*")) {
      return of(JSON, "");
    }
    return null;
  }

  private static String[] of(String name, String remedy) {
    return new String[] {name, remedy};
  }
}
