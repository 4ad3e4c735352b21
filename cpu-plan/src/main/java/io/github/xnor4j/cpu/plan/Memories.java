package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Gives the buffers of a plan their memory: all of a value, or, where all who read it are in the
 * chain of its writer, the tile in work for each member of the team. Buffers that are never needed
 * at the same time share it.
 *
 * <p>A member goes through one chain with one tile at a time, so tiles share with those of all
 * other chains, and within a chain with those that are read no more. They share floats with floats
 * and bits with bits: a kernel may read behind its last element and must find no index there that
 * is none. Whole values share if they are floats of the same shape of rows, so that what lies
 * behind them stays as it is; and not if variables alone make them, since they outlive the run.
 */
final class Memories {
  /**
   * Elements of what a chain makes and reads, of all units that go through it together. So many lie
   * in an L2 cache of 512 KiB: large images then come from there, stage after stage. Tests set it
   * to 1.
   */
  private static final int TOGETHER = Integer.getInteger("xnor4j.together", 1 << 17);

  /** A buffer from its writer to its last reader, in the order of stages and in time. */
  private static final class Life {
    final Buffer buffer;
    final Ready ready;
    final int from;
    int to;
    int lastTime;
    boolean chained;

    Life(Buffer buffer, Ready ready, int from) {
      this.buffer = buffer;
      this.ready = ready;
      this.from = from;
      this.to = from;
      this.lastTime = ready.time();
      this.chained = ready.domain() != null;
    }

    int row() {
      return buffer.shape().rank() == 0 ? 1 : buffer.shape().dim(-1);
    }

    boolean sharesTiles() {
      return buffer.dtype() == DType.F32 || buffer.dtype() == DType.BIT;
    }

    boolean sharesWhole() {
      return buffer.dtype() == DType.F32 && !ready.fixed();
    }
  }

  /** Memory of several buffers. */
  private static final class Slot {
    final List<Life> lives = new ArrayList<>();
    int length;

    /** Whether floats or bits of tiles can lie here, too. */
    boolean takesTile(Life life) {
      return life.sharesTiles()
          && isOf(life)
          && lives.stream()
              .noneMatch(each -> each.ready.equals(life.ready) && each.to >= life.from);
    }

    /** Whether whole floats can, whose writer is not in front of those of all who do. */
    boolean takesWhole(Life life) {
      Life first = lives.getFirst();
      return life.sharesWhole()
          && first.sharesWhole()
          && length == life.buffer.length()
          && first.row() == life.row()
          && lives.stream().allMatch(each -> each.lastTime < life.ready.time());
    }

    private boolean isOf(Life life) {
      return lives.getFirst().buffer.dtype() == life.buffer.dtype();
    }
  }

  private final Storage storage;
  private final int members;
  private final Map<Ready, Integer> orders = new IdentityHashMap<>();
  private final Map<Buffer, Life> byBuffer = new IdentityHashMap<>();
  private final List<Life> lives = new ArrayList<>();
  private final Map<Ready, Set<Buffer>> chains = new HashMap<>(); // what they make and read
  private final Set<Buffer> pinned = Collections.newSetFromMap(new IdentityHashMap<>());
  private long tiles;
  private long whole;

  Memories(Storage storage, int members) {
    this.storage = storage;
    this.members = members;
  }

  /** Declares that a stage stands behind all others that were added before. */
  void added(Ready ready) {
    orders.put(ready, orders.size());
  }

  /** Declares that a stage writes a buffer. */
  void made(Buffer buffer, Ready ready) {
    Life life = new Life(buffer, ready, orders.get(ready));
    byBuffer.put(buffer, life);
    lives.add(life);
    passes(buffer, ready);
  }

  private void passes(Buffer buffer, Ready stage) {
    if (stage.domain() != null && stage.domain().batch()) {
      chains
          .computeIfAbsent(stage, s -> Collections.newSetFromMap(new IdentityHashMap<>()))
          .add(buffer);
    }
  }

  /** Units that go through a chain together: as many images as stay in the cache, or a tile. */
  int piece(Ready chain) {
    Domain domain = chain.domain();
    if (!domain.batch()) {
      return domain.tile(); // which is small, and a bit is no piece of a word
    }
    long ofUnit =
        chains.getOrDefault(chain, Set.of()).stream().mapToLong(b -> domain.elements(b, 1)).sum();
    int cached = (int) (TOGETHER / Math.max(1, ofUnit));
    return Math.clamp(Integer.highestOneBit(cached), 1, domain.tile());
  }

  /** Whether some stage writes a buffer. */
  boolean isMade(Buffer buffer) {
    return byBuffer.containsKey(buffer);
  }

  /** Declares that a stage reads a buffer, which may be one that no stage writes. */
  void read(Buffer buffer, Ready reader) {
    Life life = byBuffer.get(buffer);
    if (life != null) {
      life.to = Math.max(life.to, orders.get(reader));
      life.lastTime = Math.max(life.lastTime, reader.time());
      life.chained &= life.ready.equals(reader);
      if (life.ready.domain() != null && life.ready.domain().equals(reader.domain())) {
        passes(buffer, reader);
      }
    }
  }

  /** Declares that all of a buffer is needed behind the run. */
  void pin(Buffer buffer) {
    pinned.add(buffer);
  }

  /** Gives all buffers their memory. */
  void allocate() {
    List<Life> tiled = new ArrayList<>();
    List<Life> full = new ArrayList<>();
    for (Life life : lives) {
      if (pinned.contains(life.buffer)) {
        life.buffer.allocate(storage);
        whole += life.buffer.bytes(storage);
      } else {
        (life.chained ? tiled : full).add(life);
      }
    }
    tiles = allocate(tileSlots(tiled), members, true);
    whole += allocate(wholeSlots(full), 1, false);
  }

  private List<Slot> tileSlots(List<Life> tiled) {
    List<Slot> slots = new ArrayList<>();
    for (Life life : sorted(tiled, each -> each.from)) {
      Ready chain = life.ready;
      int length = chain.domain().elements(life.buffer, piece(chain)) + life.row();
      slots.stream()
          .filter(slot -> slot.takesTile(life))
          .min(Comparator.comparingInt(slot -> Math.abs(slot.length - length)))
          .ifPresentOrElse(
              slot -> put(life, slot, length), () -> slots.add(put(life, new Slot(), length)));
    }
    return slots;
  }

  private static List<Slot> wholeSlots(List<Life> full) {
    List<Slot> slots = new ArrayList<>();
    for (Life life : sorted(full, each -> each.ready.time())) {
      int length = life.buffer.length();
      slots.stream()
          .filter(slot -> slot.takesWhole(life))
          .findFirst()
          .ifPresentOrElse(
              slot -> put(life, slot, length), () -> slots.add(put(life, new Slot(), length)));
    }
    return slots;
  }

  private static List<Life> sorted(List<Life> lives, ToIntFunction<Life> from) {
    return lives.stream().sorted(Comparator.comparingInt(from)).toList();
  }

  private static Slot put(Life life, Slot slot, int length) {
    slot.lives.add(life);
    slot.length = Math.max(slot.length, length);
    return slot;
  }

  private long allocate(List<Slot> slots, int copies, boolean local) {
    long bytes = 0;
    for (Slot slot : slots) {
      Object[] memories = new Object[copies];
      Arrays.setAll(memories, i -> storage.allocate(slot.lives.getFirst().buffer, slot.length));
      for (Object memory : memories) {
        bytes += storage.bytes(memory);
      }
      for (Life life : slot.lives) {
        life.buffer.place(memories, local);
      }
    }
    return bytes;
  }

  /** Bytes of whole values. */
  long whole() {
    return whole;
  }

  /** Bytes of tiles, for all members. */
  long tiles() {
    return tiles;
  }
}
