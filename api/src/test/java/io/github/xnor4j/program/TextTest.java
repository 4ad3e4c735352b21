package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of programs, and what is said of texts that are none. */
class TextTest {
  private static final long SEED = 20262;
  private static final String TEXT =
      """
      program batch 2
      variable "conv/kernel" F32 [2, 1, 2, 2, 1] trainable
      %0 U8 [N, 1, 3, 4, 1] = Input(name="x")
      scope "say \\"a\\\\b\\"\\n\\r"
      %1 F32 [N, 1, 3, 4, 1] grid 255:255 range -1.0:1.0 = Scale(%0, multiplier=2, offset=-255, divisor=255)
      scope "conv"
      %2 F32 [2, 1, 2, 2, 1] = Read(variable="conv/kernel")
      %3 BIT [2, 1, 2, 2, 1] = Sign(%2)
      %4 F32 [N, 1, 2, 2, 2] grid 255:1020 = Conv(%1, %3, window=1x2x2 stride 1x1x2 dilation 1x2x1 after 0x1x0, groups=1, padValue=-1.0)
      %5 F32 [N, 1, 2, 2, 2] grid 255:1020 = Pool(%4, kind=MAX, window=1x1x1)
      %6 F32 [N, 1, 3, 4, 1] = ConvInputGradient(%4, %2, dims=[N, 1, 3, 4, 1], window=1x2x2 stride 1x1x2 dilation 1x2x1 after 0x1x0, groups=1)
      %7 F32 [2, 1, 2, 2, 1] = ConvFilterGradient(%1, %4, filter=[2, 1, 2, 2, 1], window=1x2x2 stride 1x1x2 dilation 1x2x1 after 0x1x0, groups=1, padValue=0x7fc00000)
      Assign(%7, variable="conv/kernel")
      %8 F32 [4N, 2] grid 255:1020 = Reshape(%4, dims=[4N, 2])
      %9 F32 [2, 4N] grid 255:1020 = Transpose(%8, permutation=[1, 0])
      scope ""
      %10 F32 [2, 3] = Constant(value={-0.0, 0x7fc00001, Infinity, -Infinity, 0.1, 3.0E9})
      %11 BIT [2, 2] = Constant(value={-1, 1, 1, -1})
      %12 U8 [2] = Constant(value={0, 255})
      %13 I16 [1] = Constant(value={-32768})
      %14 I32 [] = Constant(value={-2147483648})
      %15 F32 [1, 1, 1, 1, 1] = Reduce(%1, kind=SUM, axes=[0, 1, 2, 3, 4])
      %16 F32 [] = Reshape(%15, dims=[])
      %17 F32 [] = Count(kind=NUMBER, dims=[N, 1, 3, 4, 1])
      %18 F32 [] = Binary(%16, %17, kind=DIV)
      %19 F32 [9] grid 1:9 range 1.0:9.0 = Constant(value=@918dbba9f212dfac)
      %20 F32 [9] grid 1:9 range 1.0:9.0 = Select(%19, %19, %19, %19, comparison=LESS_EQUAL)
      output "pooled" = %5
      output "dx" = %6
      output "rows" = %9
      output "f32" = %10
      output "bit" = %11
      output "u8" = %12
      output "i16" = %13
      output "i32" = %14
      output "mean" = %18
      output "a\\\\\\"b\\nc" = %20
      """;

  private static final Extent TWO = new Extent(1, 2, 2);
  private static final Window WINDOW =
      new Window(TWO, new Extent(1, 1, 2), new Extent(1, 2, 1), Extent.ZERO, new Extent(0, 1, 0));

  private static Variable kernel() {
    Type type = Type.f32(Shape.of(2, 1, 2, 2, 1));
    return new Variable("conv/kernel", type, true, () -> Tensor.full(type.shape(), 1));
  }

  private static final String NINE_NAME = "918dbba9f212dfac";
  private static final Tensor NINE = Tensor.f32(Shape.of(9), 1, 2, 3, 4, 5, 6, 7, 8, 9);

  /** With attributes of every class. */
  private static Program program(Variable kernel) {
    Trace trace = new Trace();
    Value bytes = trace.batchInput("x", DType.U8, Shape.of(2, 1, 3, 4, 1));
    Value pixels =
        trace.scope("say \"a\\b\"\n\r", () -> trace.value(new Op.Scale(bytes, 2, -255, 255)));
    trace.scope("conv", () -> convolution(trace, pixels, kernel));
    constants(trace);
    trace.output("mean", trace.mean(pixels));
    Value nine = trace.constant(NINE);
    trace.output("a\\\"b\nc", trace.select(Op.Comparison.LESS_EQUAL, nine, nine, nine, nine));
    return trace.build();
  }

  private static Value convolution(Trace trace, Value x, Variable variable) {
    Value kernel = trace.read(variable);
    Value y = trace.value(new Op.Conv(x, trace.sign(kernel), WINDOW, 1, -1));
    trace.output("pooled", trace.value(new Op.Pool(Op.PoolKind.MAX, y, Window.point())));
    trace.output("dx", trace.value(new Op.ConvInputGradient(y, kernel, x.shape(), WINDOW, 1)));
    Value gradient =
        trace.value(new Op.ConvFilterGradient(x, y, kernel.shape(), WINDOW, 1, Float.NaN));
    trace.assign(variable, gradient);
    trace.output("rows", trace.transpose(trace.reshape(y, Shape.of(8, 2)), List.of(1, 0)));
    return y;
  }

  private static void constants(Trace trace) {
    float nan = Float.intBitsToFloat(0x7fc00001);
    float infinity = Float.POSITIVE_INFINITY;
    trace.output(
        "f32",
        trace.constant(Tensor.f32(Shape.of(2, 3), -0f, nan, infinity, -infinity, 0.1f, 3e9f)));
    trace.output("bit", trace.constant(Tensor.bit(Shape.of(2, 2), 1, 2)));
    trace.output("u8", trace.constant(Tensor.u8(Shape.of(2), (byte) 0, (byte) 255)));
    trace.output("i16", trace.constant(Tensor.i16(Shape.of(1), Short.MIN_VALUE)));
    trace.output("i32", trace.constant(Tensor.i32(Shape.SCALAR, Integer.MIN_VALUE)));
  }

  @Test
  void theTextSaysEverything() {
    Program program = program(kernel());
    assertEquals(TEXT, program.toString());
    assertEquals(Map.of(NINE_NAME, NINE), program.constants());
  }

  @Test
  void theTextIsReadBack() {
    Variable kernel = kernel();
    Program program = program(kernel);
    Program read = Program.parse(TEXT, Map.of(kernel.name(), kernel), program.constants());
    assertEquals(TEXT, read.toString());
    assertEquals(List.of(kernel), List.copyOf(read.variables()));
    assertEquals(List.copyOf(program.inputs().keySet()), List.copyOf(read.inputs().keySet()));
    assertEquals(List.copyOf(program.outputs().keySet()), List.copyOf(read.outputs().keySet()));
    assertEquals(program.batch(), read.batch());
    assertEquals(
        program.nodes().stream().map(Node::scope).toList(),
        read.nodes().stream().map(Node::scope).toList());
    List<Tensor> constants = constants(program);
    assertEquals(6, constants.size());
    assertEquals(constants, constants(read)); // by their bits
  }

  private static List<Tensor> constants(Program program) {
    return program.nodes().stream()
        .filter(node -> node.op() instanceof Op.Constant)
        .map(node -> ((Op.Constant) node.op()).value())
        .toList();
  }

  @Test
  void variablesThatAreNotGivenBeginWithZeros() {
    Variable read = parse(TEXT).variables().iterator().next();
    assertEquals(kernel().type(), read.type());
    assertTrue(read.isTrainable());
    assertEquals(Tensor.zeros(DType.F32, read.shape()), read.initial());
  }

  @Test
  void blanksDoNotCount() {
    String wide = TEXT.replace(", ", " ,  ").replace("\n", " \r\n\n ").replace("(", "( ");
    assertEquals(TEXT, parse(wide).toString());
  }

  @Test
  void namesMayBeLongAndOfAnyCharacters() {
    String name = "\"\\\n\r\t\u2028\u0085\u00e9\ud83d\ude00\0 = %1".repeat(10_000);
    Trace trace = new Trace();
    trace.scope(name, () -> trace.input(name, DType.F32, Shape.of(2)));
    Program program = trace.build();
    Program read = Program.parse(program.toString());
    assertEquals(List.of(name), List.copyOf(read.inputs().keySet()));
    assertEquals(name, read.nodes().getFirst().scope());
  }

  @Test
  void namesOfConstantsFollowFromTypeAndContent() {
    Tensor zeros = Tensor.zeros(DType.F32, Shape.of(16));
    Tensor negative = zeros.copy();
    negative.floats()[15] = -0f;
    List<Tensor> all =
        List.of(
            zeros,
            negative,
            Tensor.zeros(DType.F32, Shape.of(4, 4)),
            Tensor.zeros(DType.BIT, Shape.of(16)),
            Tensor.zeros(DType.U8, Shape.of(16)),
            Tensor.zeros(DType.I16, Shape.of(16)),
            Tensor.zeros(DType.I32, Shape.of(16)));
    Trace trace = new Trace();
    for (int i = 0; i < all.size(); i++) {
      trace.output("y" + i, trace.constant(all.get(i)));
    }
    Map<String, Tensor> constants = trace.build().constants();
    assertEquals(all, List.copyOf(constants.values()));
  }

  // ---- damage

  private static Program parse(String text) {
    return Program.parse(text, Map.of(), Map.of(NINE_NAME, NINE));
  }

  private static void assertRefused(String text, int line, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> parse(text), expected).getMessage();
    assertTrue(message.startsWith("line " + line + " of a program: "), message);
    assertTrue(message.contains(expected), message);
  }

  private static String damaged(String from, String to) {
    int at = TEXT.indexOf(from);
    assertTrue(at >= 0 && TEXT.indexOf(from, at + 1) < 0, from + " stands once");
    return TEXT.replace(from, to);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          program batch 2        | programs batch 2     | 1  | expected the end of the line
          program batch 2        | batch 2              | 1  | expected 'program'
          program batch 2        | program batch        | 1  | expected an integer
          program batch 2        | program batch -2     | 1  | expected an integer from 0 to 2147483647
          program batch 2        | program batch 2 3    | 1  | expected the end of the line
          program batch 2        | program              | 3  | expected no N without a batch
          kernel" F32            | weight" F32          | 7  | variable 'conv/kernel' is not declared
          kernel" F32            | kernel F32           | 2  | at column
          kernel" F32            | kernel" F64          | 2  | expected a dtype, one of [F32, BIT, U8, I32, I16]
          trainable              | trained              | 2  | expected the end of the line
          U8 [N, 1               | U8 [2N, 1            | 5  | expected what is written
          U8 [N, 1               | U8 [-3, 1            | 3  | expected an integer from 0 to 2147483647
          U8 [N, 1               | U8 [0N, 1            | 3  | expected 1N or more
          U8 [N, 1               | U8 [2000000000N, 1   | 3  | extent is 4000000000
          U8 [N, 1               | U8 [N 1              | 3  | expected ','
          U8 [N, 1               | U8 [N, 99999999999   | 3  | 99999999999 is no int
          Input(name             | Inputs(name          | 3  | op 'Inputs' is unknown, expected one of
          Input(name             | Input name           | 3  | expected '('
          Input(name             | Input(names          | 3  | expected '='
          name="x")              | name=x)              | 3  | expected '"'
          name="x")              | name="x"             | 3  | expected ')'
          name="x")              | name="x              | 3  | expected '"' behind a text
          name="x")              | name="x\\            | 3  | expected '"' behind a text
          name="x")              | name="x") # input    | 3  | expected the end of the line
          multiplier=2           | multiplier=3         | 5  | grid 255:510 range -1.0:2.0], expected what is written: [F32
          multiplier=2           | multiplier=2.5       | 5  | expected ','
          divisor=255)           | divisor=0)           | 5  | divisor is 0, expected 1 or more
          grid 255:255           | grid 255:256         | 5  | expected what is written
          grid 255:255           | grid 0:255           | 5  | grid 0:255, expected
          grid 255:255           | grid 255:-1          | 5  | grid 255:-1, expected
          grid 255:255           | grid 255             | 5  | expected ':'
          range -1.0             | range 2.0            | 5  | range 2.0:1.0, expected
          range -1.0             | range -1.0.0         | 5  | -1.0.0 is no number
          Scale(%0               | Scale(0              | 5  | expected '%'
          Scale(%0               | Scale(%1             | 5  | value %1 is read before it is made, expected one below %1
          Scale(%0               | Scale(%-1            | 5  | value %-1 is read
          Sign(%2)               | Sign(%0)             | 8  | Sign: x is U8
          Sign(%2)               | Sign(%2, %2)         | 8  | expected ')'
          Sign(%2)               | Sign()               | 8  | expected '%'
          %3 BIT                 | %4 BIT               | 8  | expected value %3
          %3 BIT                 | %3, %4 BIT           | 8  | expected a name
          %3 BIT                 | %3 F32               | 8  | expected what is written: [F32
          kind=MAX               | kind=MIN             | 10 | expected one of [MAX, AVERAGE]
          window=1x1x1           | window=1x1           | 10 | expected 'x'
          window=1x1x1           | window=0x1x1         | 10 | expected 1 or more
          window=1x1x1           | window=9x9x9         | 10 | expected what is written
          {-0.0                  | {0.0, -0.0           | 17 | expected 6 elements
          {-0.0                  | {                    | 17 | expected a number
          {-1, 1, 1, -1}         | {-1, 1, 1, -2}       | 18 | expected an integer from 1 to 1
          {-1, 1, 1, -1}         | {-1, 1, 1, 0}        | 18 | expected an integer from 1 to 1
          {0, 255}               | {0, 256}             | 19 | expected an integer from 0 to 255
          {-32768}               | {32768}              | 20 | expected an integer from -32768 to 32767
          {-2147483648}          | {2147483648}         | 21 | 2147483648 is no int
          {-2147483648}          | {}                   | 21 | expected 1 elements
          %14 I32 [] =           | ``                   | 21 | expected one result, but 0 are written
          output "u8"            | output "i16"         | 34 | output 'i16' is declared twice
          """)
  void damageIsNamed(String from, String to, int line, String expected) {
    assertRefused(damaged(from, to), line, expected);
  }

  @Test
  void textsWithoutAProgramAreRefused() {
    for (String text : List.of("", "\n", "\n\n", " ", "{\"a\": 1}", "Program batch 2\n")) {
      assertRefused(text, 1, "expected 'program'");
    }
  }

  @Test
  void whatIsDeclaredTwiceIsRefused() {
    String input = "%0 F32 [2] = Input(name=\"x\")\n%1 F32 [2] = Input(name=\"x\")\n";
    assertRefused("program\n" + input, 3, "input 'x' is declared twice");
    assertRefused("program\nvariable \"v\" F32 []\n".concat("variable \"v\" F32 []\n"), 3, "'v'");
  }

  @Test
  void resultsThatTheOpDoesNotGiveAreRefused() {
    String two = "program\n%0 F32 [2] = Input(name=\"x\")\n%1 F32 [2], %2 F32 [2] = ";
    assertRefused(two + "Sign(%0)\n", 3, "Sign gives [BIT [2]], expected what is written");
    assertRefused("program\nInput(name=\"x\")\n", 2, "expected one result, but 0 are written");
    assertRefused("program\n%0 F32 [1], = Input(name=\"x\")\n", 2, "expected '%'");
    assertRefused("program\n%0 F32 [1] = %1 F32 [1] = Input(name=\"x\")\n", 2, "a name");
  }

  /** No number of 8 GB for a text of a line. */
  @Test
  void shapesOfConstantsAreNotTrusted() {
    assertRefused(
        "program\n%0 F32 [2000000000] = Constant(value={1.0})\n",
        2, "expected 2000000000 elements");
  }

  @Test
  void constantsAreChecked() {
    Map<String, Tensor> none = Map.of();
    Map<String, Tensor> another = Map.of(NINE_NAME, Tensor.full(Shape.of(9), 1));
    for (Map<String, Tensor> constants : List.of(none, another)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> Program.parse(TEXT, Map.of(), constants))
              .getMessage();
      String what = constants.isEmpty() ? "missing" : "another tensor";
      assertTrue(message.startsWith("line 26 of a program: "), message);
      assertTrue(message.contains("constant @" + NINE_NAME + " is " + what), message);
    }
  }

  @Test
  void variablesOfAnotherTypeAreRefused() {
    Type type = kernel().type();
    Map<String, Variable> others = new LinkedHashMap<>();
    others.put("F32 [2, 1, 2, 2, 1], expected", variable(type, false));
    others.put("F32 [3] trainable, expected", variable(Type.f32(Shape.of(3)), true));
    others.put("BIT [2, 1, 2, 2, 1]", variable(Type.of(DType.BIT, type.shape()), true));
    Type signs = new Type(DType.F32, type.dims(), Grid.UNIT, new Range(-1, 1));
    others.put("F32 [2, 1, 2, 2, 1] grid 1:1 range -1.0:1.0", variable(signs, true));
    others.forEach(
        (expected, variable) -> {
          String message =
              assertThrows(
                      IllegalArgumentException.class,
                      () -> Program.parse(TEXT, Map.of("conv/kernel", variable), Map.of()))
                  .getMessage();
          assertTrue(message.startsWith("line 2 of a program: variable 'conv/kernel'"), message);
          assertTrue(message.contains(expected), message);
          assertTrue(message.endsWith("written: F32 [2, 1, 2, 2, 1] trainable"), message);
        });
  }

  private static Variable variable(Type type, boolean trainable) {
    return new Variable(
        "conv/kernel", type, trainable, () -> Tensor.zeros(type.dtype(), type.shape()));
  }

  /** Every line, cut anywhere. */
  @Test
  void truncatedLinesAreRefused() {
    String[] lines = TEXT.split("\n");
    StringBuilder before = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      // a batch of no digits, a variable without its last word and so on are programs, too
      for (int end = 1; end < lines[i].length() && lines[i].contains(" = "); end++) {
        String text = before + lines[i].substring(0, end);
        boolean digits = lines[i].startsWith("output") && end > lines[i].indexOf('%') + 1;
        if (!digits) {
          assertRefused(text, i + 1, "expected");
        }
      }
      before.append(lines[i]).append('\n');
    }
  }

  /** Damaged at random, a text is refused or is that of another program; nothing else happens. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void damageAtRandomIsRefusedOrRead() {
    Random random = new Random(SEED);
    String characters = "0123456789%=,()[]{}\"\\N x:.-@\nabcEIKT";
    int read = 0;
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder(TEXT);
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(text.length());
        char c = characters.charAt(random.nextInt(characters.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, c);
          case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
          default -> text.setCharAt(at, c);
        }
      }
      try {
        Program program = parse(text.toString());
        assertEquals(program.toString(), parse(program.toString()).toString());
        read++;
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().matches("(?s)line [0-9]+ of a program: .+"), e.getMessage());
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + SEED + ", text " + i + ":\n" + text, e);
      }
    }
    assertTrue(read > 0 && read < 1000, read + " of 2000 texts were read");
  }
}
