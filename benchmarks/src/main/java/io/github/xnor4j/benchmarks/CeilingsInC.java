package io.github.xnor4j.benchmarks;

import io.github.xnor4j.benchmarks.Work.Ceiling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The loops of {@link CeilingBenchmark} in C, where a compiler is on the path. */
final class CeilingsInC {
  private static final String SOURCE = "ceilings.c";

  private CeilingsInC() {}

  /** GMAC/s of one thread; empty, with a line that says why, where there is no C to measure. */
  static Map<Ceiling, Double> measure() throws IOException {
    Path folder = Files.createTempDirectory("xnor4j-ceilings");
    Path source = folder.resolve(SOURCE);
    Path program = folder.resolve("ceilings");
    try (InputStream in = CeilingsInC.class.getResourceAsStream(SOURCE)) {
      Files.copy(in, source);
      for (String compiler : List.of("cc", "gcc", "clang")) {
        String[] compile = {
          compiler, "-O2", "-march=native", "-o", program.toString(), source.toString()
        };
        if (run(compile) != null) {
          return parse(run(program.toString()));
        }
      }
      System.out.println("SKIPPED: ceilings in C: no C compiler found");
      return Map.of();
    } finally {
      Files.deleteIfExists(source);
      Files.deleteIfExists(program);
      Files.delete(folder);
    }
  }

  private static Map<Ceiling, Double> parse(String printed) {
    Map<Ceiling, Double> rates = new EnumMap<>(Ceiling.class);
    if (printed == null || printed.isBlank()) {
      System.out.println("SKIPPED: ceilings in C: written for AVX2 and AVX-512");
      return rates;
    }
    for (String line : printed.lines().toList()) {
      String[] pair = line.split(" ");
      rates.put(Ceiling.valueOf(pair[0]), Double.valueOf(pair[1]));
    }
    return rates;
  }

  /** What a command prints, or null if it cannot be run or fails. */
  private static String run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(1, TimeUnit.MINUTES);
      return ended && process.exitValue() == 0 ? printed : null;
    } catch (IOException e) {
      return null; // no such command
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command[0] + " ran", e);
    }
  }
}
