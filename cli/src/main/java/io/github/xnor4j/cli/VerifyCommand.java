package io.github.xnor4j.cli;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Verification;
import io.github.xnor4j.train.Verification.Answer;
import io.github.xnor4j.train.Verification.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model again and compares its bits. */
@Command(
    name = "verify",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    header = "Trains a model again from what its file says of itself, and compares the bits.",
    description = {
      "A model file tells seed, data hash, recipe, learning rate, gradients, backend and more. The"
          + " same training gives the same bits: on every CPU if all of its products were of"
          + " integers ('xnor train --gradients 12' on a binary network), else on the same backend"
          + " at the same vector width. It takes as long as the training did.",
    },
    footer = {
      "",
      "Examples:",
      "  xnor verify mnist.safetensors                          a model trained on MNIST",
      "  xnor verify fashion.safetensors --data fashion-mnist   on another data set",
      "",
      "Exit codes: 0 the same bits; 1 other bits; 2 not comparable on this machine, or bad input.",
    })
final class VerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "A model file, as 'xnor train --out' writes it.")
  private Path file;

  @Mixin private DataOptions data;
  @Mixin private BackendOptions backend;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object: answer (same bits, other bits or not comparable), detail, hash"
              + " (of the file's tensors), found (that of the tensors trained here), backend.")
  private boolean json;

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelFile model = ModelFile.read(file);
    Shape image = model.model().inputs().getFirst().shape();
    Dataset images = data.train(image, ReadingBar.on(terminal, json));
    Verification verification = Verification.of(model);
    BackendProvider provider = provider(verification);
    if (!json) {
      terminal.out().println("training " + file + " again on " + provider.name());
    }
    Result result = verification.run(images, provider, backend.session(), output());
    if (json) {
      print(result, provider.name());
    } else {
      terminal.out().println(text(result));
    }
    return switch (result.answer()) {
      case SAME_BITS -> ExitCode.OK;
      case OTHER_BITS -> ExitCode.FAULT;
      case NOT_COMPARABLE -> ExitCode.BAD_INPUT;
    };
  }

  /** The one that was named; else any for a training on integers, and for others its own. */
  private BackendProvider provider(Verification verification) {
    String own = verification.backend();
    if (!backend.isAuto() || verification.isOnIntegers() || own == null) {
      return backend.provider();
    }
    try {
      return Backends.select(own);
    } catch (BackendUnavailableException e) {
      throw new BadInputException(
          "not comparable: it was trained on another backend: " + e.getMessage());
    }
  }

  private Callback[] output() {
    return json
        ? new Callback[0]
        : new Callback[] {new TextTrainOutput(terminal, false, Long.MAX_VALUE)};
  }

  private static String name(Answer answer) {
    return answer.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String text(Result result) {
    return result.answer() == Answer.SAME_BITS
        ? "the same bits: model hash " + result.expected()
        : name(result.answer()) + ": " + result.detail();
  }

  private void print(Result result, String provider) {
    new JsonLines(terminal.out())
        .line()
        .put("answer", name(result.answer()))
        .put("detail", result.detail())
        .put("hash", result.expected())
        .put("found", result.found())
        .put("backend", provider)
        .print();
  }
}
