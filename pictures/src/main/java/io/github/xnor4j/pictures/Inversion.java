package io.github.xnor4j.pictures;

/** Whether light and dark change places, before a model sees a picture. */
public enum Inversion {
  /** Where the picture's ink and paper are the other way round than the model's. */
  DECIDED,
  /** Never: what is light in the picture is light for the model. */
  NEVER,
  /** Always. */
  ALWAYS
}
