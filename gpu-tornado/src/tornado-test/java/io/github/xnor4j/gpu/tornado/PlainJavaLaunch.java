package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** One launch as plain Java: group by group, the work items of a group in threads of their own. */
final class PlainJavaLaunch {
  private PlainJavaLaunch() {}

  static void run(Launch launch, FloatArray f, IntArray w, DoubleArray d) {
    Task5<KernelContext, IntArray, FloatArray, IntArray, DoubleArray> kernel =
        Kernels.of(launch.kernel());
    IntArray p = IntArray.fromArray(launch.parameters());
    try (ExecutorService items = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int first = 0; first < launch.threads(); first += launch.group()) {
        Group group = new Group(launch.group());
        List<Future<?>> running = new ArrayList<>();
        for (int local = 0; local < launch.group(); local++) {
          Item item = new Item(group, first, local);
          running.add(items.submit(() -> kernel.apply(item, p, f, w, d)));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
    } catch (ExecutionException e) {
      throw new AssertionError(launch.label(), e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(launch.label(), e);
    }
  }

  /** What the work items of a group share. */
  private static final class Group {
    private final int size;
    private final CyclicBarrier barrier;
    private final List<Object> arrays = new ArrayList<>();

    Group(int size) {
      this.size = size;
      this.barrier = new CyclicBarrier(size);
    }
  }

  /** A work item; its arrays of local memory are those of the group, in order. */
  private static final class Item extends KernelContext {
    private final Group shared;
    private int next;

    Item(Group shared, int first, int local) {
      this.shared = shared;
      set("globalIdx", first + local);
      set("localIdx", local);
      set("groupIdx", first / shared.size);
      set("localGroupSizeX", shared.size);
    }

    private void set(String field, int value) {
      try {
        java.lang.reflect.Field declared = KernelContext.class.getField(field);
        declared.setAccessible(true);
        declared.set(this, value);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }

    private <T> T array(T own, Class<T> type) {
      synchronized (shared) {
        if (next == shared.arrays.size()) {
          shared.arrays.add(own);
        }
        return type.cast(shared.arrays.get(next++));
      }
    }

    @Override
    public int[] allocateIntLocalArray(int size) {
      return array(new int[size], int[].class);
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
      return array(new float[size], float[].class);
    }

    @Override
    public double[] allocateDoubleLocalArray(int size) {
      return array(new double[size], double[].class);
    }

    @Override
    public long[] allocateLongLocalArray(int size) {
      return array(new long[size], long[].class);
    }

    @Override
    public void localBarrier() {
      try {
        shared.barrier.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new AssertionError(e);
      }
    }
  }
}
