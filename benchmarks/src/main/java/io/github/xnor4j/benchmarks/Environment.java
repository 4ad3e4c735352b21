package io.github.xnor4j.benchmarks;

import io.github.xnor4j.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The machine that figures belong to: without its CPU's family they mean little. */
final class Environment {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final List<String> FLAGS =
      List.of(
          "avx2", "fma", "avx512f", "avx512bw", "avx512_vpopcntdq", "avx512_vnni", "asimd", "sve");

  private Environment() {}

  static String describe() throws IOException {
    String backends =
        Backends.all().stream()
            .map(provider -> provider.name() + ": " + provider.probe())
            .collect(Collectors.joining("\n"));
    return cpu()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors\n"
        + System.getProperty("java.vm.name")
        + " "
        + System.getProperty("java.runtime.version")
        + " on "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch")
        + "\n"
        + backends;
  }

  private static String cpu() throws IOException {
    if (!Files.isReadable(CPU)) {
      return "CPU unknown";
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : Files.readAllLines(CPU)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    String flags = values.getOrDefault("flags", values.getOrDefault("Features", ""));
    List<String> all = Arrays.asList(flags.split(" "));
    return "%s (family %s, model %s; %s)"
        .formatted(
            values.getOrDefault("model name", "CPU"),
            values.getOrDefault("cpu family", values.getOrDefault("CPU part", "unknown")),
            values.getOrDefault("model", "unknown"),
            FLAGS.stream().filter(all::contains).collect(Collectors.joining(" ")));
  }
}
