package io.github.xnor4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The pictures that arguments name. */
final class PictureFiles {
  /** Also those of kinds that cannot be read, so that it is said. */
  private static final Set<String> ENDINGS =
      Set.of(
          "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif", "avif", "jxl");

  private PictureFiles() {}

  /** Files as they are; in place of a folder the pictures in it and in its folders, by name. */
  static List<Path> in(List<Path> arguments) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        all.addAll(inFolder(argument));
      } else {
        all.add(argument);
      }
    }
    return all;
  }

  private static List<Path> inFolder(Path folder) throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.walk(folder)) {
      found = files.filter(PictureFiles::isPicture).sorted().toList();
    }
    if (found.isEmpty()) {
      throw new BadInputException(folder + ": has no pictures in it, expected some");
    }
    return found;
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
  }
}
