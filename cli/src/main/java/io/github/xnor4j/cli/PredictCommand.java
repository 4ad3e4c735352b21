package io.github.xnor4j.cli;

import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.pictures.Inversion;
import io.github.xnor4j.pictures.Picture;
import io.github.xnor4j.pictures.PictureReader;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Predictor;
import java.io.IOException;
import java.nio.file.Files;
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
      "A picture is brought into the form of the images that the model was trained on. One of"
          + " their",
      "size is taken as it is. Of any other, for a model of digits or the like, the ink is found"
          + " on",
      "its paper, cut out, scaled and centred as MNIST's digits are; for a model of photos the"
          + " whole",
      "picture is scaled. Light and dark change places where the model's images have them the"
          + " other",
      "way round. What was done is said behind each answer; --show shows what comes of it.",
      "",
      "A picture that cannot be read is named and passed over; then the exit code is 2.",
      "",
      "Examples:",
      "  xnor predict mnist.safetensors digit.png",
      "  xnor predict mnist.safetensors photo.jpg --show        see what the model sees",
      "  xnor predict mnist.safetensors board.png --as-is       light chalk: nothing to invert",
      "  xnor predict mnist.safetensors scans/ --json           all pictures of a folder",
    })
final class PredictCommand implements Callable<Integer> {
  /** Pictures in memory at a time. */
  private static final int BATCH = 100;

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
      description =
          "Pictures: PNG, JPEG, GIF, BMP, TIFF or WebP; or folders, whose pictures are taken in"
              + " the order of their names, with those of folders in them.")
  private List<Path> files;

  @Option(
      names = "--invert",
      description =
          "Inverts all pictures: dark and light change places, whatever ink and paper seem to be.")
  private boolean invert;

  @Option(
      names = "--as-is",
      description =
          "Inverts none: what is light in a picture is light for the model. Ink is still cut out"
              + " and centred in pictures of another size.")
  private boolean asIs;

  @Option(
      names = "--show",
      description = "Shows what the model saw, as characters: the lighter, the denser.")
  private boolean show;

  @Option(
      names = "--show-to",
      paramLabel = "DIR",
      description =
          "Writes what the model saw to this folder, as PNG files of the pictures' names.")
  private Path showTo;

  @Mixin private LayersOption layers;
  @Mixin private BackendOptions backend;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a picture: file, class, outputs (of all classes), note, name (of"
              + " the class), confidence; with --show pixels, row by row.")
  private boolean json;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (invert && asIs) {
      throw new BadInputException("--invert and --as-is exclude each other, expected one of them");
    }
    ModelFile model = layers.read(file);
    Shape image = model.model().inputs().getFirst().shape();
    PictureReader reader = reader(model, image);
    if (showTo != null) {
      Files.createDirectories(showTo);
    }
    List<Path> pictures = PictureFiles.in(files);
    boolean allRead = true;
    try (Predictor predictor = Predictor.open(model, backend.provider(), backend.session())) {
      for (int begin = 0; begin < pictures.size(); begin += BATCH) {
        List<Path> some = pictures.subList(begin, Math.min(begin + BATCH, pictures.size()));
        allRead &= predict(predictor, reader, some, model.data());
      }
    }
    return allRead ? ExitCode.OK : ExitCode.BAD_INPUT;
  }

  private PictureReader reader(ModelFile model, Shape image) {
    try {
      return PictureReader.of(image, model.data())
          .inversion(invert ? Inversion.ALWAYS : asIs ? Inversion.NEVER : Inversion.DECIDED);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(file + ": " + e.getMessage());
    }
  }

  /** Whether all pictures could be read; of those that could not the user is told. */
  private boolean predict(
      Predictor predictor, PictureReader reader, List<Path> pictures, DataDescription data)
      throws IOException {
    List<Path> names = new ArrayList<>();
    List<Picture> read = new ArrayList<>();
    for (Path picture : pictures) {
      try {
        read.add(reader.read(picture));
        names.add(picture);
      } catch (IOException e) {
        terminal.err().println("xnor: " + Failures.say(e));
      }
    }
    float[] outputs = predictor.predict(stack(read, predictor.imageShape())).floats();
    int classes = predictor.classes();
    for (int i = 0; i < read.size(); i++) {
      Answer answer = new Answer(Arrays.copyOfRange(outputs, i * classes, (i + 1) * classes), data);
      print(names.get(i), answer, read.get(i));
      if (showTo != null) {
        Shown.write(read.get(i).pixels(), showTo, names.get(i));
      }
    }
    return read.size() == pictures.size();
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

  private void print(Path name, Answer answer, Picture picture) {
    if (json) {
      printJson(name, answer, picture);
      return;
    }
    String line = name + ": " + answer.name(0) + "  (" + answer.confidence(0);
    if (answer.classes() > 1) {
      line += "; next " + answer.name(1) + " with " + answer.confidence(1);
    }
    terminal.out().println(line + ")  " + picture.note());
    if (show) {
      Shown.lines(picture.pixels()).forEach(terminal.out()::println);
    }
  }

  private void printJson(Path name, Answer answer, Picture picture) {
    JsonLines.Line line =
        new JsonLines(terminal.out())
            .line()
            .put("file", name.toString())
            .put("class", answer.index(0))
            .putArray("outputs", answer.outputs())
            .put("note", picture.note())
            .put("name", answer.name(0))
            .put("confidence", answer.probability(0));
    if (show) {
      byte[] bytes = picture.pixels().bytes();
      float[] pixels = new float[bytes.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = bytes[i] & 255;
      }
      line.putArray("pixels", pixels);
    }
    line.print();
  }
}
