package io.github.xnor4j.nn;

/**
 * What every layer has.
 *
 * @param className Keras' or Larq's name of the class
 * @param name or null
 * @param trainable whether weights are trained
 */
public record LayerId(String className, String name, boolean trainable) {
  /** A trainable layer without a name. */
  public static LayerId of(String className) {
    return new LayerId(className, null, true);
  }

  /**
   * This with a name.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public LayerId name(String newName) {
    if (newName == null || newName.isBlank()) {
      throw new IllegalArgumentException(
          className + ": name is '" + newName + "', expected some text");
    }
    return new LayerId(className, newName, trainable);
  }

  /** This, trained or not. */
  public LayerId trainable(boolean train) {
    return new LayerId(className, name, train);
  }

  /** An exception about a parameter of this layer. */
  public IllegalArgumentException error(String message) {
    return new IllegalArgumentException(this + ": " + message);
  }

  /**
   * Checks a parameter or an input of this layer.
   *
   * @throws IllegalArgumentException with class and name of the layer in front of the message
   */
  public void require(boolean condition, String message) {
    if (!condition) {
      throw error(message);
    }
  }

  /** Class and name, as in {@code Dense 'head'}. */
  @Override
  public String toString() {
    return name == null ? className : className + " '" + name + "'";
  }
}
