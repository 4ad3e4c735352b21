package io.github.xnor4j.train;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.nn.KerasObject;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import java.util.List;

/** How weights change by their gradients. Immutable; the state is that of {@link #bind}. */
public interface Optimizer extends KerasObject {
  /**
   * Makes the state for certain weights: slots, counters, hyper-parameters, each a variable.
   *
   * @param weights what shall be updated
   */
  Update bind(List<Weight> weights);

  /** The update of certain weights. Programs traced by one update share its variables. */
  interface Update {
    /**
     * All variables, with names unique among them; checkpoints keep them. Only those of scalar
     * hyper-parameters are written by the host.
     */
    List<Variable> variables();

    /**
     * Traces the update: assigns to each weight its new value, to which its constraint was applied,
     * and to the slots theirs.
     *
     * @param trace records the ops
     * @param gradients F32, one for each weight, in order
     */
    void trace(Trace trace, List<Value> gradients);

    /**
     * Writes the hyper-parameters for the next step. Allocates nothing.
     *
     * @param session holds the variables
     * @param step number of steps done
     */
    void prepare(Session session, long step);
  }
}
