package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.Tensor;
import java.util.List;

/**
 * An input or output of a plan, and the tensor that it is in the run at hand.
 *
 * <p>What lies along the batch is copied tile by tile, by the thread that computes on the tile and
 * while it does: so a copy takes no thread's time alone, what one thread reads no other has
 * written, and a value that nobody reads later needs no memory but a tile's.
 */
final class Port {
  private final String name;
  private final boolean input;
  private final Buffer buffer;
  private final Storage storage;
  private boolean whole;
  private Tensor tensor;

  private Port(String name, boolean input, Buffer buffer, Storage storage) {
    this.name = name;
    this.input = input;
    this.buffer = buffer;
    this.storage = storage;
  }

  /** An input, which nothing copies yet. */
  static Port input(String name, Buffer buffer, Storage storage) {
    return new Port(name, true, buffer, storage);
  }

  /** An output, which nothing copies yet. */
  static Port output(String name, Buffer buffer, Storage storage) {
    return new Port(name, false, buffer, storage);
  }

  /** The buffer, of the value's type. */
  Buffer buffer() {
    return buffer;
  }

  /** Has all of it copied at once, in front of a run or behind it. */
  void copyWhole() {
    whole = true;
  }

  /** What copies it tile by tile. */
  Kernel tiles() {
    return new Kernel() {
      @Override
      public String name() {
        return input ? "load" : "store";
      }

      @Override
      public int tasks() {
        return 0;
      }

      @Override
      public List<Buffer> reads() {
        return input ? List.of() : List.of(buffer);
      }

      @Override
      public void run(int tile, int first, int count, int member) {
        if (tensor == null) {
          return; // a warm-up asks for no outputs
        }
        if (input) {
          storage.load(tensor, buffer, first, count, member);
        } else {
          storage.store(buffer, tensor, first, count, member);
        }
      }
    };
  }

  /** What the plan calls it. */
  String name() {
    return name;
  }

  /** Declares which tensor it is from now on. */
  void open(Tensor value) {
    tensor = value;
    if (input && whole) {
      storage.load(value, buffer);
    }
  }

  /** Declares that the run is over. */
  void close() {
    if (!input && whole) {
      storage.store(buffer, tensor);
    }
    tensor = null; // nobody's memory is held between runs
  }
}
