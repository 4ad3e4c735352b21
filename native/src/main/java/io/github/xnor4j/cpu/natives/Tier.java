package io.github.xnor4j.cpu.natives;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** An instruction set for which the library has kernels, by its number there. */
enum Tier {
  /** What every machine of an architecture has. */
  PORTABLE("portable"),
  /** AVX2 with FMA. */
  AVX2("AVX2"),
  /** AVX-512 with VPOPCNTDQ and VNNI. */
  AVX512("AVX-512"),
  /** NEON, which every aarch64 has. */
  NEON("NEON");

  /** Name of the property that caps the tier, so that one machine can run all that it has. */
  static final String PROPERTY = "xnor4j.native.tier";

  private final String title;

  Tier(String title) {
    this.title = title;
  }

  /** What plans call it. */
  String title() {
    return title;
  }

  /**
   * The tier to use: the machine's best, or the one that a property asks for.
   *
   * @param best number of the machine's best
   * @param asked the property's value, or null
   * @throws IllegalArgumentException if it asks for what is unknown or the machine lacks
   */
  static Tier choose(int best, String asked) {
    Tier most = values()[best];
    if (asked == null) {
      return most;
    }
    String all =
        Arrays.stream(values())
            .filter(tier -> tier.runsWhere(most))
            .map(tier -> tier.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    for (Tier tier : values()) {
      if (tier.name().equalsIgnoreCase(asked) && tier.runsWhere(most)) {
        return tier;
      }
    }
    throw new IllegalArgumentException(
        "property "
            + PROPERTY
            + " is '"
            + asked
            + "', expected one of those of this machine: "
            + all);
  }

  /** Lanes of 32 bits of a register that can be permuted; 0 if there is no instruction for it. */
  int lanes() {
    return switch (this) {
      case AVX512 -> 16;
      case AVX2 -> 8;
      case PORTABLE, NEON -> 0;
    };
  }

  private boolean runsWhere(Tier best) {
    return this == PORTABLE || this == best || this == AVX2 && best == AVX512;
  }
}
