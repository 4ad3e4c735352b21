package io.github.xnor4j.program;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The components of a class of ops: those that are values, or lists of values, are its operands,
 * all others its attributes. What must know every op's parts (its operands, the same op on others,
 * its text) works from this one list, which is the record's own declaration.
 */
final class OpForm {
  private static final ClassValue<OpForm> FORMS =
      new ClassValue<>() {
        @Override
        protected OpForm computeValue(Class<?> type) {
          return new OpForm(type.asSubclass(Op.class));
        }
      };

  private final Constructor<? extends Op> constructor;
  private final List<Part> parts;

  /**
   * A component.
   *
   * @param name as declared
   * @param type its class
   * @param isValue whether it is an operand
   * @param isValues whether it is a list of operands
   */
  record Part(String name, Class<?> type, boolean isValue, boolean isValues, Method accessor) {
    private static Part of(RecordComponent component) {
      boolean values =
          component.getGenericType() instanceof ParameterizedType type
              && type.getActualTypeArguments()[0] == Value.class;
      return new Part(
          component.getName(),
          component.getType(),
          component.getType() == Value.class,
          values,
          component.getAccessor());
    }

    boolean isAttribute() {
      return !isValue && !isValues;
    }

    Object get(Op op) {
      try {
        return accessor.invoke(op);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(op.name() + "." + name, e);
      }
    }
  }

  private OpForm(Class<? extends Op> type) {
    this.parts = Arrays.stream(type.getRecordComponents()).map(Part::of).toList();
    try {
      this.constructor =
          type.getConstructor(parts.stream().map(Part::type).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type + " has no canonical constructor", e);
    }
  }

  static OpForm of(Op op) {
    return FORMS.get(op.getClass());
  }

  static OpForm of(Class<?> type) {
    return FORMS.get(type);
  }

  List<Part> parts() {
    return parts;
  }

  List<Value> operands(Op op) {
    List<Value> operands = new ArrayList<>();
    for (Part part : parts) {
      if (part.isValue()) {
        operands.add((Value) part.get(op));
      } else if (part.isValues()) {
        for (Object each : (List<?>) part.get(op)) {
          operands.add((Value) each);
        }
      }
    }
    return List.copyOf(operands);
  }

  /** The same op on other operands, with other attributes. */
  Op rebuilt(Op op, List<Value> inputs, UnaryOperator<Object> attributes) {
    int expected = operands(op).size();
    if (inputs.size() != expected) {
      throw new IllegalArgumentException(
          op.name() + ": " + inputs.size() + " operands, expected " + expected);
    }
    Iterator<Value> next = inputs.iterator();
    Object[] arguments = new Object[parts.size()];
    for (int i = 0; i < arguments.length; i++) {
      Part part = parts.get(i);
      if (part.isValue()) {
        arguments[i] = next.next();
      } else if (part.isValues()) {
        List<Value> values = new ArrayList<>();
        ((List<?>) part.get(op)).forEach(old -> values.add(next.next()));
        arguments[i] = values;
      } else {
        arguments[i] = attributes.apply(part.get(op));
      }
    }
    return make(arguments);
  }

  /**
   * An op of its components.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  Op make(Object... arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IndexOutOfBoundsException missing) {
        // an op may look at an axis before it asks for the rank
        throw new IllegalArgumentException(
            constructor.getDeclaringClass().getSimpleName()
                + ": an operand or a shape has too few axes, expected more: "
                + missing.getMessage(),
            missing);
      }
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(constructor.toString(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor.toString(), e);
    }
  }
}
