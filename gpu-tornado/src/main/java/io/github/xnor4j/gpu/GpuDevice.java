package io.github.xnor4j.gpu;

/**
 * A device that TornadoVM sees.
 *
 * @param driver index of the driver, such as that of OpenCL
 * @param index of the device among the driver's
 * @param name what its maker calls it
 * @param language what kernels are compiled to: OpenCL or PTX
 * @param kind CPU, GPU or ACCELERATOR
 * @param memory bytes of global memory
 * @param hasDoubles whether it computes in float64; without, a forward pass may differ from the
 *     CPU's in the last bit
 */
public record GpuDevice(
    int driver,
    int index,
    String name,
    String language,
    String kind,
    long memory,
    boolean hasDoubles) {
  /** What {@code --device} takes: driver and index, such as {@code 0:1}, as TornadoVM writes it. */
  public String id() {
    return driver + ":" + index;
  }
}
