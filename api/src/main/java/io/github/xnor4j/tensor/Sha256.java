package io.github.xnor4j.tensor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 over texts and tensors, in the order in which they come. */
public final class Sha256 {
  private final MessageDigest digest;

  /** A hash of nothing yet. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  /** Adds a text and its length, so that no other two texts give the same bytes. */
  public void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  /** Adds dtype, shape and the bit pattern of each element. */
  public void add(Tensor tensor) {
    add(tensor.describe());
    switch (tensor.dtype()) {
      case F32 -> {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.floats().length * Float.BYTES);
        bytes.asFloatBuffer().put(tensor.floats());
        digest.update(bytes);
      }
      case BIT -> {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.words().length * Long.BYTES);
        bytes.asLongBuffer().put(tensor.words());
        digest.update(bytes);
      }
      case U8 -> digest.update(tensor.bytes());
      case I32 -> {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.ints().length * Integer.BYTES);
        bytes.asIntBuffer().put(tensor.ints());
        digest.update(bytes);
      }
      case I16 -> {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.shorts().length * Short.BYTES);
        bytes.asShortBuffer().put(tensor.shorts());
        digest.update(bytes);
      }
    }
  }

  /** The hash in hexadecimal; nothing can be added afterwards. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
