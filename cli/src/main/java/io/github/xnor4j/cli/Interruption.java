package io.github.xnor4j.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Lets work come to an orderly end after Ctrl-C or a request to terminate: the process waits until
 * this is closed, then ends with the code of its signal, 130 for Ctrl-C.
 *
 * <p>A shutdown hook does that on every system; a signal handler would need an internal API.
 */
final class Interruption implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Runnable stop;
  private final Thread hook = new Thread(this::interrupt, "interruption");
  private volatile boolean requested;

  private Interruption(Runnable stop) {
    this.stop = stop;
  }

  /**
   * Begins to listen.
   *
   * @param stop asks the work to end soon; called by another thread
   */
  static Interruption of(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void interrupt() {
    requested = true;
    stop.run();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the work shall end. */
  boolean isRequested() {
    return requested;
  }

  /** Tells that the work has ended, all of its output included. */
  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      requested = true; // the process is ending already
    }
  }
}
