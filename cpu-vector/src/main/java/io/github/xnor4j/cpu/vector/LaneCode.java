package io.github.xnor4j.cpu.vector;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Bytecode of floats and doubles that are lanes of a vector, or one: the same words for both. What
 * is worked on lies on the stack or in a local variable.
 */
abstract class LaneCode {
  static final ClassDesc FLOATS = desc(FloatVector.class);
  static final ClassDesc INTS = desc(IntVector.class);
  static final ClassDesc DOUBLES = desc(DoubleVector.class);
  static final ClassDesc VECTOR = desc(Vector.class);
  static final ClassDesc MASK = desc(VectorMask.class);
  static final ClassDesc SPECIES = desc(VectorSpecies.class);
  static final ClassDesc SHUFFLE = desc(VectorShuffle.class);
  static final ClassDesc OPERATORS = desc(VectorOperators.class);
  static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
  static final ClassDesc CONVERSION = desc(VectorOperators.Conversion.class);
  static final ClassDesc LANES = desc(Lanes.class);
  static final ClassDesc MATH = desc(Math.class);
  static final ClassDesc FLOAT_ARRAY = CD_float.arrayType();
  static final ClassDesc INT_ARRAY = CD_int.arrayType();
  static final ClassDesc DOUBLE_ARRAY = CD_double.arrayType();

  final CodeBuilder code;
  final boolean vectors; // else one element after the other

  LaneCode(CodeBuilder code, boolean vectors) {
    this.code = code;
    this.vectors = vectors;
  }

  static ClassDesc desc(Class<?> type) {
    return ClassDesc.ofDescriptor(type.descriptorString());
  }

  /** An int variable that is what lies on the stack. */
  final int variable() {
    int local = code.allocateLocal(TypeKind.INT);
    code.istore(local);
    return local;
  }

  /** Turns a loop while one variable is less than another. */
  final void loop(int counter, int bound, int step, Runnable body) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(top).iload(counter).iload(bound).if_icmpge(end);
    body.run();
    code.iinc(counter, step).goto_(top).labelBinding(end);
  }

  /** A new variable that is what lies on the stack: a float, or a vector of floats. */
  final int store() {
    if (!vectors) {
      int local = code.allocateLocal(TypeKind.FLOAT);
      code.fstore(local);
      return local;
    }
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  /** Puts a variable of floats on the stack. */
  final void push(int local) {
    if (vectors) {
      code.aload(local);
    } else {
      code.fload(local);
    }
  }

  /** Of one float, which is all that a loop over elements wants. */
  final void broadcast() {
    if (vectors) {
      int value = code.allocateLocal(TypeKind.FLOAT);
      code.fstore(value).getstatic(LANES, "F", SPECIES).fload(value);
      code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    }
  }

  final void function(String name, ClassDesc type, int arguments) {
    ClassDesc[] types = new ClassDesc[arguments];
    Arrays.fill(types, type);
    code.invokestatic(MATH, name, MethodTypeDesc.of(type, types));
  }

  final void rounded(String name) {
    code.f2d();
    function(name, CD_double, 1);
    code.d2f();
  }

  /** The comparison of two vectors on the stack. */
  final void compare(String comparison) {
    // the operator stands between the two
    int right = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(right).getstatic(OPERATORS, comparison, COMPARISON).aload(right);
    code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
  }

  final void blend(ClassDesc type) {
    code.invokevirtual(type, "blend", MethodTypeDesc.of(type, VECTOR, MASK));
  }

  final void choose(Opcode fails, Runnable ifTrue, Runnable ifFalse) {
    Label otherwise = code.newLabel();
    Label end = code.newLabel();
    code.branch(fails, otherwise);
    ifTrue.run();
    code.goto_(end).labelBinding(otherwise);
    ifFalse.run();
    code.labelBinding(end);
  }

  // ---- float64: two vectors for each of floats

  final int doublesOf() {
    return vectors ? 2 : 1;
  }

  final int storeDoubles() {
    int local = code.allocateLocal(vectors ? TypeKind.REFERENCE : TypeKind.DOUBLE);
    setDoubles(local);
    return local;
  }

  final void setDoubles(int local) {
    if (vectors) {
      code.astore(local);
    } else {
      code.dstore(local);
    }
  }

  final void getDoubles(int local) {
    if (vectors) {
      code.aload(local);
    } else {
      code.dload(local);
    }
  }

  final void addDoubles(String vector, Runnable scalar) {
    if (vectors) {
      code.invokevirtual(DOUBLES, vector, MethodTypeDesc.of(DOUBLES, VECTOR));
    } else {
      scalar.run();
    }
  }
}
