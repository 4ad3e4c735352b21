package io.github.xnor4j.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes folders that look like a TornadoVM SDK to whoever reads files only. */
final class SdkFolder {
  private SdkFolder() {}

  /** A whole one for this JVM, with an OpenCL driver. */
  static Path make(Path home) throws IOException {
    for (String folder : new String[] {Sdk.JARS, Sdk.UPGRADES, Sdk.LIBRARIES}) {
      Files.createDirectories(home.resolve(folder));
    }
    Files.writeString(
        home.resolve(Sdk.ARGUMENT_FILE),
        """
        # === JVM mode and memory settings ===
        -server
        -XX:+EnableJVMCI
        --enable-preview
        -XX:+UseParallelGC
        -Djava.library.path=/built/elsewhere/lib
        -Dstdout.encoding=UTF-8

        -Dtornado.load.runtime.implementation=uk.ac.manchester.tornado.runtime.TornadoCoreRuntime
        --module-path .:/built/elsewhere/share/java/tornado
        --upgrade-module-path /built/elsewhere/share/java/graalJars
        --add-modules ALL-SYSTEM,tornado.runtime,tornado.drivers.opencl
        """);
    jar(home, "tornado-api-5.2.0-jdk" + Runtime.version().feature() + ".jar");
    jar(home, "tornado-drivers-common-5.2.0-jdk25.jar");
    jar(home, "tornado-drivers-opencl-5.2.0-jdk25.jar");
    jar(home, "tornado-drivers-opencl-jni-5.2.0-jdk25-libs.jar");
    return home;
  }

  static void jar(Path home, String name) throws IOException {
    Files.createFile(home.resolve(Sdk.JARS).resolve(name));
  }
}
