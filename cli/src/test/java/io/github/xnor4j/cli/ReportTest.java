package io.github.xnor4j.cli;

import static io.github.xnor4j.cli.Calls.xnor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.xnor4j.cli.Calls.Call;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Pages of {@code --report}: well-formed, by themselves, and of the numbers that were printed. */
class ReportTest {
  private static final int SIDE = 28;
  private static final int SEED = 4;
  private static final int TEST_IMAGES = 8; // a class
  private static final List<String> CLASSES =
      List.of("<b>bold</b>".replace('/', '\\'), "a & \"b\"");

  @TempDir private Path folder;
  private Path data;

  /** Noise, of which nothing can be learnt: so there are mistakes. */
  @BeforeEach
  void writeData() throws IOException {
    data = folder.resolve("data");
    Random random = new Random(SEED);
    for (String part : List.of("train", "test")) {
      for (String name : CLASSES) {
        Path of = Files.createDirectories(data.resolve(part).resolve(name));
        for (int i = 0; i < (part.equals("train") ? 20 : TEST_IMAGES); i++) {
          BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
          for (int p = 0; p < SIDE * SIDE; p++) {
            image.getRaster().setSample(p % SIDE, p / SIDE, 0, random.nextInt(256));
          }
          ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
        }
      }
    }
  }

  private Call train(int epochs, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("train", "--data", data, "--batch-size", 8, "--epochs", epochs));
    args.addAll(List.of(more));
    Call call = xnor(args.toArray());
    assertEquals(ExitCode.OK, call.code(), call.err());
    return call;
  }

  /** A page, which is XML if it was written with care. */
  private static Document page(Path file) throws Exception {
    String text = Files.readString(file);
    assertTrue(text.startsWith("<!DOCTYPE html>"), text);
    assertFalse(text.contains("://"), "an address outside of the page");
    assertFalse(text.contains("<script"), "a script");
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static List<String> texts(Document page, String path) throws XPathExpressionException {
    NodeList nodes =
        (NodeList)
            XPathFactory.newInstance().newXPath().evaluate(path, page, XPathConstants.NODESET);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  private static List<String> rows(Document page, int table, String columns) throws Exception {
    return texts(page, "(//details)[" + table + "]//tr/td[" + columns + "]");
  }

  private static String f(double value) {
    return Text.format("%.4f", value);
  }

  @Test
  void aTrainingIsToldByTheNumbersThatItPrinted() throws Exception {
    Path file = folder.resolve("page.html");
    List<JsonObject> lines = train(1, "--json", "--report", file).json();
    JsonObject epoch = lines.getFirst();
    JsonObject end = lines.getLast();
    assertEquals(file.toString(), end.get("report").getAsString());
    Document page = page(file);
    double accuracy = end.get("testAccuracy").getAsDouble();
    String loss = f(end.get("testLoss").getAsDouble());
    assertEquals(
        List.of(
            "1",
            f(epoch.get("loss").getAsDouble()),
            loss,
            Text.percent(epoch.get("accuracy").getAsDouble()),
            Text.percent(accuracy)),
        rows(page, 1, "position() <= 5"));
    int images = CLASSES.size() * TEST_IMAGES;
    int right = (int) Math.round(accuracy * images);
    assertEquals(
        List.of(Text.percent(accuracy), loss, images - right + " of " + images, "1"),
        texts(page, "//header//b").subList(0, 4));
    List<String> cells = texts(page, "//table[@class='confusion']//td[@class]");
    assertEquals(CLASSES.size() * CLASSES.size(), cells.size());
    assertEquals(images, cells.stream().mapToInt(Integer::parseInt).sum());
    assertEquals(right, Integer.parseInt(cells.getFirst()) + Integer.parseInt(cells.getLast()));
    assertEquals(images - right, texts(page, "//div[@class='mistakes']/figure").size());
    List<String> named = new ArrayList<>(CLASSES);
    named.sort(null);
    assertEquals(named, texts(page, "//table[@class='confusion']//th[@scope='row']"));
    assertTrue(texts(page, "//dd").contains(end.get("hash").getAsString()));
    assertTrue(texts(page, "//pre").getFirst().contains("quant_dense_1"));
    assertEquals(32, texts(page, "//div[@class='filters']/img").size());
  }

  @Test
  void aResumedTrainingTellsOfAllOfItsEpochs() throws Exception {
    Path whole = folder.resolve("whole.html");
    Path resumed = folder.resolve("resumed.html");
    Path run = folder.resolve("run");
    train(3, "--report", whole);
    for (Object steps : List.of(2, 5, 6, 12, 15)) { // five an epoch
      train(3, "--report", resumed, "--checkpoint-dir", run, "--resume", "--max-steps", steps);
    }
    Document expected = page(whole);
    Document found = page(resumed);
    assertEquals(rows(expected, 1, "position() <= 5"), rows(found, 1, "position() <= 5"));
    assertEquals(rows(expected, 2, "true()"), rows(found, 2, "true()"));
    assertEquals(texts(expected, "//polyline/@points"), texts(found, "//polyline/@points"));
    List<String> flips = rows(found, 2, "position() = 3");
    assertTrue(flips.stream().mapToInt(Integer::parseInt).sum() > 0, flips.toString());
  }

  @Test
  void whatNobodyRecordedIsSaidToBeMissing() throws Exception {
    Path file = folder.resolve("page.html");
    Path run = folder.resolve("run");
    train(3, "--checkpoint-dir", run, "--max-steps", 5);
    train(3, "--checkpoint-dir", run, "--resume", "--report", file);
    Document page = page(file);
    assertTrue(texts(page, "//p[@class='note']").getFirst().contains("without --report"));
    List<String> tested = rows(page, 1, "position() = 3");
    assertEquals("", tested.getFirst());
    assertFalse(tested.getLast().isEmpty());
    assertEquals(5, texts(page, "(//details)[2]//tr").size() - 1);
    assertEquals(List.of("", ""), rows(page, 2, "position() = 3").subList(0, 2));
  }

  @Test
  void aModelOfAFileIsShownWithoutCurves() throws Exception {
    Path model = folder.resolve("model.safetensors");
    Path file = folder.resolve("page.html");
    train(1, "--out", model);
    Call call = xnor("evaluate", model, "--data", data, "--report", file, "--json");
    assertEquals(ExitCode.OK, call.code(), call.err());
    Document page = page(file);
    assertEquals(0, texts(page, "//svg").size());
    assertEquals(
        f(call.json().getFirst().get("testLoss").getAsDouble()), texts(page, "//header//b").get(1));
    assertEquals(
        CLASSES.size() * CLASSES.size(),
        texts(page, "//table[@class='confusion']//td[@class]").size());
    Calls.assertRefused(
        xnor("evaluate", model, "--report", folder.resolve("no").resolve("page.html")), "no");
  }
}
