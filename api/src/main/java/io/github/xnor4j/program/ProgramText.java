package io.github.xnor4j.program;

import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Sha256;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The text form of programs. Each op stands on a line of its own, with the types of its results,
 * its operands by number and its attributes by name, all from {@link OpForm}: a new op has its text
 * without a line here, as long as its attributes are of classes known here.
 *
 * <pre>
 * program batch 64
 * variable "dense/kernel" F32 [784, 10] trainable
 * %0 F32 [N, 784] = Input(name="x")
 * scope "dense"
 * %1 F32 [784, 10] = Read(variable="dense/kernel")
 * ...
 * output "y" = %7
 * </pre>
 */
final class ProgramText {
  /** Constants of more elements are named by their content. */
  private static final int INLINE = 8;

  private ProgramText() {}

  // ---- names of constants

  static Map<String, Tensor> constants(Program program) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (Node node : program.nodes()) {
      if (node.op() instanceof Op.Constant constant) {
        Tensor value = constant.value();
        if (value.shape().elements() > INLINE) {
          constants.put(nameOf(value), value);
        }
      }
    }
    return constants;
  }

  /** 64 bits of the hash of dtype, shape and content. */
  private static String nameOf(Tensor tensor) {
    Sha256 hash = new Sha256();
    hash.add(tensor);
    return hash.hex().substring(0, 16);
  }

  // ---- printing

  static String print(Program program) {
    StringBuilder text = new StringBuilder("program");
    program.batch().ifPresent(images -> text.append(" batch ").append(images));
    text.append('\n');
    for (Variable variable : program.variables()) {
      text.append("variable ").append(quote(variable.name())).append(' ');
      text.append(text(variable.type(), variable.isTrainable())).append('\n');
    }
    String scope = "";
    for (Node node : program.nodes()) {
      if (!node.scope().equals(scope)) {
        scope = node.scope();
        text.append("scope ").append(quote(scope)).append('\n');
      }
      StringJoiner results = new StringJoiner(", ", "", node.outputs().isEmpty() ? "" : " = ");
      for (Value value : node.outputs()) {
        results.add("%" + program.number(value) + " " + type(value.type()));
      }
      text.append(results).append(op(node.op(), program)).append('\n');
    }
    program
        .outputs()
        .forEach(
            (name, value) ->
                text.append("output ")
                    .append(quote(name))
                    .append(" = %")
                    .append(program.number(value))
                    .append('\n'));
    return text.toString();
  }

  private static String op(Op op, Program program) {
    StringJoiner parts = new StringJoiner(", ", op.getClass().getSimpleName() + "(", ")");
    OpForm form = OpForm.of(op);
    for (OpForm.Part part : form.parts()) {
      if (part.isValue()) {
        parts.add("%" + program.number((Value) part.get(op)));
      } else if (part.isValues()) {
        StringJoiner list = new StringJoiner(", ", "[", "]");
        ((List<?>) part.get(op)).forEach(value -> list.add("%" + program.number((Value) value)));
        parts.add(list.toString());
      }
    }
    for (OpForm.Part part : form.parts()) {
      // the type of an input is that of its result
      if (part.isAttribute() && part.type() != Type.class) {
        parts.add(part.name() + "=" + attribute(part.get(op)));
      }
    }
    return parts.toString();
  }

  private static String attribute(Object attribute) {
    return switch (attribute) {
      case String text -> quote(text);
      case Variable variable -> quote(variable.name());
      case Tensor tensor -> constant(tensor);
      case Window window -> window(window);
      case Float number -> number(number);
      default -> attribute.toString(); // integers, booleans, enums, Dims, Shape, lists of integers
    };
  }

  private static String window(Window window) {
    StringBuilder text = new StringBuilder(window.size().toString());
    append(text, "stride", window.stride(), Extent.ONE);
    append(text, "dilation", window.dilation(), Extent.ONE);
    append(text, "before", window.before(), Extent.ZERO);
    append(text, "after", window.after(), Extent.ZERO);
    return text.toString();
  }

  private static void append(StringBuilder text, String what, Extent extent, Extent usual) {
    if (!extent.equals(usual)) {
      text.append(' ').append(what).append(' ').append(extent);
    }
  }

  private static String constant(Tensor tensor) {
    int n = tensor.shape().elements();
    if (n > INLINE) {
      return "@" + nameOf(tensor);
    }
    StringJoiner elements = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < n; i++) {
      elements.add(
          switch (tensor.dtype()) {
            case F32 -> number(tensor.floats()[i]);
            case BIT -> Bits.isNegative(tensor, i) ? "-1" : "1";
            case U8 -> Integer.toString(tensor.bytes()[i] & 255);
            case I32 -> Integer.toString(tensor.ints()[i]);
            case I16 -> Short.toString(tensor.shorts()[i]);
          });
    }
    return elements.toString();
  }

  /** A float's shortest decimal, which reads as the same float; a NaN by its bits. */
  private static String number(float x) {
    return Float.isNaN(x) ? "0x%08x".formatted(Float.floatToRawIntBits(x)) : Float.toString(x);
  }

  private static String type(Type type) {
    StringBuilder text = new StringBuilder();
    text.append(type.dtype()).append(' ').append(type.dims());
    if (type.grid() != null) {
      text.append(" grid ").append(type.grid().denominator()).append(':');
      text.append(type.grid().bound());
    }
    if (!type.range().equals(Range.ALL)) {
      text.append(" range ").append(type.range().low()).append(':').append(type.range().high());
    }
    return text.toString();
  }

  private static String text(Type type, boolean trainable) {
    return type(type) + (trainable ? " trainable" : "");
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        default -> out.append(c);
      }
    }
    return out.append('"').toString();
  }

  // ---- reading

  static Program parse(String text, Map<String, Variable> variables, Map<String, Tensor> tensors) {
    Reader reader = new Reader(variables, tensors);
    int number = 0;
    for (String line : text.split("\n")) {
      number++;
      try {
        reader.read(line.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line " + number + " of a program: " + e.getMessage(), e);
      }
    }
    if (!reader.begun) {
      throw new IllegalArgumentException("line 1 of a program: there is none, expected 'program'");
    }
    return reader.trace.build();
  }

  private static final class Reader {
    private final Map<String, Variable> known;
    private final Map<String, Tensor> tensors;
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final Trace trace = new Trace();
    private final List<Value> values = new ArrayList<>();
    private boolean begun;
    private int images = -1; // none: nothing follows from a batch
    private String scope = "";

    Reader(Map<String, Variable> known, Map<String, Tensor> tensors) {
      this.known = known;
      this.tensors = tensors;
    }

    void read(String line) {
      Cursor at = new Cursor(line);
      if (!begun) {
        at.expect("program");
        if (at.accept("batch")) {
          images = at.integer(0, Integer.MAX_VALUE);
        }
        begun = true;
      } else if (at.accept("variable ")) {
        variable(at);
      } else if (at.accept("scope ")) {
        scope = at.quoted();
      } else if (at.accept("output ")) {
        String name = at.quoted();
        at.expect("=");
        trace.output(name, value(at));
      } else if (!line.isEmpty()) {
        node(at);
      }
      at.expectEnd();
    }

    private void variable(Cursor at) {
      String name = at.quoted();
      Type type = type(at);
      boolean trainable = at.accept("trainable");
      Variable variable = known.get(name);
      if (variable == null) {
        variable =
            new Variable(name, type, trainable, () -> Tensor.zeros(type.dtype(), type.shape()));
      } else if (!variable.type().equals(type) || variable.isTrainable() != trainable) {
        throw new IllegalArgumentException(
            "variable '"
                + name
                + "' is "
                + text(variable.type(), variable.isTrainable())
                + ", expected what is written: "
                + text(type, trainable));
      }
      if (variables.put(name, variable) != null) {
        throw new IllegalArgumentException(
            "variable '" + name + "' is declared twice, expected once");
      }
    }

    private void node(Cursor at) {
      List<Type> types = new ArrayList<>();
      if (at.accept("%")) {
        types.add(result(at, 0));
        while (at.accept(",")) {
          at.expect("%");
          types.add(result(at, types.size()));
        }
        at.expect("=");
      }
      Op op = op(at, types);
      List<Value> results = trace.scope(scope, () -> trace.append(op));
      List<Type> made = results.stream().map(Value::type).toList();
      if (!made.equals(types)) {
        throw new IllegalArgumentException(
            op.name()
                + " gives "
                + made.stream().map(ProgramText::type).toList()
                + ", expected what is written: "
                + types.stream().map(ProgramText::type).toList());
      }
      values.addAll(results);
    }

    /** The type of a result; its number is that of the values in front. */
    private Type result(Cursor at, int index) {
      int number = values.size() + index;
      if (at.integer() != number) {
        throw at.error("value %" + number);
      }
      return type(at);
    }

    private static Type only(Cursor at, List<Type> types) {
      if (types.size() != 1) {
        throw at.error("one result, but " + types.size() + " are written");
      }
      return types.getFirst();
    }

    private Op op(Cursor at, List<Type> types) {
      OpForm form = form(at);
      at.expect("(");
      Object[] arguments = new Object[form.parts().size()];
      boolean first = true;
      for (boolean operands : new boolean[] {true, false}) {
        for (int i = 0; i < arguments.length; i++) {
          OpForm.Part part = form.parts().get(i);
          if (part.type() == Type.class) {
            arguments[i] = only(at, types);
          } else if (part.isAttribute() != operands) {
            if (!first) {
              at.expect(",");
            }
            first = false;
            arguments[i] = argument(at, part, types);
          }
        }
      }
      at.expect(")");
      return form.make(arguments);
    }

    private static OpForm form(Cursor at) {
      String name = at.word();
      for (Class<?> type : Op.class.getPermittedSubclasses()) {
        if (type.getSimpleName().equals(name)) {
          return OpForm.of(type);
        }
      }
      throw new IllegalArgumentException(
          "op '"
              + name
              + "' is unknown, expected one of "
              + Arrays.stream(Op.class.getPermittedSubclasses())
                  .map(Class::getSimpleName)
                  .toList());
    }

    private Object argument(Cursor at, OpForm.Part part, List<Type> types) {
      if (part.isValue()) {
        return value(at);
      }
      if (part.isValues()) {
        return at.list("[", "]", () -> value(at));
      }
      at.expect(part.name());
      at.expect("=");
      return attribute(at, part.type(), types);
    }

    private Object attribute(Cursor at, Class<?> type, List<Type> types) {
      if (type == Variable.class) {
        String name = at.quoted();
        if (!variables.containsKey(name)) {
          throw new IllegalArgumentException(
              "variable '" + name + "' is not declared, expected a line for it in front");
        }
        return variables.get(name);
      }
      if (type.isEnum()) {
        String name = at.word();
        for (Object constant : type.getEnumConstants()) {
          if (constant.toString().equals(name)) {
            return constant;
          }
        }
        throw at.error("one of " + List.of(type.getEnumConstants()));
      }
      if (type == Tensor.class) {
        return constant(at, only(at, types));
      }
      return switch (type.getSimpleName()) {
        case "String" -> at.quoted();
        case "int" -> at.integer();
        case "float" -> at.number();
        case "boolean" -> at.truth();
        case "List" -> at.list("[", "]", at::integer);
        case "Dims" -> dims(at);
        case "Shape" -> dims(at).shape();
        case "Window" -> window(at);
        default -> throw new IllegalStateException("attributes of " + type + " have no text");
      };
    }

    private Value value(Cursor at) {
      at.expect("%");
      int number = at.integer();
      if (number < 0 || number >= values.size()) {
        throw new IllegalArgumentException(
            "value %"
                + number
                + " is read before it is made, expected one below %"
                + values.size());
      }
      return values.get(number);
    }

    private Type type(Cursor at) {
      String name = at.word();
      DType dtype = null;
      for (DType each : DType.values()) {
        dtype = each.name().equals(name) ? each : dtype;
      }
      if (dtype == null) {
        throw at.error("a dtype, one of " + List.of(DType.values()));
      }
      Dims dims = dims(at);
      Grid grid = null;
      if (at.accept("grid ")) {
        int denominator = at.integer();
        at.expect(":");
        grid = new Grid(denominator, at.integer());
      }
      Range range = Range.ALL;
      if (at.accept("range ")) {
        float low = at.number();
        at.expect(":");
        range = new Range(low, at.number());
      }
      return new Type(dtype, dims, grid, range);
    }

    private Dims dims(Cursor at) {
      List<Integer> marks = new ArrayList<>();
      List<Integer> extents =
          at.list(
              "[",
              "]",
              () -> {
                int number = at.accept("N") ? -1 : at.integer(0, Integer.MAX_VALUE);
                if (number >= 0 && !at.accept("N")) {
                  marks.add(0);
                  return number;
                }
                if (number == 0 || images < 0) {
                  throw at.error(images < 0 ? "no N without a batch" : "1N or more");
                }
                marks.add(Math.abs(number));
                return Dims.extent(Math.abs(number), images);
              });
      return new Dims(Shape.of(extents.stream().mapToInt(i -> i).toArray()), marks);
    }

    private static Window window(Cursor at) {
      Extent size = extent(at);
      Extent stride = at.accept("stride ") ? extent(at) : Extent.ONE;
      Extent dilation = at.accept("dilation ") ? extent(at) : Extent.ONE;
      Extent before = at.accept("before ") ? extent(at) : Extent.ZERO;
      Extent after = at.accept("after ") ? extent(at) : Extent.ZERO;
      return new Window(size, stride, dilation, before, after);
    }

    private static Extent extent(Cursor at) {
      int depth = at.integer();
      at.expect("x");
      int height = at.integer();
      at.expect("x");
      return new Extent(depth, height, at.integer());
    }

    private Tensor constant(Cursor at, Type type) {
      if (at.accept("@")) {
        String name = at.word();
        Tensor tensor = tensors.get(name);
        if (tensor == null || !nameOf(tensor).equals(name)) {
          throw new IllegalArgumentException(
              "constant @"
                  + name
                  + " is "
                  + (tensor == null ? "missing" : "another tensor, " + tensor.describe())
                  + ", expected the one that Program.constants gave");
        }
        return tensor;
      }
      // the numbers first: a shape that is wrong may be a large one
      List<Number> elements = at.list("{", "}", () -> element(at, type.dtype()));
      if (elements.size() != type.shape().elements()) {
        throw at.error(type.shape().elements() + " elements in front");
      }
      Tensor tensor = Tensor.zeros(type.dtype(), type.shape());
      for (int i = 0; i < elements.size(); i++) {
        Number element = elements.get(i);
        switch (type.dtype()) {
          case F32 -> tensor.floats()[i] = element.floatValue();
          case BIT -> Bits.set(tensor, i, element.intValue() < 0);
          case U8 -> tensor.bytes()[i] = element.byteValue();
          case I32 -> tensor.ints()[i] = element.intValue();
          case I16 -> tensor.shorts()[i] = element.shortValue();
        }
      }
      return tensor;
    }

    private static Number element(Cursor at, DType dtype) {
      return switch (dtype) {
        case F32 -> at.number();
        case BIT -> at.accept("-1") ? -1 : at.integer(1, 1);
        case U8 -> at.integer(0, 255);
        case I32 -> at.integer();
        case I16 -> at.integer(Short.MIN_VALUE, Short.MAX_VALUE);
      };
    }
  }
}
