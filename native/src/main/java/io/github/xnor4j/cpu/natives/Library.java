package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.backend.Availability;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Finds the library of this platform and loads it, once for the JVM: in a checkout from where it
 * was built, out of a jar by way of a {@link LibraryCache}. In both cases its checksum is that of
 * the build.
 */
final class Library {
  /** Where libraries lie, beside this class: a folder for each platform. */
  static final String NAME = "libxnor4j.so";

  private static final String OTHER = "use --backend cpu-vector";

  private Library() {}

  /** The library cannot be used. */
  static final class NotLoadedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Availability.Unavailable why;

    NotLoadedException(String reason, String remedy) {
      super(reason);
      this.why = new Availability.Unavailable(reason, remedy);
    }

    Availability.Unavailable why() {
      return why;
    }
  }

  /** Loaded when it is first asked for. */
  private static final class Loaded {
    static final Kernels KERNELS;
    static final NotLoadedException FAILURE;

    static {
      Kernels kernels = null;
      NotLoadedException failure = null;
      try {
        kernels = load();
      } catch (NotLoadedException e) {
        failure = e;
      }
      KERNELS = kernels;
      FAILURE = failure;
    }
  }

  /**
   * The kernels.
   *
   * @throws NotLoadedException if there are none here, with reason and remedy
   */
  static Kernels kernels() throws NotLoadedException {
    if (Loaded.FAILURE != null) {
      throw new NotLoadedException(Loaded.FAILURE.why().reason(), Loaded.FAILURE.why().remedy());
    }
    return Loaded.KERNELS;
  }

  /**
   * Name of a platform's folder.
   *
   * @throws NotLoadedException if there is no library for it
   */
  static String platform(String os, String arch) throws NotLoadedException {
    String machine =
        switch (arch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> null;
        };
    if (machine == null || !os.toLowerCase(Locale.ROOT).equals("linux")) {
      throw new NotLoadedException(
          "there are no kernels for "
              + os
              + " on "
              + arch
              + ", only for Linux on x86-64 and aarch64",
          OTHER);
    }
    return "linux-" + machine;
  }

  private static Kernels load() throws NotLoadedException {
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    String name = platform + "/" + NAME;
    URL url = Library.class.getResource(name);
    if (url == null) {
      throw new NotLoadedException(
          "this build has no library for " + platform,
          "install a C compiler (package gcc) and build again, or add the jar of xnor4j-native for "
              + platform
              + " to the class path");
    }
    try {
      byte[] library = read(name);
      String checksum = new String(read(name + ".sha256"), StandardCharsets.US_ASCII).strip();
      LibraryCache.verify(library, checksum, url.toString());
      return link(path(url, library, checksum));
    } catch (IOException e) {
      throw new NotLoadedException(
          "the library cannot be brought to a place to load it from: " + e.getMessage(),
          "name a folder of yours by -D" + LibraryCache.PROPERTY + "=DIR");
    }
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = Library.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is missing");
      }
      return in.readAllBytes();
    }
  }

  private static Path path(URL url, byte[] library, String checksum) throws IOException {
    if (url.getProtocol().equals("file")) {
      try {
        return Path.of(url.toURI());
      } catch (URISyntaxException e) {
        throw new IOException("no path: " + url, e);
      }
    }
    return new LibraryCache(LibraryCache.folder()).put(library, checksum);
  }

  private static Kernels link(Path path) throws NotLoadedException {
    SymbolLookup symbols;
    try {
      symbols = SymbolLookup.libraryLookup(path, Arena.global());
    } catch (IllegalCallerException e) {
      throw new NotLoadedException(
          "this JVM allows no native access: " + e.getMessage(),
          "start java with --enable-native-access=ALL-UNNAMED");
    } catch (IllegalArgumentException e) {
      throw new NotLoadedException(
          "the library does not load: " + reason(path),
          "of a musl system: "
              + OTHER
              + "; where "
              + path.getParent()
              + " allows no execution: name another folder by -D"
              + LibraryCache.PROPERTY
              + "=DIR");
    }
    try {
      return Kernels.of(symbols, System.getProperty(Tier.PROPERTY));
    } catch (IllegalArgumentException e) {
      throw new NotLoadedException(e.getMessage(), "build again, or take away the property");
    } catch (RuntimeException e) { // it lacks a function
      throw new NotLoadedException(
          path + " is no library of this version: " + e.getMessage(), OTHER);
    }
  }

  /** What the dynamic linker says, which the lookup keeps to itself. */
  private static String reason(Path path) {
    try {
      System.load(path.toAbsolutePath().toString());
      return "cannot open " + path;
    } catch (UnsatisfiedLinkError e) {
      return e.getMessage();
    }
  }
}
