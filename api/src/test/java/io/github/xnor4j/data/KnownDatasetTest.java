package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of published data sets, and what it is compared with. MNIST itself: MnistTest. */
class KnownDatasetTest {
  @TempDir private Path folder;

  private static String md5(byte[] content) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
  }

  @Test
  void everyEntryIsWhole() {
    Set<String> names = new HashSet<>();
    Set<String> hashes = new HashSet<>();
    for (KnownDataset known : KnownDataset.all()) {
      assertTrue(names.add(known.name()) && names.addAll(known.called()), known.name());
      assertTrue(known.classes().size() >= 10, known.name());
      for (KnownDataset.Hashes part : List.of(known.train(), known.test())) {
        for (KnownDataset.Hash hash : List.of(part.images(), part.labels())) {
          assertTrue(hash.zipped().matches("[0-9a-f]{32}") && hashes.add(hash.zipped()));
          assertTrue(
              hash.plain() == null
                  || hash.plain().matches("[0-9a-f]{32}") && hashes.add(hash.plain()));
        }
      }
    }
    assertEquals(10, KnownDataset.all().size());
  }

  @Test
  void contentIsToldFromTheFileAsItIsOrZipped() throws Exception {
    byte[] plain = IdxTest.idx(8, 5, 5);
    byte[] zipped = IdxTest.zipped(plain);
    Path file = Files.write(folder.resolve("a.gz"), zipped);
    Tensor tensor = Idx.read(file);
    KnownDataset.Hash both = new KnownDataset.Hash(md5(plain), md5(zipped));
    KnownDataset.Hash zip = new KnownDataset.Hash(null, md5(zipped));
    KnownDataset.Content ofFile = new KnownDataset.Content(tensor, file);
    KnownDataset.Content alone = new KnownDataset.Content(tensor, null);
    assertTrue(ofFile.is(both) && ofFile.is(zip) && alone.is(both));
    assertFalse(alone.is(zip));
    assertTrue(ofFile.canBeToldFrom(zip) && alone.canBeToldFrom(both));
    assertFalse(alone.canBeToldFrom(zip));
    Tensor ints = Tensor.i32(Shape.of(5), 0, 1, 2, 3, 4);
    assertTrue(new KnownDataset.Content(ints, null).is(both), "labels as NumPy has them");
    Tensor others = Tensor.i32(Shape.of(5), 0, 1, 2, 3, 5);
    assertFalse(new KnownDataset.Content(others, null).is(both));
  }

  @Test
  void aNameIsOneOnlyIfTheLabelsFit() throws IOException {
    KnownDataset.Content ten = new KnownDataset.Content(Tensor.i32(Shape.of(1), 9), null);
    KnownDataset.Content eleven = new KnownDataset.Content(Tensor.i32(Shape.of(1), 10), null);
    assertEquals("Fashion-MNIST", KnownDataset.called(List.of("", "fashion_MNIST"), ten).name());
    assertEquals("MNIST", KnownDataset.called(List.of("raw", "mnist"), ten).name());
    assertNull(KnownDataset.called(List.of("mnist"), eleven));
    assertNull(KnownDataset.called(List.of("sign-mnist", "notMNIST"), ten));
    KnownDataset letters = KnownDataset.called(List.of("emnist-letters"), eleven);
    assertEquals("[a, z]", List.of(letters.classes().get(0), letters.classes().get(25)).toString());
    assertTrue(letters.transposed() && letters.firstLabel() == 1);
  }
}
