package io.github.xnor4j.backend;

/** A provider's answer to whether it can run here. */
public sealed interface Availability {
  /**
   * It can.
   *
   * @param detail what it would run on, such as {@code 512-bit vectors}
   */
  record Available(String detail) implements Availability {}

  /**
   * It cannot.
   *
   * @param reason what is missing
   * @param remedy what the user can do about it
   */
  record Unavailable(String reason, String remedy) implements Availability {}

  /**
   * It can, but the reference would be faster. {@code auto} passes it over; who names it gets it,
   * with one warning.
   *
   * @param reason what makes it slow
   * @param remedy what the user can do about it
   */
  record Slow(String reason, String remedy) implements Availability {}

  /** Whether {@code auto} may take it. */
  default boolean isAvailable() {
    return this instanceof Available;
  }
}
