package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.nn.Model;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

/**
 * Compares a backend with what Larq itself computed: the cases of folder {@code testkit/golden}, or
 * of the folder that {@code -Dxnor4j.golden=DIR} names, which an own build outside of the
 * repository needs. The bounds are those of the README in that folder; 0.0 equals -0.0.
 *
 * <pre>{@code
 * class MyGoldenTest extends GoldenSuite {
 *   MyGoldenTest() {
 *     super("my-backend");
 *   }
 * }
 * }</pre>
 *
 * <p>Cases that need what is on the list of names not built yet are skipped; any other refusal is a
 * failure, and so is a case that passes with a name on the list. Each group prints how many cases
 * ran, passed and were skipped, with the reasons; a group of the repository of which none ran
 * fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class GoldenSuite {
  private static final List<String> GROUPS =
      List.of(
          "quantizers",
          "layers",
          "keras_layers",
          "losses",
          "optimizers",
          "metrics",
          "summary",
          "training");

  /** Cases have no constraints, which models warn of. */
  private static final Logger MODEL_LOG = Logger.getLogger(Model.class.getName());

  private final String name;
  private TestedBackend backend;
  private GoldenFolder folder;

  /** Runs one case. */
  @FunctionalInterface
  private interface Runner {
    void run(GoldenCase testCase, Session session, GoldenReport report);
  }

  /**
   * A suite for one backend.
   *
   * @param name its provider's name, or {@code auto}
   */
  protected GoldenSuite(String name) {
    this.name = name;
  }

  /** Opens a session; a suite that tests the backend in another of its modes does it there. */
  protected Session open(BackendProvider provider, SessionOptions options) {
    return provider.open(options);
  }

  /**
   * Of the cases of a group one of so many is run; see {@link BackendConformance#oneCaseOf}, which
   * has the reason.
   */
  protected int oneCaseOf() {
    return 1;
  }

  @BeforeAll
  void findBackendAndFolder() {
    backend = TestedBackend.find(name, this::open);
    folder = GoldenFolder.find();
    MODEL_LOG.setLevel(Level.SEVERE);
  }

  @AfterAll
  void warnAgain() {
    MODEL_LOG.setLevel(null);
  }

  private Stream<DynamicTest> group(String group, Runner runner) {
    if (!folder.groups().contains(group)) {
      return Stream.of(DynamicTest.dynamicTest(group, () -> missing(group)));
    }
    String title = "golden " + group + " on " + backend.name();
    GoldenReport report = new GoldenReport(title);
    Stream<DynamicTest> cases =
        folder.cases(group).stream()
            .map(
                c ->
                    DynamicTest.dynamicTest(
                        c.name(), () -> report.run(() -> run(c, runner, report))));
    return Stream.concat(
        Sampling.oneOf(oneCaseOf(), cases),
        Stream.of(DynamicTest.dynamicTest("a case ran", () -> finish(group, runner, report))));
  }

  /**
   * All of a sample may wait for what is not built yet: then the first case is run that does not.
   */
  private void runOne(String group, Runner runner, GoldenReport report) {
    for (GoldenCase testCase : folder.cases(group)) {
      if (report.ran() > 0) {
        return;
      }
      try {
        report.run(() -> run(testCase, runner, report));
      } catch (TestAbortedException e) {
        // counted, with its reason
      }
    }
  }

  private void missing(String group) {
    Assertions.assertFalse(folder.committed(), folder.path() + " has no group " + group);
    Assumptions.abort(folder.path() + " has no group " + group);
  }

  private void run(GoldenCase testCase, Runner runner, GoldenReport report) {
    try (Session session = backend.open(SessionOptions.defaults())) {
      runner.run(testCase, session, report);
      testCase.requireAllSeen();
      NotBuilt.requireUnlisted(testCase.name(), testCase.needs());
    }
  }

  private void finish(String group, Runner runner, GoldenReport report) {
    if (oneCaseOf() > 1) {
      runOne(group, runner, report);
    }
    System.out.println(report);
    Assertions.assertTrue(report.ran() > 0 || !folder.committed(), "no case ran: " + report);
  }

  @TestFactory
  Stream<DynamicTest> quantizers() {
    return group("quantizers", GoldenLayers::quantizer);
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    return group("layers", GoldenLayers::layer);
  }

  @TestFactory
  Stream<DynamicTest> kerasLayers() {
    return group("keras_layers", GoldenLayers::layer);
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return group("losses", GoldenScalars::loss);
  }

  @TestFactory
  Stream<DynamicTest> optimizers() {
    return group("optimizers", GoldenScalars::optimizer);
  }

  @TestFactory
  Stream<DynamicTest> metrics() {
    return group("metrics", GoldenScalars::metric);
  }

  @TestFactory
  Stream<DynamicTest> summary() {
    return group("summary", GoldenScalars::summary);
  }

  @TestFactory
  Stream<DynamicTest> training() {
    return group("training", GoldenTraining::run);
  }

  /** Names the groups that no test here reads. */
  @Test
  void otherGroups() {
    for (String group : folder.groups()) {
      if (!GROUPS.contains(group)) {
        Assertions.assertTrue(NotBuilt.GROUPS.contains(group), "group " + group + " is unknown");
        System.out.println("golden " + group + ": not run, no reader of its files is built yet");
      }
    }
  }
}
