package io.github.xnor4j.cpu.natives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where a library lies that came out of a jar. */
@DisabledOnOs(OS.WINDOWS)
final class LibraryCacheTest {
  private static final byte[] LIBRARY = {1, 2, 3};
  private static final String CHECKSUM = LibraryCache.sha256(LIBRARY);

  @TempDir private Path temporary;

  private Path folder() {
    return temporary.resolve("a/cache");
  }

  @Test
  void bringsALibraryToAFolderOfTheUsersOwn() throws IOException {
    Path file = new LibraryCache(folder()).put(LIBRARY, CHECKSUM);
    assertArrayEquals(LIBRARY, Files.readAllBytes(file));
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Object key = Files.readAttributes(file, "unix:ino");
    assertEquals(file, new LibraryCache(folder()).put(LIBRARY, CHECKSUM));
    assertEquals(key, Files.readAttributes(file, "unix:ino"), "it was written again");
  }

  /** What is there under the name is replaced, not loaded. */
  @Test
  void aFileOfOtherContentIsNotUsed() throws IOException {
    Path file = new LibraryCache(folder()).put(LIBRARY, CHECKSUM);
    Files.write(file, new byte[] {6, 6, 6});
    assertEquals(file, new LibraryCache(folder()).put(LIBRARY, CHECKSUM));
    assertArrayEquals(LIBRARY, Files.readAllBytes(file));
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path file = new LibraryCache(folder()).put(LIBRARY, CHECKSUM);
    Path planted = Files.write(temporary.resolve("planted"), LIBRARY);
    Files.delete(file);
    Files.createSymbolicLink(file, planted);
    new LibraryCache(folder()).put(LIBRARY, CHECKSUM);
    assertTrue(Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aFolderThatOthersMayWriteIsRefused() throws IOException {
    Files.createDirectories(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
    IOException e =
        assertThrows(IOException.class, () -> new LibraryCache(folder()).put(LIBRARY, CHECKSUM));
    assertTrue(e.getMessage().contains("rwxrwxrwx"), e.getMessage());
    try (Stream<Path> left = Files.list(folder())) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void aFolderThatIsALinkIsRefused() throws IOException {
    Files.createDirectories(folder().getParent());
    Files.createSymbolicLink(folder(), Files.createDirectory(temporary.resolve("elsewhere")));
    assertThrows(IOException.class, () -> new LibraryCache(folder()).put(LIBRARY, CHECKSUM));
  }

  @Test
  void severalMayComeAtOnce() throws Exception {
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      Callable<Path> put = () -> new LibraryCache(folder()).put(LIBRARY, CHECKSUM);
      for (Future<Path> file : many.invokeAll(java.util.Collections.nCopies(32, put))) {
        assertArrayEquals(LIBRARY, Files.readAllBytes(file.get()));
      }
    }
    try (Stream<Path> left = Files.list(folder())) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void anotherChecksumIsTold() {
    IOException e =
        assertThrows(
            IOException.class, () -> LibraryCache.verify(new byte[] {4}, CHECKSUM, "a jar"));
    assertTrue(e.getMessage().contains("a jar") && e.getMessage().contains(CHECKSUM));
  }
}
