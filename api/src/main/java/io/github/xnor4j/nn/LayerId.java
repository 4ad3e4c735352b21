package io.github.xnor4j.nn;

/**
 * What every layer has.
 *
 * @param className Keras' or Larq's name of the class
 * @param name or null
 * @param trainable whether weights are trained
 */
public record LayerId(String className, String name, boolean trainable) {
  static LayerId of(String className) {
    return new LayerId(className, null, true);
  }

  LayerId name(String newName) {
    if (newName == null || newName.isBlank()) {
      throw new IllegalArgumentException(
          className + ": name is '" + newName + "', expected some text");
    }
    return new LayerId(className, newName, trainable);
  }

  LayerId trainable(boolean train) {
    return new LayerId(className, name, train);
  }

  /** An exception about a parameter of this layer. */
  IllegalArgumentException error(String message) {
    return new IllegalArgumentException(this + ": " + message);
  }

  void require(boolean condition, String message) {
    if (!condition) {
      throw error(message);
    }
  }

  @Override
  public String toString() {
    return name == null ? className : className + " '" + name + "'";
  }
}
