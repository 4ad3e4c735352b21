package io.github.xnor4j.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which packages name which, as ARCHITECTURE.md says it. In this module, since it is behind all
 * others; rules are about the classes of the product, not of tests.
 */
final class ArchitectureTest {
  private static final String ROOT = "io.github.xnor4j.";
  private static final String VECTORS = "jdk.incubator.vector";

  /**
   * A row for every package: what it may name, which are rows above it, so that there is no cycle.
   * Benchmarks name a CPU backend's parts to time them alone; else only CPU backends name cpu.plan.
   */
  private static final String TABLE =
      """
      tensor      |
      program     | tensor
      group       | tensor program
      backend     | tensor program group
      reference   | tensor program group backend
      nn          | tensor program
      io          | tensor
      data        | tensor io
      train       | tensor program backend nn io data
      cpu.plan    | tensor program group backend reference
      cpu.vector  | tensor program group backend reference cpu.plan
      cpu.natives | tensor program group backend reference cpu.plan
      gpu         | backend
      gpu.plan    | tensor program group backend reference gpu
      gpu.tornado | tensor program group backend reference gpu gpu.plan
      mnist       | tensor data
      pictures    | tensor io data
      testkit     | tensor program backend reference nn io data train mnist
      benchmarks  | tensor program backend nn data train cpu.plan cpu.vector mnist
      cli.report  | tensor program nn io data train
      cli         | tensor program backend nn io data train mnist pictures cli.report
      """;

  /** Rows without classes in some builds: gpu.tornado is compiled only where an SDK is. */
  private static final Set<String> OPTIONAL = Set.of("gpu.tornado");

  private static JavaClasses product;

  @BeforeAll
  static void readClasses() {
    // The names of classes suffice: looking up every class of the JDK would take seconds.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    ArchConfiguration.get().setProperty("archRule.failOnEmptyShould", "true");
    product =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT.substring(0, ROOT.length() - 1));
  }

  // ---- packages

  private static Map<String, Set<String>> table() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    TABLE
        .lines()
        .map(row -> row.split("\\|", -1))
        .forEach(row -> table.put(row[0].strip(), words(row[1])));
    return table;
  }

  private static Set<String> words(String text) {
    return text.isBlank() ? Set.of() : new LinkedHashSet<>(List.of(text.strip().split(" +")));
  }

  /** The rows that have classes in this build. */
  static List<String> packages() {
    return table().keySet().stream()
        .filter(
            row ->
                !OPTIONAL.contains(row) || product.stream().anyMatch(each -> row.equals(row(each))))
        .toList();
  }

  /** The row of a class: the longest that its package begins with. Null if it has none. */
  private static String row(JavaClass each) {
    return table().keySet().stream()
        .filter(row -> (each.getPackageName() + ".").startsWith(ROOT + row + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse(null);
  }

  private static boolean isOf(JavaClass each, Set<String> rows) {
    String row = row(each);
    return row != null && rows.contains(row);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageNamesOnlyThoseOfItsRow(String name) {
    Set<String> allowed = new LinkedHashSet<>(Set.of(name));
    allowed.addAll(table().get(name));
    classes()
        .that(describe("are of " + name, each -> name.equals(row(each))))
        .should()
        .onlyDependOnClassesThat(
            describe(
                "are of " + allowed + " or not of this project",
                each -> !each.getName().startsWith(ROOT) || isOf(each, allowed)))
        .check(product);
  }

  @Test
  void arrowsPointUpInTheTable() {
    Set<String> above = new LinkedHashSet<>();
    table()
        .forEach(
            (name, allowed) -> {
              assertTrue(above.containsAll(allowed), name + " may name " + allowed);
              above.add(name);
            });
  }

  @Test
  void everyPackageHasARow() {
    List<String> others =
        product.stream().filter(each -> row(each) == null).map(JavaClass::getName).toList();
    assertEquals(List.of(), others, "classes outside of the table's packages");
  }

  // ---- libraries

  @ParameterizedTest
  @CsvSource({
    VECTORS + ", cpu.vector benchmarks",
    "picocli, cli",
    "com.twelvemonkeys, pictures",
    "uk.ac.manchester.tornado, gpu.tornado",
  })
  void aLibraryIsNamedOnlyBy(String library, String names) {
    Set<String> by = words(names);
    noClasses()
        .that(describe("are of no package of " + by, each -> !isOf(each, by)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library + "..")
        .check(product);
    for (String name : by) {
      assertEquals(
          packages().contains(name),
          product.stream()
              .filter(each -> name.equals(row(each)))
              .anyMatch(each -> names(each, library)),
          name + " names " + library);
    }
  }

  private static boolean names(JavaClass each, String library) {
    return each.getDirectDependenciesFromSelf().stream()
        .anyMatch(it -> it.getTargetClass().getPackageName().startsWith(library));
  }

  // ---- vectors

  /**
   * A vector, mask or shuffle that leaves a method is boxed, unless C2 inlines the call. A field
   * may hold a mask or a shuffle that is a constant. Species are constants by themselves.
   */
  @Test
  void vectorsStayInMethods() {
    classes()
        .that(describe("name vectors", each -> names(each, VECTORS)))
        .should(keepVectorsInMethods())
        .check(product);
  }

  private static ArchCondition<JavaClass> keepVectorsInMethods() {
    return new ArchCondition<>("have no vector in a field, a parameter, a lambda or a result") {
      @Override
      public void check(JavaClass each, ConditionEvents events) {
        outside(each.reflect())
            .forEach(where -> events.add(SimpleConditionEvent.violated(each, where)));
      }
    };
  }

  /** By reflection, which shows the methods of lambdas too; ArchUnit leaves them out. */
  private static Stream<String> outside(Class<?> type) {
    Stream<String> fields =
        Arrays.stream(type.getDeclaredFields())
            .filter(ArchitectureTest::holdsAVector)
            .map(Field::toString);
    Stream<String> calls =
        Stream.<Executable>concat(
                Arrays.stream(type.getDeclaredMethods()),
                Arrays.stream(type.getDeclaredConstructors()))
            .filter(ArchitectureTest::passesAVector)
            .map(Executable::toString);
    return Stream.concat(fields, calls);
  }

  private static boolean holdsAVector(Field field) {
    boolean constant =
        Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers());
    return isA("Vector", field.getType()) || !constant && isLanes(field.getType());
  }

  private static boolean passesAVector(Executable call) {
    return Arrays.stream(call.getParameterTypes()).anyMatch(ArchitectureTest::isLanes)
        || call instanceof Method method && isLanes(method.getReturnType());
  }

  private static boolean isLanes(Class<?> type) {
    return Stream.of("Vector", "VectorMask", "VectorShuffle").anyMatch(name -> isA(name, type));
  }

  /** Whether it is the class of that name, one that extends it, or an array of those. */
  private static boolean isA(String name, Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.componentType();
    }
    for (Class<?> each = element; each != null; each = each.getSuperclass()) {
      if (each.getName().equals(VECTORS + "." + name)) {
        return true;
      }
    }
    return false;
  }
}
