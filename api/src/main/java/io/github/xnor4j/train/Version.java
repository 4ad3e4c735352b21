package io.github.xnor4j.train;

/** The version of this software. */
final class Version {
  private Version() {}

  /** That of the jar's manifest, or {@code unpackaged} when run from class files. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
