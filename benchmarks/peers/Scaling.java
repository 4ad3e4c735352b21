import java.util.Arrays;
import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much more two threads do than one on registers alone, and how far apart they are: for each
 * line that it reads it prints two figures. The first is near 2 on two cores; where a host gives
 * two processors that are threads of one core it is near 1. The second is how many nanoseconds a
 * cache line takes from one thread to the other and back: some 100 between cores of one chiplet,
 * 400 and more between chiplets or sockets, where whatever threads share costs as much more. A
 * single file, which {@code java Scaling.java} runs; {@code launches.py} asks it.
 */
final class Scaling {
  private static final int ROUNDS = 5;
  private static final double MOST_SECONDS = 0.03;
  private static final int JOURNEYS = 20_000;

  private static volatile long factor = 6364136223846793005L;
  private static volatile long sink;

  private Scaling() {}

  /**
   * Eight chains of multiplications: so many that the multiplier is never idle. A loop that waited
   * for its own results would leave half of the core to another thread, and two threads of one core
   * would look like two cores. The factor is no constant, so that nothing can be folded.
   */
  private static void work(int turns) {
    long f = factor;
    long a = 1;
    long b = 2;
    long c = 3;
    long d = 4;
    long e = 5;
    long g = 6;
    long h = 7;
    long k = 8;
    for (int i = 0; i < turns; i++) {
      a = a * f ^ i;
      b = b * f ^ i;
      c = c * f ^ i;
      d = d * f ^ i;
      e = e * f ^ i;
      g = g * f ^ i;
      h = h * f ^ i;
      k = k * f ^ i;
    }
    sink = a ^ b ^ c ^ d ^ e ^ g ^ h ^ k;
  }

  private static double seconds(int threads, int turns) throws InterruptedException {
    long start = System.nanoTime();
    Thread[] others = new Thread[threads - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = new Thread(() -> work(turns));
      others[i].start();
    }
    work(turns);
    for (Thread other : others) {
      other.join();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Waits for each odd number and answers with the next, or the other way round. */
  private static void play(AtomicInteger ball, int first) {
    for (int i = first; i < 2 * JOURNEYS; i += 2) {
      while (ball.get() != i) {
        Thread.onSpinWait();
      }
      ball.set(i + 1);
    }
  }

  private static double journey() throws InterruptedException {
    AtomicInteger ball = new AtomicInteger();
    Thread other = new Thread(() -> play(ball, 1));
    other.start();
    long start = System.nanoTime();
    play(ball, 0);
    other.join();
    return (System.nanoTime() - start) / (double) JOURNEYS;
  }

  public static void main(String[] args) throws InterruptedException {
    int turns = 1000;
    while (seconds(1, turns) < MOST_SECONDS) { // has it compiled, too
      turns += turns / 4;
    }
    Scanner lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      lines.nextLine();
      double[] ratios = new double[ROUNDS];
      double[] journeys = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        double alone = seconds(1, turns);
        ratios[i] = 2 * alone / seconds(2, turns);
        journeys[i] = journey();
      }
      Arrays.sort(ratios);
      Arrays.sort(journeys);
      System.out.printf(Locale.ROOT, "%.2f %.0f%n", ratios[ROUNDS / 2], journeys[ROUNDS / 2]);
    }
  }
}
