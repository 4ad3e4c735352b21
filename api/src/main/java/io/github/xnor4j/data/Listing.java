package io.github.xnor4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What lies in a folder, by name, without what file managers leave there.
 *
 * @param folder where it lies
 * @param files regular files
 * @param folders folders
 */
record Listing(Path folder, List<Path> files, List<Path> folders) {
  private static final int SHOWN = 8;

  static Listing of(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(path -> !isHidden(name(path)))
          .sorted()
          .forEach(path -> (Files.isDirectory(path) ? folders : files).add(path));
    }
    return new Listing(folder, files, folders);
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".")
        || name.equals("__MACOSX")
        || name.equals("Thumbs.db")
        || name.equals("desktop.ini");
  }

  static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  /** What stands behind the last dot of a file's name in lower case, or nothing. */
  static String extension(Path file) {
    String name = name(file);
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** What a data set may be called by: a part of its files' names, its folder and that one's. */
  List<String> callings(String family) {
    Path whole = folder.toAbsolutePath().normalize();
    Path above = whole.getParent();
    return List.of(family, name(whole), above == null ? "" : name(above));
  }

  /** Names what is there, for messages. */
  String contents() {
    List<String> names = new ArrayList<>();
    folders.forEach(path -> names.add(name(path) + "/"));
    files.forEach(path -> names.add(name(path)));
    return listed(names);
  }

  /** The first names, and how many more there are. */
  static String listed(List<String> names) {
    if (names.isEmpty()) {
      return "nothing";
    }
    String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return names.size() <= SHOWN ? first : first + " and " + (names.size() - SHOWN) + " more";
  }
}
