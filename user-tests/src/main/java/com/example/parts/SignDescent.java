package com.example.parts;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Hyperparameter;
import io.github.xnor4j.train.Optimizer;
import io.github.xnor4j.train.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Steps of one length along the sign of a moving mean of the gradient. */
record SignDescent(Schedule rate, float momentum) implements Optimizer {
  @Override
  public Update bind(List<Weight> weights) {
    List<Variable> means = new ArrayList<>();
    for (Weight weight : weights) {
      Tensor zeros = Tensor.zeros(DType.F32, weight.variable().shape());
      means.add(Variable.state("mean/" + weight.name(), zeros));
    }
    return new Moving(weights, means, new Hyperparameter("rate", rate));
  }

  @Override
  public String className() {
    return "SignDescent";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("rate", rate, "momentum", momentum);
  }

  private final class Moving implements Update {
    private final List<Weight> weights;
    private final List<Variable> means;
    private final Hyperparameter step;

    private Moving(List<Weight> weights, List<Variable> means, Hyperparameter step) {
      this.weights = weights;
      this.means = means;
      this.step = step;
    }

    @Override
    public List<Variable> variables() {
      List<Variable> all = new ArrayList<>(means);
      all.add(step.variable());
      return all;
    }

    @Override
    public void trace(Trace t, List<Value> gradients) {
      Value down = t.read(step.variable());
      Value up = t.unary(Op.UnaryKind.NEGATE, down);
      Value zero = t.constant(0);
      for (int i = 0; i < weights.size(); i++) {
        Weight weight = weights.get(i);
        Value old = t.mul(t.constant(momentum), t.read(means.get(i)));
        Value mean = t.add(old, t.mul(t.constant(1 - momentum), gradients.get(i)));
        Value change = t.select(Op.Comparison.LESS, mean, zero, up, down);
        Value updated = t.sub(t.read(weight.variable()), change);
        boolean free = weight.constraint() == null;
        t.assign(means.get(i), mean);
        t.assign(weight.variable(), free ? updated : weight.constraint().apply(t, updated));
      }
    }

    @Override
    public void prepare(Session session, long stepsDone) {
      step.prepare(session, stepsDone);
    }
  }
}
