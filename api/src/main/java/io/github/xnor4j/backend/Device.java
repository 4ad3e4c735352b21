package io.github.xnor4j.backend;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One of the devices that a backend can compute on.
 *
 * @param id what selects it, such as {@code 0:1}; no other device of the backend has it
 * @param name what its maker calls it
 * @param language what kernels are compiled to, such as {@code OpenCL}
 * @param kind such as {@code GPU} or {@code CPU}
 * @param memory bytes of its global memory
 * @param hasDoubles whether it computes in float64; without, a forward pass may differ from other
 *     backends' in the last bits
 */
public record Device(
    String id, String name, String language, String kind, long memory, boolean hasDoubles) {
  /**
   * The device that was asked for: the one of that id, else the one whose name has that part,
   * whatever its case.
   *
   * @param backend the name of the backend, for messages
   * @param devices those of the backend, at least one, its default first
   * @param wanted id or part of the name; null for the default
   * @throws BackendUnavailableException if there is no such device, or more than one whose name has
   *     that part; the message lists those that there are
   */
  public static Device choose(String backend, List<Device> devices, String wanted) {
    if (wanted == null) {
      return devices.getFirst();
    }
    List<Device> found = devices.stream().filter(device -> device.id().equals(wanted)).toList();
    if (found.isEmpty() && !wanted.isBlank()) {
      String part = wanted.toLowerCase(Locale.ROOT);
      found =
          devices.stream()
              .filter(device -> device.name().toLowerCase(Locale.ROOT).contains(part))
              .toList();
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new BackendUnavailableException(
        "backend '%s' has %s device '%s', expected one of: %s"
            .formatted(
                backend,
                found.isEmpty() ? "no" : "more than one",
                wanted,
                devices.stream()
                    .map(device -> device.id() + " (" + device.name() + ")")
                    .collect(Collectors.joining(", "))));
  }
}
