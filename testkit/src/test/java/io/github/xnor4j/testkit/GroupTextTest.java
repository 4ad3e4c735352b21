package io.github.xnor4j.testkit;

import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.train.Optimizers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * The groups of some networks' training steps, word for word: a fusion that is lost, or a value
 * that has become a group's result, shows. After a change that is meant, run with {@code
 * -Dxnor4j.writeGroups=DIR} and look at the difference.
 */
class GroupTextTest {
  private static void check(String name, Program program) throws IOException {
    String text = Grouper.group(program).toString();
    String folder = System.getProperty("xnor4j.writeGroups");
    if (folder != null) {
      Files.writeString(Path.of(folder, name), text);
    }
    try (InputStream expected = GroupTextTest.class.getResourceAsStream("groups/" + name)) {
      Assertions.assertNotNull(expected, "no file groups/" + name);
      String wanted = new String(expected.readAllBytes(), StandardCharsets.UTF_8);
      Assertions.assertEquals(wanted, text, name);
    }
  }

  private static Program step(Model model, int batch) {
    return TutorialRunner.step(
        model, Optimizers.adam().bind(TutorialRunner.trainable(model)), batch);
  }

  @Test
  void tutorial() throws IOException {
    check("tutorial.txt", step(Networks.mnistTutorial(), 64));
  }

  @Test
  void residualBlocks() throws IOException {
    Network residual =
        Network.all().stream().filter(n -> n.name().equals("residual")).findFirst().orElseThrow();
    check("residual.txt", residual.step(new LinkedHashMap<>(), 8, false));
  }

  @Test
  void binaryNet() throws IOException {
    Path file = Path.of("golden/summary/binarynet.json"); // the folder of the module
    Model model = KerasJson.read(Files.readString(file)).withPixels();
    check("binarynet.txt", step(model, 50));
  }
}
