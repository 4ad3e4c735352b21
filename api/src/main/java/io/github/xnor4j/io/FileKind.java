package io.github.xnor4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * What a file is by its first bytes, so that one that was taken for another is called by name. The
 * one place that knows them. A file is of the first of these kinds whose signature it begins with;
 * kinds without one are told in other ways.
 */
public enum FileKind {
  /** What models, checkpoints and weights are. */
  SAFETENSORS("a safetensors file"),
  PNG("PNG", "\u0089PNG\r\n\u001a\n"),
  JPEG("JPEG", "\u00ff\u00d8\u00ff"),
  GIF("GIF", "GIF87a", "GIF89a"),
  BMP("BMP"),
  RAW("a camera's raw photo", "FUJIFILMCCD-RAW", "IIRO", "IIRS", "IIU\0"),
  TIFF("TIFF", "II*\0", "MM\0*", "II+\0", "MM\0+"),
  WEBP("WebP"),
  HEIC("HEIC, as phones save photos"),
  AVIF("AVIF"),
  JPEG_2000("JPEG 2000", "\0\0\0\fjP  ", "\u00ff\u004f\u00ff\u0051"),
  JPEG_XL("JPEG XL", "\0\0\0\fJXL ", "\u00ff\n"),
  SVG("SVG, lines instead of pixels"),
  PDF("PDF"),
  POSTSCRIPT("PostScript"),
  PHOTOSHOP("a Photoshop document", "8BPS"),
  GIMP("a GIMP document", "gimp xcf"),
  ICON("an icon (ICO)", "\0\0\1\0"),
  NETPBM("PBM, PGM or PPM"),
  QOI("QOI", "qoif"),
  VIDEO("a video", "\u001aE\u00df\u00a3"),
  /** MNIST's format. */
  IDX(
      "IDX, MNIST's format of many images",
      "\0\0\b",
      "\0\0\t",
      "\0\0\13",
      "\0\0\f",
      "\0\0\r",
      "\0\0\16"),
  NUMPY("an array of NumPy", "\u0093NUMPY"),
  HDF5("an HDF5 file, as Keras writes .h5", "\u0089HDF\r\n\u001a\n"),
  GGUF("a GGUF file", "GGUF"),
  TFLITE("a TFLite model"),
  PICKLE("a pickle of Python", "\u0080\2", "\u0080\3", "\u0080\4", "\u0080\5"),
  GZIP("compressed by gzip", "\u001f\u008b"),
  KERAS_ZIP("a zip file of Keras, as it writes .keras"),
  PYTORCH_ZIP("a zip file of PyTorch"),
  NUMPY_ZIP("a zip file of NumPy, as it writes .npz"),
  ZIP("a zip file"),
  LFS("a pointer of Git LFS, not the file itself ('git lfs pull' brings that)"),
  HTML("an HTML page (a download that gave a page in place of the file?)"),
  /** A configuration of Keras, or other JSON. */
  JSON("Keras JSON"),
  EMPTY("empty"),
  UNKNOWN("none of the known kinds");

  private static final int LOOKED_AT = 4096;
  private static final FileKind[] ALL = values();
  private static final Set<String> HEIC_BRANDS =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");

  private final String words;
  private final String[] signatures;

  FileKind(String words, String... signatures) {
    this.words = words;
    this.signatures = signatures;
  }

  /** What it is called behind "is". */
  public String words() {
    return words;
  }

  /**
   * The kind of a file.
   *
   * @throws IOException if it cannot be read
   */
  public static FileKind of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1));
    }
  }

  /**
   * Names a file's kind, with what to do about it where that is known.
   *
   * @param file that can be read
   * @param expected what the kind should be
   * @return such as {@code is an HDF5 file, expected a safetensors file}; null if it seems to be of
   *     that kind or of none that this class knows
   * @throws IOException if it cannot be read
   */
  public static String mistaken(Path file, FileKind expected) throws IOException {
    FileKind kind = of(file);
    return kind == expected || kind == UNKNOWN || kind == EMPTY
        ? null
        : "is " + kind.words + ", expected " + expected.words + kind.remedy();
  }

  /** How a model of this kind becomes one that is read, in brackets; may be empty. */
  private String remedy() {
    return switch (this) {
      case HDF5, KERAS_ZIP ->
          " (in Python: safetensors.numpy.save_file({w.path: w.numpy() for w in model.weights},"
              + " FILE) and model.to_json())";
      case NUMPY, NUMPY_ZIP -> " (in Python: safetensors.numpy.save_file({name: array}, FILE))";
      case PYTORCH_ZIP -> " (in Python: safetensors.torch.save_file(state_dict, FILE))";
      case TFLITE -> " (of the model that it was converted from)";
      case PICKLE -> " (pickles are programs: none is ever run here)";
      case GZIP -> " (gunzip it)";
      default -> "";
    };
  }

  private static FileKind of(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    } else if (text.matches("(?s).{7}\0\\{\\s*\".*")) {
      return SAFETENSORS;
    } else if (text.startsWith("ftyp", 4) && text.length() >= 12) {
      return ofBrand(text.substring(8, 12));
    } else if (text.startsWith("RIFF")) {
      return text.startsWith("WEBP", 8) ? WEBP : text.startsWith("AVI ", 8) ? VIDEO : UNKNOWN;
    } else if (text.startsWith("TFL3", 4)) {
      return TFLITE;
    } else if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
      return ofEntries(text);
    }
    FileKind signed = ofSignature(text);
    return signed == UNKNOWN ? ofWords(text) : signed;
  }

  /** Of the family of MP4: its brand says what is in the box. */
  private static FileKind ofBrand(String brand) {
    if (HEIC_BRANDS.contains(brand)) {
      return HEIC;
    }
    return switch (brand) {
      case "avif", "avis" -> AVIF;
      case "crx " -> RAW;
      case "jp2 ", "jpx " -> JPEG_2000;
      default -> VIDEO;
    };
  }

  /** A zip file, by the names of the first files in it. */
  private static FileKind ofEntries(String text) {
    if (text.contains("config.json")) {
      return KERAS_ZIP;
    } else if (text.contains("data.pkl")) {
      return PYTORCH_ZIP;
    }
    return text.contains(".npy") ? NUMPY_ZIP : ZIP;
  }

  private static FileKind ofSignature(String text) {
    for (FileKind kind : ALL) {
      for (String signature : kind.signatures) {
        if (text.startsWith(signature)) {
          return kind == TIFF && text.startsWith("CR", 8) ? RAW : kind;
        }
      }
    }
    return UNKNOWN;
  }

  /** Kinds that are texts, or begin as one. */
  private static FileKind ofWords(String text) {
    String lower = text.toLowerCase(Locale.ROOT).stripLeading();
    if (lower.startsWith("%pdf")) {
      return PDF;
    } else if (lower.startsWith("%!ps")) {
      return POSTSCRIPT;
    } else if (lower.startsWith("version https://git-lfs")) {
      return LFS;
    } else if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return HTML;
    } else if (lower.matches("(?s)\\{\\s*\".*")) {
      return JSON;
    } else if (lower.startsWith("<") && lower.contains("<svg")) {
      return SVG;
    } else if (text.matches("(?s)P[1-7]\\s.*")) {
      return NETPBM;
    }
    return text.startsWith("BM") ? BMP : UNKNOWN;
  }
}
