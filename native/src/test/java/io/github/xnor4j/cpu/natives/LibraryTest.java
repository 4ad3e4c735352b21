package io.github.xnor4j.cpu.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Availability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which platforms have a library, and which tier is taken. */
final class LibraryTest {
  @ParameterizedTest
  @CsvSource({"Linux, amd64, linux-x86_64", "Linux, aarch64, linux-aarch64"})
  void platforms(String os, String arch, String name) throws Library.NotLoadedException {
    assertEquals(name, Library.platform(os, arch));
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X, aarch64", "Windows 11, amd64", "Linux, riscv64"})
  void othersAreToldWhyNot(String os, String arch) {
    Library.NotLoadedException e =
        assertThrows(Library.NotLoadedException.class, () -> Library.platform(os, arch));
    assertTrue(e.why().reason().contains(os) && e.why().reason().contains(arch));
    assertTrue(e.why().remedy().contains("cpu-vector"));
  }

  @ParameterizedTest
  @CsvSource({
    "2, , AVX512",
    "2, avx2, AVX2",
    "2, AVX512, AVX512",
    "2, portable, PORTABLE",
    "1, , AVX2",
    "3, , NEON",
    "3, portable, PORTABLE"
  })
  void tiers(int best, String asked, Tier expected) {
    assertEquals(expected, Tier.choose(best, asked));
  }

  @ParameterizedTest
  @CsvSource({"2, neon", "1, avx512", "3, avx2", "2, sse"})
  void aTierThatTheMachineLacksIsRefused(int best, String asked) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Tier.choose(best, asked));
    assertTrue(e.getMessage().contains(asked) && e.getMessage().contains("portable"));
  }

  /** A probe answers, whatever is there. */
  @Test
  void aProbeSaysWhatItFound() {
    Availability found = new NativeProvider().probe();
    if (found instanceof Availability.Unavailable no) {
      assertTrue(!no.reason().isBlank() && !no.remedy().isBlank());
    } else {
      assertTrue(assertInstanceOf(Availability.Available.class, found).detail().contains("in C"));
    }
  }
}
