package io.github.xnor4j.cli;

import io.github.xnor4j.data.Images;
import io.github.xnor4j.data.Images.Picture;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what pictures show. */
@Command(
    name = "predict",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    header = "Tells which class a trained model sees in each picture.",
    footer = {
      "",
      "A picture is brought into the form of MNIST's: grey; inverted if it is mostly light, since",
      "the digits of MNIST are light on dark; if it has another size than the model's images, its",
      "ink is cut out, scaled and centred. What was done is said behind the answer.",
      "",
      "Examples:",
      "  xnor predict mnist.safetensors digit.png",
      "  xnor predict mnist.safetensors scans/*.jpg --json",
    })
final class PredictCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file, as 'xnor train --out' writes it.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Pictures: PNG, JPEG, GIF or BMP.")
  private List<Path> pictures;

  @Mixin private LayersOption layers;
  @Mixin private BackendOptions backend;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a picture: file, class, outputs (of all classes), note.")
  private boolean json;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelFile model = layers.read(file);
    Shape image = model.model().inputs().getFirst().shape();
    if (image.rank() != 3 || image.dim(2) != 1) {
      throw new BadInputException(
          file + ": the model's images are " + image + ", expected grey ones, [H, W, 1]");
    }
    List<Picture> read = new ArrayList<>();
    for (Path picture : pictures) {
      read.add(Images.read(picture, image.dim(0), image.dim(1)));
    }
    try (Predictor predictor = Predictor.open(model, backend.provider(), backend.session())) {
      float[] outputs = predictor.predict(stack(read, image)).floats();
      int classes = predictor.classes();
      for (int i = 0; i < read.size(); i++) {
        float[] own = Arrays.copyOfRange(outputs, i * classes, (i + 1) * classes);
        print(pictures.get(i), own, read.get(i).note());
      }
    }
    return ExitCode.OK;
  }

  private static Tensor stack(List<Picture> pictures, Shape image) {
    Tensor all =
        Tensor.zeros(DType.U8, Shape.of(pictures.size(), image.dim(0), image.dim(1), image.dim(2)));
    for (int i = 0; i < pictures.size(); i++) {
      byte[] pixels = pictures.get(i).pixels().bytes();
      System.arraycopy(pixels, 0, all.bytes(), i * pixels.length, pixels.length);
    }
    return all;
  }

  private void print(Path picture, float[] outputs, String note) {
    int best = largest(outputs, -1);
    if (json) {
      new JsonLines(terminal.out())
          .line()
          .put("file", picture.toString())
          .put("class", best)
          .putArray("outputs", outputs)
          .put("note", note)
          .print();
      return;
    }
    String answer = Text.format("%s: %d  (%.4f", picture, best, outputs[best]);
    if (outputs.length > 1) {
      int second = largest(outputs, best);
      answer += Text.format("; next %d with %.4f", second, outputs[second]);
    }
    terminal.out().println(answer + ")  " + note);
  }

  /** The first largest output but one. */
  private static int largest(float[] outputs, int excluded) {
    int best = excluded == 0 ? 1 : 0;
    for (int i = best + 1; i < outputs.length; i++) {
      if (i != excluded && outputs[i] > outputs[best]) {
        best = i;
      }
    }
    return best;
  }
}
