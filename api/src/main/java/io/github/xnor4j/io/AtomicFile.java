package io.github.xnor4j.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that are there either whole or not at all: into a temporary file of the same folder,
 * synced to the disk, then renamed.
 */
public final class AtomicFile {
  /** What the names of temporary files end with. */
  public static final String TEMPORARY_SUFFIX = ".tmp";

  private AtomicFile() {}

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it to an empty file. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, in place of one that may be there.
   *
   * @throws FileSystemException if it cannot be written, with the file's name and the reason; then
   *     what was there before is still there, and no temporary file
   */
  public static void write(Path file, Content content) throws FileSystemException {
    Path temporary = temporary(file);
    try {
      try (FileChannel channel = create(temporary)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      remove(temporary);
      throw unwritten(file, e);
    } catch (RuntimeException | Error e) {
      remove(temporary);
      throw e;
    }
    syncFolder(folder(file));
  }

  /**
   * What a failure is about is the file, not the temporary one, which only messages of Java name.
   */
  private static FileSystemException unwritten(Path file, IOException cause) {
    String reason =
        switch (cause) {
          case NoSuchFileException e -> "folder " + folder(file) + " does not exist";
          case AccessDeniedException e -> "permission denied";
          case FileSystemException e when e.getReason() != null -> e.getReason();
          default -> String.valueOf(cause.getMessage());
        };
    FileSystemException failure =
        new FileSystemException(file.toString(), null, "cannot be written: " + reason);
    failure.initCause(cause);
    return failure;
  }

  private static void remove(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      System.getLogger(AtomicFile.class.getName())
          .log(System.Logger.Level.DEBUG, temporary + " not removed", e);
    }
  }

  /**
   * Checks that a file could be written now, so that hours of work do not end in an error.
   *
   * @throws IOException if its folder does not exist or takes no files, or a folder has its name
   */
  public static void requireWritable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder, expected a file");
    }
    if (!Files.isDirectory(folder(file))) {
      throw new NoSuchFileException(
          file.toString(), null, "folder " + folder(file) + " does not exist");
    }
    Path probe = temporary(file);
    try {
      create(probe).close();
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(
          file.toString(), null, "folder " + folder(file) + " cannot be written to");
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static Path temporary(Path file) {
    String name = "." + file.getFileName() + "." + UUID.randomUUID() + TEMPORARY_SUFFIX;
    return folder(file).resolve(name);
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().getParent();
  }

  /** Makes a rename durable; where folders cannot be opened (Windows), the rename alone must do. */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      System.getLogger(AtomicFile.class.getName())
          .log(System.Logger.Level.DEBUG, "folder " + folder + " not synced", e);
    }
  }
}
