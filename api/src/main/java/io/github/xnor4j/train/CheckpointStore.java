package io.github.xnor4j.train;

import io.github.xnor4j.io.AtomicFile;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The checkpoint files of a folder, named by the number of steps done. */
final class CheckpointStore {
  private static final Logger LOG = System.getLogger(CheckpointStore.class.getName());
  private static final String PREFIX = "checkpoint-";
  private static final String SUFFIX = ".safetensors";
  private static final String NAME = PREFIX + "[0-9]{12}\\" + SUFFIX;

  private final Checkpoints policy;

  /** A checkpoint and the file it came from. */
  record Found(Path file, Safetensors content) {}

  /**
   * Opens a folder, makes it if needed, and removes what a killed writer left there.
   *
   * @throws IOException if it cannot be written to, or has checkpoints though the run shall not go
   *     on from them
   */
  CheckpointStore(Checkpoints policy) throws IOException {
    this.policy = policy;
    makeFolder();
    AtomicFile.requireWritable(file(0));
    String left = "." + PREFIX + "*" + SUFFIX + ".*" + AtomicFile.TEMPORARY_SUFFIX;
    try (DirectoryStream<Path> temporary = Files.newDirectoryStream(policy.folder(), left)) {
      for (Path path : temporary) {
        Files.deleteIfExists(path);
      }
    }
    if (!policy.resume() && !newestFirst().isEmpty()) {
      throw new BadFileException(
          policy.folder(),
          "has checkpoints of an earlier run, expected none (go on with it by resuming, or choose"
              + " another folder)");
    }
  }

  private void makeFolder() throws IOException {
    try {
      Files.createDirectories(policy.folder());
    } catch (FileAlreadyExistsException e) {
      throw new BadFileException(policy.folder(), "is a file, expected a folder");
    }
  }

  private Path file(long totalSteps) {
    return policy.folder().resolve(PREFIX + "%012d".formatted(totalSteps) + SUFFIX);
  }

  private List<Path> newestFirst() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(policy.folder())) {
      for (Path file : files) {
        if (file.getFileName().toString().matches(NAME)) {
          found.add(file);
        }
      }
    }
    found.sort(Comparator.comparing((Path file) -> file.getFileName().toString()).reversed());
    return found;
  }

  /** The newest checkpoint that is whole, or null; others are passed over with a warning. */
  Found newest() throws IOException {
    List<Path> files = newestFirst();
    for (Path file : files) {
      try {
        return new Found(file, Safetensors.read(file));
      } catch (IOException e) {
        LOG.log(Level.WARNING, "checkpoint passed over: {0}", e.getMessage());
      }
    }
    if (!files.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "none of {0} checkpoints in {1} is whole: the training begins anew",
          files.size(),
          policy.folder());
    }
    return null;
  }

  /**
   * Writes a checkpoint, then removes the oldest, and those of later steps: they were passed over,
   * and would be taken for the newest.
   */
  void write(long totalSteps, Safetensors content) throws IOException {
    makeFolder(); // somebody may have removed it
    Path written = file(totalSteps);
    content.write(written);
    List<Path> files = newestFirst();
    int position = files.indexOf(written);
    for (int i = 0; i < files.size(); i++) {
      if (i < position || i >= position + policy.kept()) {
        Files.deleteIfExists(files.get(i));
      }
    }
  }
}
