package io.github.xnor4j.mnist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files carried by this module are the original ones. */
class MnistResourcesTest {
  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, 47040016, 6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte, 60008, a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte, 7840016, 2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte, 10008, 27ae3e4e09519cfbb04c329615203637"
  })
  void fileIsTheOriginal(String name, int size, String md5) throws Exception {
    byte[] content = uncompressed(name);
    assertEquals(size, content.length);
    assertEquals(md5, md5(content));
    assertTrue(origin().contains(md5 + "  " + name), "ORIGIN.txt gives the MD5 of " + name);
  }

  @Test
  void originNamesAuthorsAndLicence() throws IOException {
    String origin = origin();
    assertTrue(origin.contains("Yann LeCun, Corinna Cortes and Christopher J. C. Burges"), origin);
    assertTrue(origin.contains("Creative Commons Attribution-ShareAlike 3.0"), origin);
  }

  private static byte[] uncompressed(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(resource(name + ".gz"))) {
      return in.readAllBytes();
    }
  }

  private static String origin() throws IOException {
    try (InputStream in = resource("ORIGIN.txt")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static InputStream resource(String name) throws IOException {
    return MnistResourcesTest.class.getResource(name).openStream();
  }

  private static String md5(byte[] content) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
  }
}
