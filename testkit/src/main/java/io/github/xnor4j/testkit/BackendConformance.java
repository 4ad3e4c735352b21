package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What every backend must pass: each op on nasty sizes and values, the rules of variables, and
 * whole networks, compared with the reference. Integers, bits and everything on a grid are equal,
 * floats within stated bounds; results have the same bits for any number of threads and for every
 * run.
 *
 * <pre>{@code
 * class MyBackendTest extends BackendConformance {
 *   MyBackendTest() {
 *     super("my-backend");
 *   }
 * }
 * }</pre>
 *
 * <p>Data are functions of a case's name; a failure tells the seed. Where the backend cannot run
 * the suite is skipped with the provider's reason, unless {@code -Dxnor4j.requireBackend=NAME}
 * names it; if that names another backend, the suite fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendConformance {
  private final String name;
  private TestedBackend backend;
  private List<Session> sessions = List.of();

  /**
   * A suite for one backend.
   *
   * @param name its provider's name, or {@code auto}
   */
  protected BackendConformance(String name) {
    this.name = name;
  }

  /**
   * Opens a session; a suite that tests the backend in another of its modes, such as one without
   * fused groups, does it there.
   */
  protected Session open(BackendProvider provider, SessionOptions options) {
    return provider.open(options);
  }

  /**
   * Numbers of threads whose results must be the same, at least two; those of the first are
   * compared with the reference. A backend that has one thread whatever is asked for needs no more
   * than two.
   */
  protected int[] threads() {
    return new int[] {1, 2, 3, 5, 16};
  }

  /**
   * Of the cases of ops and of networks one of so many is run, beginning with the first; the others
   * are skipped, and say so. For backends whose compiler takes long for each of thousands of
   * programs: they run a part in every build and all of them now and then.
   */
  protected int oneCaseOf() {
    return 1;
  }

  /**
   * Whether the backend adds up floats in the order of {@link io.github.xnor4j.reference.SumOrder},
   * so that a training with gradients on integers gives the reference's bits.
   */
  protected boolean keepsSumOrder() {
    return true;
  }

  @BeforeAll
  void findBackend() {
    backend = TestedBackend.find(name, this::open);
  }

  @BeforeEach
  void openSessions() {
    sessions = Arrays.stream(threads()).mapToObj(this::openSession).toList();
  }

  private Session openSession(int threads) {
    return backend.open(new SessionOptions(threads));
  }

  @AfterEach
  void closeSessions() {
    sessions.forEach(Session::close);
    sessions = List.of();
  }

  private Stream<DynamicTest> run(List<OpCase> cases) {
    OpCaseRunner runner = new OpCaseRunner(sessions);
    return Sampling.oneOf(
        oneCaseOf(),
        cases.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> runner.run(c))));
  }

  @TestFactory
  Stream<DynamicTest> products() {
    return run(ProductCases.all());
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    return run(PoolCases.all());
  }

  @TestFactory
  Stream<DynamicTest> batchNormalization() {
    return run(BatchNormCases.all());
  }

  @TestFactory
  Stream<DynamicTest> elements() {
    return run(ElementCases.all());
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    return run(ShapeCases.all());
  }

  @TestFactory
  Stream<DynamicTest> parts() {
    return run(PartCases.all());
  }

  @TestFactory
  Stream<DynamicTest> integersAndRandomNumbers() {
    return run(IntegerCases.all());
  }

  @TestFactory
  Stream<DynamicTest> reductionsAndLosses() {
    return run(ReductionCases.all());
  }

  @TestFactory
  Stream<DynamicTest> variables() {
    return StateChecks.all().entrySet().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.getKey(), () -> sessions.forEach(check.getValue()::run)));
  }

  @TestFactory
  Stream<DynamicTest> networks() {
    NetworkRunner runner = new NetworkRunner(sessions);
    Stream<DynamicTest> all =
        Network.all().stream()
            .flatMap(
                network ->
                    Stream.of(
                        DynamicTest.dynamicTest(network.name(), () -> runner.train(network)),
                        DynamicTest.dynamicTest(
                            network.name() + ", every value an output",
                            () -> runner.expose(network)),
                        DynamicTest.dynamicTest(
                            network.name() + ", every op alone", () -> ungroup(runner, network))));
    return Sampling.oneOf(oneCaseOf(), all);
  }

  /** Networks whose products are all of integers, if gradients are: one order of every sum. */
  @TestFactory
  Stream<DynamicTest> networksOnIntegers() {
    NetworkRunner runner = new NetworkRunner(sessions);
    return Network.all().stream()
        .filter(network -> keepsSumOrder() && network.isExactOnIntegers())
        .map(
            network ->
                DynamicTest.dynamicTest(network.name(), () -> runner.trainOnIntegers(network)));
  }

  private void ungroup(NetworkRunner runner, Network network) {
    try (Session alone = backend.open(new SessionOptions(2).grouped(false))) {
      runner.ungroup(network, alone);
    }
  }

  /** Ops behind one another that no network uses, for as many steps as show what is left behind. */
  @Test
  void programOfOps() {
    OpProgram ops = new OpProgram();
    try (Session reference = new ReferenceProvider().open(new SessionOptions(1));
        Session alone = backend.open(new SessionOptions(2).grouped(false))) {
      for (int batch : new int[] {1, 9}) {
        Program program = ops.program(batch);
        Tensor[] inputs = OpProgram.inputs(program);
        List<Executable> executables =
            Stream.concat(sessions.stream(), Stream.of(alone))
                .map(session -> session.compile(program))
                .toList();
        Executable oracle = reference.compile(program);
        for (int run = 0; run < 3; run++) {
          Tensor[] expected = oracle.run(inputs);
          for (Executable executable : executables) {
            Tensor[] actual = executable.run(inputs);
            for (int i = 0; i < expected.length; i++) {
              String what = "batch " + batch + ", run " + run + ", output " + i;
              Expected.near(expected[i], 1e-5, 0).check(actual[i], what);
            }
          }
        }
      }
    }
  }

  @Test
  void tutorialOnMnist() {
    new TutorialRunner().run(sessions.get(1));
  }

  /** Sessions share nothing: two that run at the same time give what each gives alone. */
  @Test
  void sessionsAtTheSameTime() {
    Network network = Network.all().getFirst();
    sessions.parallelStream()
        .forEach(session -> new NetworkRunner(List.of(session)).train(network));
  }

  /** A device that is asked for is never silently another one, or ignored. */
  @Test
  void anUnknownDeviceIsRefused() {
    SessionOptions options = new SessionOptions(1).device("no such device");
    BackendUnavailableException refusal =
        Assertions.assertThrows(
            BackendUnavailableException.class, () -> backend.open(options).close());
    Assertions.assertTrue(
        refusal.getMessage().contains("'no such device'"),
        "the refusal names what was asked for: " + refusal.getMessage());
  }

  /** An op that is new needs cases here. */
  @Test
  void everyOpIsCovered() {
    Set<Class<?>> missing = new HashSet<>(Arrays.asList(Op.class.getPermittedSubclasses()));
    List<Program> programs = new ArrayList<>(allCases().stream().map(OpCase::program).toList());
    Network.all().forEach(n -> programs.add(n.step(new LinkedHashMap<>(), 2, false)));
    for (Program program : programs) {
      program.nodes().forEach(node -> missing.remove(node.op().getClass()));
    }
    Assertions.assertEquals(Set.of(), missing, "ops without a case");
  }

  static List<OpCase> allCases() {
    return Stream.of(
            ProductCases.all(),
            PoolCases.all(),
            BatchNormCases.all(),
            ElementCases.all(),
            ShapeCases.all(),
            PartCases.all(),
            IntegerCases.all(),
            ReductionCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
