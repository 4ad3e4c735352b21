package io.github.xnor4j.train;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;

/** A scalar variable of a program that follows a {@link Schedule}. */
public final class Hyperparameter {
  private final Variable variable;
  private final Schedule schedule;
  private final Tensor scalar;

  /**
   * A variable that begins with the schedule's first value.
   *
   * @param name of the variable
   * @param schedule its value for each step
   */
  public Hyperparameter(String name, Schedule schedule) {
    this.schedule = schedule;
    this.scalar = Tensor.scalar(schedule.at(0));
    this.variable = Variable.state(name, Tensor.scalar(schedule.at(0)));
  }

  /** What programs read, an F32 scalar. */
  public Variable variable() {
    return variable;
  }

  /**
   * Writes the value for the next step into the variable. Nothing is written for a constant
   * schedule, and nothing is allocated.
   *
   * @param session holds the variable
   * @param step number of steps done
   */
  public void prepare(Session session, long step) {
    if (!schedule.isConstant()) {
      scalar.floats()[0] = schedule.at(step);
      session.write(variable, scalar);
    }
  }
}
