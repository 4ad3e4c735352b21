import java.util.Arrays;
import java.util.Locale;
import java.util.Scanner;

/**
 * How much more two threads do than one on registers alone: for each line that it reads it prints
 * one figure. On two cores it is near 2; where a host gives two processors that are threads of one
 * core it is near 1. A single file, which {@code java Scaling.java} runs; {@code launches.py} asks
 * it.
 */
final class Scaling {
  private static final int ROUNDS = 5;
  private static final double MOST_SECONDS = 0.03;

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

  public static void main(String[] args) throws InterruptedException {
    int turns = 1000;
    while (seconds(1, turns) < MOST_SECONDS) { // has it compiled, too
      turns += turns / 4;
    }
    Scanner lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      lines.nextLine();
      double[] ratios = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        double alone = seconds(1, turns);
        ratios[i] = 2 * alone / seconds(2, turns);
      }
      Arrays.sort(ratios);
      System.out.printf(Locale.ROOT, "%.2f%n", ratios[ROUNDS / 2]);
    }
  }
}
