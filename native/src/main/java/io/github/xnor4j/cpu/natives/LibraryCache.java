package io.github.xnor4j.cpu.natives;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * A folder of the user's own to which a library is brought that lies in a jar, since the dynamic
 * linker loads files only. Nobody else can write there; a file that is there already is used only
 * if its content is what is wanted. Several JVMs may come at once: each writes a file of its own
 * and renames it.
 */
final class LibraryCache {
  /** Name of the property with another folder. */
  static final String PROPERTY = "xnor4j.native.cache";

  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path folder;

  LibraryCache(Path folder) {
    this.folder = folder;
  }

  /** The user's folder: that of the property, else in the cache that desktops agree on. */
  static Path folder() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return Path.of(named);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && !cache.isEmpty()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("xnor4j");
  }

  /**
   * Brings a library there.
   *
   * @param checksum SHA-256 of its content
   * @return the file
   * @throws IOException if that cannot be, or is not safe
   */
  Path put(byte[] library, String checksum) throws IOException {
    createFolder();
    Path written = Files.createTempFile(folder, "library", ".so", permissions("rwx------"));
    try {
      checkPrivate(Files.getOwner(written));
      Path file = folder.resolve("xnor4j-" + checksum.substring(0, 16) + ".so");
      if (!isThere(file, Files.getOwner(written), checksum)) {
        Files.write(written, library);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return file;
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private void createFolder() throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (folder.getParent() != null) {
      Files.createDirectories(folder.getParent());
    }
    try {
      Files.createDirectory(folder, permissions("rwx------"));
    } catch (FileAlreadyExistsException e) { // another JVM was faster, or it is no folder
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(folder + " is no folder", e);
      }
    }
  }

  /** Checks that the folder is the user's and nobody else can put a file there. */
  private void checkPrivate(UserPrincipal user) throws IOException {
    UserPrincipal owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(user)) {
      throw new IOException(
          folder + " belongs to " + owner.getName() + ", expected " + user.getName());
    }
    Set<PosixFilePermission> allowed =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (allowed.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new IOException(
          folder
              + " may be written by others ("
              + PosixFilePermissions.toString(allowed)
              + "), expected rwx------");
    }
  }

  private static boolean isThere(Path file, UserPrincipal user, String checksum)
      throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(user)
        && sha256(Files.readAllBytes(file)).equals(checksum);
  }

  /**
   * Checks the content of a library.
   *
   * @param where it lies
   * @throws IOException if it is another
   */
  static void verify(byte[] library, String checksum, String where) throws IOException {
    String found = sha256(library);
    if (!found.equals(checksum)) {
      throw new IOException("the checksum of " + where + " is " + found + ", expected " + checksum);
    }
  }

  /** SHA-256 in hexadecimal digits. */
  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
