package io.github.xnor4j.pictures;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** What a file is, by its first bytes. */
enum FileKind {
  PNG("PNG"),
  JPEG("JPEG"),
  GIF("GIF"),
  BMP("BMP"),
  TIFF("TIFF"),
  WEBP("WebP"),
  HEIC("HEIC, as phones save photos"),
  AVIF("AVIF"),
  JPEG_2000("JPEG 2000"),
  JPEG_XL("JPEG XL"),
  RAW("a camera's raw photo"),
  SVG("SVG, lines instead of pixels"),
  PDF("PDF"),
  POSTSCRIPT("PostScript"),
  PHOTOSHOP("a Photoshop document"),
  GIMP("a GIMP document"),
  ICON("an icon (ICO)"),
  NETPBM("PBM, PGM or PPM"),
  QOI("QOI"),
  VIDEO("a video"),
  HTML("a web page (HTML)"),
  LFS("a Git LFS pointer; the picture itself was not downloaded ('git lfs pull')"),
  IDX("IDX, MNIST's format of many images, as --data of 'xnor evaluate' reads it"),
  NUMPY("a NumPy array"),
  HDF5("HDF5"),
  GZIP("packed by gzip"),
  ZIP("a ZIP archive"),
  EMPTY("empty"),
  UNKNOWN("none of the known kinds");

  /** How many of its first bytes tell a file's kind. */
  static final int BYTES = 512;

  /** The kinds that can be read, for messages. */
  static final String READABLE = "PNG, JPEG, GIF, BMP, TIFF or WebP";

  private static final Set<String> HEIC_BRANDS =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");

  private final String words;

  FileKind(String words) {
    this.words = words;
  }

  /** What it is called behind "is". */
  String words() {
    return words;
  }

  /** Whether {@link PictureFile} reads it. */
  boolean isReadable() {
    return ordinal() <= WEBP.ordinal();
  }

  /** The kind of a file that begins with these bytes, {@link #BYTES} of them if it has as many. */
  static FileKind of(byte[] start) {
    if (start.length == 0) {
      return EMPTY;
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("ftyp", 4) && text.length() >= 12) {
      return ofBrand(text.substring(8, 12));
    }
    if (text.startsWith("RIFF")) {
      return text.startsWith("WEBP", 8) ? WEBP : text.startsWith("AVI ", 8) ? VIDEO : UNKNOWN;
    }
    FileKind binary = ofMagic(text);
    return binary != UNKNOWN ? binary : ofWords(text);
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

  private static FileKind ofMagic(String text) {
    if (startsWithAny(text, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    } else if (startsWithAny(text, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (startsWithAny(text, "GIF87a", "GIF89a")) {
      return GIF;
    } else if (startsWithAny(text, "II*\0", "MM\0*", "II+\0", "MM\0+")) {
      return text.startsWith("CR", 8) ? RAW : TIFF;
    } else if (startsWithAny(text, "\0\0\0\fjP  ", "\u00ff\u004f\u00ff\u0051")) {
      return JPEG_2000;
    } else if (startsWithAny(text, "\0\0\0\fJXL ", "\u00ff\n")) {
      return JPEG_XL;
    } else if (startsWithAny(text, "8BPS")) {
      return PHOTOSHOP;
    } else if (startsWithAny(text, "gimp xcf")) {
      return GIMP;
    } else if (startsWithAny(text, "FUJIFILMCCD-RAW", "IIRO", "IIRS", "IIU\0")) {
      return RAW;
    } else if (startsWithAny(text, "\0\0\1\0")) {
      return ICON;
    } else if (startsWithAny(text, "qoif")) {
      return QOI;
    } else if (startsWithAny(text, "\0\0\b", "\0\0\t", "\0\0\13", "\0\0\f", "\0\0\r", "\0\0\16")) {
      return IDX;
    } else if (startsWithAny(text, "\u0093NUMPY")) {
      return NUMPY;
    } else if (startsWithAny(text, "\u0089HDF\r\n\u001a\n")) {
      return HDF5;
    } else if (startsWithAny(text, "\u001f\u008b")) {
      return GZIP;
    } else if (startsWithAny(text, "PK\3\4", "PK\5\6")) {
      return ZIP;
    } else if (startsWithAny(text, "\u001aE\u00df\u00a3")) {
      return VIDEO;
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
    } else if (lower.contains("<svg")) {
      return SVG;
    } else if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return HTML;
    } else if (text.matches("(?s)P[1-7]\\s.*")) {
      return NETPBM;
    } else if (text.startsWith("BM")) {
      return BMP;
    }
    return UNKNOWN;
  }

  private static boolean startsWithAny(String text, String... starts) {
    for (String start : starts) {
      if (text.startsWith(start)) {
        return true;
      }
    }
    return false;
  }
}
