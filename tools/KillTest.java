import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kills trainings by SIGKILL at the moments when they write, has each go on, and compares what
 * comes of it with a training that nobody killed: {@code tools/kill-test [KILLS [SEED [FOLDER]]]},
 * ten kills without arguments.
 *
 * <p>A training saves itself after each of its steps. Of each process one write is chosen at
 * random, and a moment of it: when the temporary file appears, while it grows, when it is renamed,
 * when the oldest checkpoint is removed, or a random time behind one of these. Required of the next
 * one: that it goes on from a checkpoint at least as new as the newest that was seen, passes none
 * over, and that the last one's model is the same, byte for byte.
 */
final class KillTest {
  private static final int SIDE = 8;
  private static final int IMAGES = 96;
  private static final int STEPS = 24; // of a training: 12 of 8 images, twice
  private static final int KEPT = 3; // checkpoints
  private static final int MOST_WRITES = 6; // that a process does before it is killed
  private static final long PATIENCE_SECONDS = 600;
  private static final Pattern RESUMED = Pattern.compile("resuming after step (\\d+)");
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{12})\\.safetensors");
  private static final String NET =
      """
      {"class_name": "Sequential", "config": {"name": "net", "layers": [
        {"class_name": "InputLayer", "config": {"name": "in", "batch_input_shape": [null, 8, 8, 1]}},
        {"class_name": "QuantConv2D", "config": {"name": "conv", "filters": 16, "kernel_size": 3,
          "kernel_quantizer": "ste_sign", "kernel_constraint": "weight_clip", "use_bias": false}},
        {"class_name": "BatchNormalization", "config": {"name": "bn", "scale": false}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "QuantDense", "config": {"name": "dense", "units": 10, "use_bias": false,
          "input_quantizer": "ste_sign", "kernel_quantizer": "ste_sign", "kernel_constraint": "weight_clip"}},
        {"class_name": "Activation", "config": {"name": "softmax", "activation": "softmax"}}]}}
      """;

  /** At which moment of a write a process is killed. */
  private enum Moment {
    TEMPORARY,
    GROWING,
    RENAMED,
    REMOVED,
    LATER
  }

  private final Path folder;
  private final Path run;
  private final Path out;
  private final Path log;
  private final Random random;
  private final Set<Path> left = new HashSet<>(); // by those that were killed before
  private final Map<Moment, Integer> killed = new TreeMap<>();

  private KillTest(Path folder, long seed) {
    this.folder = folder;
    this.run = folder.resolve("run");
    this.out = folder.resolve("model.safetensors");
    this.log = folder.resolve("log");
    this.random = new Random(seed);
  }

  static void main(String[] args) throws Exception {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Path folder = args.length > 2 ? Path.of(args[2]) : Files.createTempDirectory("kill-test");
    new KillTest(folder.toAbsolutePath(), seed).run(kills);
    remove(folder);
  }

  private void run(int kills) throws Exception {
    long start = System.nanoTime();
    writeData();
    byte[] expected = unharmed();
    int done = 0;
    int trainings = 0;
    while (done < kills) {
      remove(run);
      Files.deleteIfExists(out);
      long newest = 0;
      while (done < kills && newest < STEPS && killOnce(newest)) {
        newest = requireProgress(newest);
        if (++done % 100 == 0) {
          System.out.printf("%d kills, %.0f s%n", done, (System.nanoTime() - start) / 1e9);
        }
      }
      newest = requireProgress(newest);
      finish(newest, expected);
      trainings++;
    }
    System.out.printf(
        "%d kills %s in %d trainings: nothing lost, %d models with the same bytes, %.0f s%n",
        done, killed, trainings, trainings, (System.nanoTime() - start) / 1e9);
  }

  // ---- processes

  private Process start(Object... more) throws IOException {
    Path java = Path.of(ProcessHandle.current().info().command().orElseThrow());
    Path archive = folder.resolve("classes.jsa"); // half of a start is loading classes
    String classes =
        (Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive;
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                classes,
                "-jar",
                Path.of("cli/target/xnor/lib/xnor4j-cli.jar").toAbsolutePath().toString(),
                "train",
                "--backend",
                "reference",
                "--data",
                folder.toString(),
                "--model",
                folder.resolve("net.json").toString(),
                "--epochs",
                "2",
                "--batch-size",
                "8",
                "--gradients",
                "12"));
    Arrays.stream(more).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private Process startResumable() throws IOException {
    return start("--checkpoint-dir", run, "--checkpoint-steps", 1, "--resume", "--out", out);
  }

  private void await(Process process) throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("a training did not end: " + Files.readString(log));
    }
  }

  private byte[] unharmed() throws Exception {
    Process process = start("--out", out);
    await(process);
    require(process.exitValue() == 0, "a training failed");
    return Files.readAllBytes(out);
  }

  /**
   * Lets a training go on and kills it.
   *
   * @return whether it was killed; else it came to its end before its moment did
   */
  private boolean killOnce(long newest) throws Exception {
    left.clear();
    left.addAll(files(run));
    left.addAll(files(folder));
    Process process = startResumable();
    Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
    long later = moment == Moment.LATER ? random.nextInt(20_000_000) : random.nextInt(200_000);
    // behind the last step's write is that of the model
    long write = Math.min(newest + 1 + random.nextInt(MOST_WRITES), STEPS + 1);
    Moment came = awaitMoment(process, moment, write);
    long until = System.nanoTime() + later;
    while (came != null && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    process.destroyForcibly();
    await(process);
    requireResumed(newest);
    if (process.exitValue() == 0) {
      return false;
    }
    require(process.exitValue() == 137, "exit code " + process.exitValue());
    killed.merge(came, 1, Integer::sum);
    return true;
  }

  /**
   * Waits for a moment of a write; answers LATER if that went by unseen, null if the process ended.
   */
  private Moment awaitMoment(Process process, Moment moment, long write) throws IOException {
    boolean model = write > STEPS;
    Path file = model ? out : run.resolve("checkpoint-%012d.safetensors".formatted(write));
    while (process.isAlive()) {
      boolean renamed = Files.exists(file);
      boolean now =
          switch (moment) {
            case TEMPORARY, GROWING -> temporary(file) > (moment == Moment.GROWING ? 0 : -1);
            case RENAMED, LATER -> renamed;
            case REMOVED -> renamed && (model || checkpoints().size() <= KEPT);
          };
      if (now || renamed && moment != Moment.REMOVED) {
        return now ? moment : Moment.LATER;
      }
    }
    return null;
  }

  /** Bytes of the temporary file in place of which a file will be; -1 if there is none. */
  private long temporary(Path file) throws IOException {
    for (Path each : files(file.getParent())) {
      if (!left.contains(each)
          && each.getFileName().toString().startsWith("." + file.getFileName())) {
        return size(each);
      }
    }
    return -1;
  }

  // ---- what is required

  private void requireResumed(long newest) throws IOException {
    String said = Files.readString(log);
    require(
        !said.contains("passed over") && !said.contains("internal error"), "a damaged checkpoint");
    Matcher resumed = RESUMED.matcher(said);
    if (resumed.find()) {
      require(
          Long.parseLong(resumed.group(1)) >= newest, "steps were lost: " + newest + " were done");
    } else {
      require(newest == 0 || said.lines().count() < 2, "it began anew: " + newest + " were done");
    }
  }

  /** The newest checkpoint is not older than before. */
  private long requireProgress(long before) throws IOException {
    List<Long> steps = checkpoints();
    long now = steps.isEmpty() ? 0 : steps.getLast();
    require(now >= before, "step " + before + " was saved, the newest is " + now);
    return now;
  }

  private void finish(long newest, byte[] expected) throws Exception {
    Process process = startResumable();
    await(process);
    require(process.exitValue() == 0, "exit code " + process.exitValue());
    requireResumed(newest);
    require(Arrays.equals(expected, Files.readAllBytes(out)), "the model has other bytes");
    require(
        files(run).stream().noneMatch(file -> file.toString().endsWith(".tmp")),
        "a temporary file is left");
  }

  private void require(boolean condition, String problem) throws IOException {
    if (!condition) {
      throw new AssertionError(
          problem
              + "; left in "
              + folder
              + ": "
              + files(run)
              + "; the last training said:\n"
              + Files.readString(log));
    }
  }

  // ---- files

  private List<Long> checkpoints() throws IOException {
    return files(run).stream()
        .map(file -> CHECKPOINT.matcher(file.getFileName().toString()))
        .filter(Matcher::matches)
        .map(name -> Long.parseLong(name.group(1)))
        .sorted()
        .toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void writeData() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("net.json"), NET, StandardCharsets.UTF_8);
    byte[] images = new byte[16 + IMAGES * SIDE * SIDE];
    new Random(1).nextBytes(images);
    System.arraycopy(
        new byte[] {0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, SIDE, 0, 0, 0, SIDE}, 0, images, 0, 16);
    byte[] labels = new byte[8 + IMAGES];
    System.arraycopy(new byte[] {0, 0, 8, 1, 0, 0, 0, IMAGES}, 0, labels, 0, 8);
    for (int i = 0; i < IMAGES; i++) {
      labels[8 + i] = (byte) (i % 10);
    }
    for (String part : List.of("train", "t10k")) {
      Files.write(folder.resolve(part + "-images-idx3-ubyte"), images);
      Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels);
    }
  }
}
