import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Builds the library of the module from its C sources, where there is a C compiler; where there is
 * none, it says so and the build goes on. Part of the Maven build, run as a source file:
 *
 * <pre>java BuildLibrary.java SOURCES CLASSES WORK [TEST [SKIP]]</pre>
 *
 * <p>With the source of a test program it builds that together with the kernels instead, and runs
 * it: as it is, under the sanitizers where the compiler has them, and under valgrind where that is.
 *
 * <p>The compiler is {@code $CC}, else {@code cc}, {@code gcc} or {@code clang} on the path. For
 * aarch64, on another machine, it is {@code $XNOR4J_CC_AARCH64}, else {@code aarch64-linux-gnu-gcc}
 * on the path. A stamp of compiler, flags and sources beside the object files says whether there is
 * something to do.
 */
public final class BuildLibrary {
  private static final String NAME = "libxnor4j.so";
  private static final String CROSS = "aarch64-linux-gnu-gcc";
  private static final String EMULATOR = "qemu-aarch64";

  /** Of the test program: all tiers, where it is told how often. */
  private static final String ALL = "9";

  private static final List<String> FLAGS =
      List.of(
          "-std=c11",
          // floats are rounded after each operation, as in Java: no fma where none is written
          "-ffp-contract=off",
          "-fno-math-errno",
          "-fno-trapping-math",
          // integers wrap, as in Java
          "-fwrapv",
          // shorts are read two at a time, floats compared as integers
          "-fno-strict-aliasing",
          "-fPIC",
          "-fvisibility=hidden",
          "-Wall",
          "-Wextra");

  /** Of each file what its tier needs; of another architecture it compiles to nothing. */
  private static final Map<String, List<String>> X86 =
      Map.of(
          "avx2.c", List.of("-mavx2", "-mfma"),
          "avx512.c",
              List.of(
                  "-mavx512f",
                  "-mavx512bw",
                  "-mavx512dq",
                  "-mavx512vl",
                  "-mavx512vpopcntdq",
                  "-mavx512vnni",
                  "-mfma",
                  "-mprefer-vector-width=512"));

  private final Path sources;
  private final Path classes;
  private final Path work;

  private BuildLibrary(Path sources, Path classes, Path work) {
    this.sources = sources;
    this.classes = classes;
    this.work = work;
  }

  /** Builds it. */
  public static void main(String[] args) throws Exception {
    BuildLibrary build = new BuildLibrary(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String machine = arch.equals("amd64") || arch.equals("x86_64") ? "x86_64" : arch;
    boolean known = os.equals("linux") && (machine.equals("x86_64") || machine.equals("aarch64"));
    List<String> compiler = known ? compiler() : List.of();
    if (args.length > 4 && !args[4].equals("false")) {
      return; // -Dmaven.test.skip, with a value or without
    }
    if (args.length > 3) {
      Map<String, List<String>> flags = machine.equals("x86_64") ? X86 : Map.of();
      build.test(Path.of(args[3]), compiler, flags);
      build.testAarch64(Path.of(args[3]), crossCompiler(machine), machine);
      return;
    }
    if (compiler.isEmpty()) {
      String why = known ? "no C compiler on the path, nor in $CC" : os + " on " + arch;
      System.out.println("native: SKIPPED: the library is not built: " + why);
      build.remove("linux-" + machine);
      Files.createDirectories(build.work);
      Files.writeString(build.work.resolve("no-compiler"), why);
    } else {
      Files.deleteIfExists(build.work.resolve("no-compiler"));
      build.build("linux-" + machine, compiler, machine.equals("x86_64") ? X86 : Map.of());
    }
    List<String> cross = crossCompiler(machine);
    if (!cross.isEmpty()) {
      build.build("linux-aarch64", cross, Map.of());
    }
  }

  private static List<String> compiler() {
    String named = System.getenv("CC");
    if (named != null && !named.isBlank()) {
      return List.of(named.strip().split(" +"));
    }
    return Stream.of("cc", "gcc", "clang")
        .filter(BuildLibrary::isOnPath)
        .findFirst()
        .map(List::of)
        .orElse(List.of());
  }

  /** A compiler for aarch64 on another machine; none there or on an aarch64. */
  private static List<String> crossCompiler(String machine) {
    String named = System.getenv("XNOR4J_CC_AARCH64");
    if (machine.equals("aarch64")) {
      return List.of();
    }
    if (named != null && !named.isBlank()) {
      return List.of(named.strip().split(" +"));
    }
    return isOnPath(CROSS) ? List.of(CROSS) : List.of();
  }

  private static boolean isOnPath(String name) {
    String path = System.getenv("PATH");
    return path != null
        && Stream.of(path.split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, name)));
  }

  private void remove(String platform) throws IOException {
    for (Path file : List.of(library(platform), checksum(platform))) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(packed(file));
    }
    Files.deleteIfExists(work.resolve(platform).resolve("stamp"));
  }

  private Path library(String platform) {
    return classes.resolve("io/github/xnor4j/cpu/natives").resolve(platform).resolve(NAME);
  }

  private Path checksum(String platform) {
    return library(platform).resolveSibling(NAME + ".sha256");
  }

  private void build(String platform, List<String> compiler, Map<String, List<String>> flags)
      throws Exception {
    Path objects = Files.createDirectories(work.resolve(platform));
    String wanted = stamp(compiler, flags);
    Path stamp = objects.resolve("stamp");
    if (Files.exists(library(platform))
        && Files.exists(checksum(platform))
        && Files.exists(packed(checksum(platform)))
        && Files.exists(stamp)
        && Files.readString(stamp).equals(wanted)) {
      return;
    }
    Files.deleteIfExists(stamp);
    List<Process> running = new ArrayList<>();
    List<String> link = new ArrayList<>(compiler);
    link.addAll(List.of("-shared", "-o", objects.resolve(NAME).toString()));
    for (Path source : files(".c")) {
      String name = source.getFileName().toString();
      String object = objects.resolve(name.replace(".c", ".o")).toString();
      List<String> command = new ArrayList<>(compiler);
      command.addAll(FLAGS);
      command.add("-O3");
      command.addAll(flags.getOrDefault(name, List.of()));
      command.addAll(List.of("-c", source.toString(), "-o", object));
      running.add(start(command));
      link.add(object);
    }
    for (Process process : running) {
      await(process);
    }
    link.add("-lm");
    await(start(link));
    byte[] built = Files.readAllBytes(objects.resolve(NAME));
    write(library(platform), built);
    write(checksum(platform), sha256(built).getBytes(StandardCharsets.US_ASCII));
    Files.writeString(stamp, wanted);
    System.out.println("native: built " + library(platform) + " with " + compiler);
  }

  /** Into the module's classes, and where the jar of the platform is made of. */
  private void write(Path file, byte[] content) throws IOException {
    Path again = packed(file);
    Files.createDirectories(file.getParent());
    Files.createDirectories(again.getParent());
    Files.write(file, content);
    Files.write(again, content);
  }

  private Path packed(Path file) {
    String platform = file.getParent().getFileName().toString();
    return work.resolve("jar-" + platform).resolve(classes.relativize(file));
  }

  private void test(Path program, List<String> compiler, Map<String, List<String>> flags)
      throws Exception {
    if (compiler.isEmpty()) {
      System.out.println("native: SKIPPED: the test program in C: no C compiler");
      return;
    }
    run(makeTest("guard-pages", program, compiler, flags, List.of("-O3")), List.of());
    List<String> sanitizers =
        List.of("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined");
    Path sanitized = makeTest("sanitizers", program, compiler, flags, sanitizers);
    if (sanitized == null) {
      System.out.println("native: SKIPPED: sanitizers: " + compiler + " has none");
    } else {
      run(sanitized, List.of(), ALL, "3");
    }
    if (isOnPath("valgrind")) { // which knows no AVX-512
      Path plain = makeTest("valgrind", program, compiler, flags, List.of("-O2", "-g"));
      run(plain, List.of("valgrind", "-q", "--error-exitcode=3"), "1", "1");
    } else {
      System.out.println("native: SKIPPED: valgrind: it is not on the path");
    }
  }

  /** NEON's kernels, on a machine of another architecture. */
  private void testAarch64(Path program, List<String> compiler, String machine) throws Exception {
    if (compiler.isEmpty() || !isOnPath(EMULATOR)) {
      if (!machine.equals("aarch64")) {
        System.out.println("native: SKIPPED: kernels of aarch64: no " + CROSS + " or " + EMULATOR);
      }
      return;
    }
    List<String> more = List.of("-O2", "-static");
    run(makeTest("aarch64", program, compiler, Map.of(), more), List.of(EMULATOR), ALL, "3");
  }

  /** The test program; null if the compiler does not know the flags. */
  private Path makeTest(
      String name,
      Path program,
      List<String> compiler,
      Map<String, List<String>> flags,
      List<String> more)
      throws Exception {
    Path objects = Files.createDirectories(work.resolve(name));
    List<Path> all = new ArrayList<>(files(".c"));
    all.add(program);
    List<String> link = new ArrayList<>(compiler);
    link.addAll(more);
    link.addAll(List.of("-o", objects.resolve("test").toString()));
    List<Process> running = new ArrayList<>();
    for (Path source : all) {
      String file = source.getFileName().toString();
      String object = objects.resolve(file.replace(".c", ".o")).toString();
      List<String> command = new ArrayList<>(compiler);
      command.addAll(FLAGS);
      command.addAll(more);
      command.addAll(flags.getOrDefault(file, List.of()));
      command.addAll(List.of("-I", sources.toString(), "-c", source.toString(), "-o", object));
      running.add(start(command));
      link.add(object);
    }
    boolean built = true;
    for (Process process : running) {
      built &= process.waitFor() == 0;
    }
    link.add("-lm");
    return built && start(link).waitFor() == 0 ? objects.resolve("test") : null;
  }

  private static void run(Path program, List<String> under, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(under);
    command.add(String.valueOf(program));
    command.addAll(List.of(arguments));
    int rc = program == null ? 1 : start(command).waitFor();
    if (rc != 0) {
      System.err.println("native: the test program failed: " + command + ": " + rc);
      System.exit(1);
    }
    System.out.println("native: the test program passed: " + command);
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).inheritIO().start();
  }

  private static void await(Process process) throws InterruptedException {
    if (process.waitFor() != 0) {
      System.err.println(
          "native: " + process.info().commandLine().orElse("the compiler") + " failed");
      System.exit(1);
    }
  }

  private List<Path> files(String... endings) throws IOException {
    try (Stream<Path> all = Files.list(sources)) {
      return all.filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    }
  }

  /** What the library follows from. */
  private String stamp(List<String> compiler, Map<String, List<String>> flags) throws Exception {
    List<String> command = new ArrayList<>(compiler);
    command.add("--version");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String version =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .findFirst()
            .orElse("");
    process.waitFor();
    StringBuilder text = new StringBuilder(compiler + " " + version + " " + FLAGS);
    files(".c", ".h", ".inc").forEach(file -> text.append('\n').append(entry(file, flags)));
    return text.toString();
  }

  private static String entry(Path file, Map<String, List<String>> flags) {
    String name = file.getFileName().toString();
    try {
      return name
          + " "
          + flags.getOrDefault(name, List.of())
          + " "
          + sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
