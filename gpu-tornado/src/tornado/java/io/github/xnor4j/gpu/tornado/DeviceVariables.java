package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Arena;
import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A session's variables, in two arrays on the device that the graphs of all its programs share.
 * There is a copy on the host: what is written lies there until a graph of its own takes all of it
 * to the device; what runs have changed comes back when somebody reads.
 *
 * <p>A variable that comes late makes the arrays longer: then there are others, and graphs are
 * built anew. A trainer writes all of them before it compiles.
 */
final class DeviceVariables {
  private static final Logger LOG = System.getLogger(DeviceVariables.class.getName());

  /** How many elements of a variable may travel with the inputs of a run. */
  private static final int SMALL = 16;

  /** Arrays have at least one element: the device's memory cannot be empty. */
  static final int LEAST = 32;

  /** Where a variable lies. */
  private record Place(Arena arena, int offset, int length) {}

  private final Map<Variable, Place> places = new IdentityHashMap<>();
  private final int[] lengths = new int[2];
  private final Patches patches = new Patches();
  private FloatArray floats = new FloatArray(LEAST);
  private IntArray words = new IntArray(LEAST);
  private ImmutableTaskGraph upload;
  private int generation;
  private boolean onDevice; // whether the device has what the host has, but for patches
  private TornadoExecutionResult newer; // of the last run that changed them, until it is read
  private TornadoExecutionPlan newerPlan; // that run's
  private int newerUpload; // the number of the upload graph in that plan

  /** Number of the arrays; other arrays have another. */
  int generation() {
    return generation;
  }

  FloatArray floats() {
    return floats;
  }

  IntArray words() {
    return words;
  }

  /** Bytes of both arrays. */
  long bytes() {
    return 4L * floats.getSize() + 4L * words.getSize();
  }

  /** Where a variable begins in its array. */
  int offset(Variable variable) {
    return places.get(variable).offset;
  }

  /** Makes a variable known; its content is the initial one. */
  void add(Variable variable) {
    if (places.containsKey(variable)) {
      return;
    }
    Arena arena = Layout.arena(variable.dtype());
    int length = Layout.length(variable.dtype(), variable.shape());
    int at = lengths[arena.ordinal()];
    lengths[arena.ordinal()] = Math.addExact(at, (length + 31) / 32 * 32);
    places.put(variable, new Place(arena, at, length));
    toHost();
    grow();
    HostCopies.store(variable.initial(), host(arena), at);
  }

  private MemorySegment host(Arena arena) {
    return arena == Arena.FLOATS ? floats.getSegment() : words.getSegment();
  }

  private void grow() {
    onDevice = false;
    if (lengths[0] <= floats.getSize() && lengths[1] <= words.getSize()) {
      return;
    }
    FloatArray moreFloats = new FloatArray(longer(lengths[0], floats.getSize()));
    IntArray moreWords = new IntArray(longer(lengths[1], words.getSize()));
    moreFloats.getSegment().asSlice(0, 4L * floats.getSize()).copyFrom(floats.getSegment());
    moreWords.getSegment().asSlice(0, 4L * words.getSize()).copyFrom(words.getSegment());
    floats = moreFloats;
    words = moreWords;
    close();
    generation++;
  }

  private static int longer(int needed, int length) {
    // doubled, or a session that learns of its variables one by one would copy them as often
    return needed <= length
        ? length
        : (int) Math.min(Integer.MAX_VALUE - 64L, Math.max(needed, 2L * length));
  }

  Tensor read(Variable variable) {
    toHost();
    Place place = places.get(variable);
    Tensor tensor = Tensor.zeros(variable.dtype(), variable.shape());
    HostCopies.load(host(place.arena), place.offset, tensor);
    return tensor;
  }

  void write(Variable variable, Tensor value) {
    Place place = places.get(variable);
    if (!onDevice || place.length > SMALL || !patch(place, value)) {
      toHost();
      onDevice = false;
      HostCopies.store(value, host(place.arena), place.offset);
    }
  }

  private boolean patch(Place place, Tensor value) {
    return switch (value.dtype()) {
      case F32 -> patches.add(value.floats(), place.offset);
      case I32 -> patches.add(value.ints(), place.offset);
      case U8, I16, BIT -> false;
    };
  }

  /** The changes that the next run takes along. */
  Patches patches() {
    return patches;
  }

  /** Brings what the device has changed to the host, and the patches that it has not seen. */
  private void toHost() {
    if (newer != null) {
      newerPlan.withGraph(newerUpload);
      newer.transferToHost(floats, words);
      newerPlan.withGraph(0);
      newer = null;
      newerPlan = null;
    }
    if (patches.count() > 0) {
      patches.apply(floats.getSegment(), words.getSegment());
      patches.clear();
      onDevice = false;
    }
  }

  /** Whether all that the host has is on the device. */
  boolean isOnDevice() {
    return onDevice;
  }

  /** The graph that takes all variables to the device; a plan's scheduler learns of its task. */
  ImmutableTaskGraph upload(GridScheduler scheduler) {
    GraphBuilder builder = new GraphBuilder("variables" + generation, scheduler);
    if (upload == null) {
      builder.graph().transferToDevice(DataTransferMode.EVERY_EXECUTION, floats, words);
      builder.keep(floats, words);
      upload =
          builder
              .graph()
              .transferToHost(DataTransferMode.UNDER_DEMAND, floats, words)
              .persistOnDevice(floats, words)
              .snapshot();
    } else {
      builder.gridOfKeep();
    }
    return upload;
  }

  /**
   * Runs the graph that brings the variables; the plan's first one is chosen again.
   *
   * @param uploadGraph its number in the plan
   */
  void toDevice(TornadoExecutionPlan plan, int uploadGraph) {
    toHost();
    plan.withGraph(uploadGraph).execute();
    plan.withGraph(0);
    onDevice = true;
  }

  /** Says that the device's content is of no use, and the host's counts. */
  void forget() {
    onDevice = false;
  }

  /** Says that a run took the patches along, and whether it has changed variables. */
  void ran(
      TornadoExecutionPlan plan, int uploadGraph, TornadoExecutionResult result, boolean changed) {
    patches.clear();
    if (changed) {
      newer = result;
      newerPlan = plan;
      newerUpload = uploadGraph;
    }
  }

  /** Frees the device's memory. */
  void close() {
    if (upload != null) {
      free(new TornadoExecutionPlan(upload));
      upload = null;
    }
  }

  /** Frees what the chosen graph of a plan has on the device. */
  static void free(TornadoExecutionPlan plan) {
    try {
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      LOG.log(Level.WARNING, "device memory was not freed: {0}", e.getMessage());
    }
  }
}
