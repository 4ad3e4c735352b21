package io.github.xnor4j.data;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;

/**
 * How a data set is cut into batches. The order of an epoch is a function of seed and epoch
 * (Fisher-Yates on Philox); the last, smaller batch is kept.
 *
 * @param dataset what is cut
 * @param size images of a batch, 1 or more
 * @param shuffled whether each epoch has an order of its own, or all that of the data set
 * @param augmentation what is done to each image
 */
public record Batches(Dataset dataset, int size, boolean shuffled, Augmentation augmentation) {
  private static final long SHUFFLE_STREAM = 0x53485546L << 32; // "SHUF"
  private static final long AUGMENT_STREAM = 0x4155474dL << 32; // "AUGM"

  /** Checks the size. */
  public Batches {
    if (size < 1) {
      throw new IllegalArgumentException("batch size is " + size + ", expected 1 or more");
    }
    if (dataset.size() == 0) {
      throw new IllegalArgumentException("data set is empty, expected images");
    }
  }

  /** These batches in the order of the data set. */
  public Batches inOrder() {
    return new Batches(dataset, size, false, augmentation);
  }

  /** These batches of changed images. */
  public Batches augmented(Augmentation other) {
    return new Batches(dataset, size, shuffled, other);
  }

  /** Number of batches of an epoch. */
  public int count() {
    return (dataset.size() - 1) / size + 1; // as a size may be the largest int
  }

  /** Number of images of a batch: the size, or less for the last one. */
  public int sizeOf(int batch) {
    return Math.min(size, dataset.size() - batch * size);
  }

  /** A tensor for the images of a batch of some size, U8 [size, H, W, C]. */
  public Tensor newImages(int batchSize) {
    return Tensor.zeros(DType.U8, dataset.images().shape().with(0, batchSize));
  }

  /** A tensor for the labels of a batch of some size, I32 [size]. */
  public Tensor newLabels(int batchSize) {
    return Tensor.zeros(DType.I32, Shape.of(batchSize));
  }

  /**
   * The batches of one epoch.
   *
   * @param seed of the order and of the augmentation
   * @param epoch from 0
   */
  public Epoch epoch(long seed, int epoch) {
    return new Epoch(this, seed, epoch);
  }

  /** The batches of one epoch. */
  public static final class Epoch {
    private final Batches batches;
    private final int[] order;
    private final Philox random;

    private Epoch(Batches batches, long seed, int epoch) {
      this.batches = batches;
      this.random = new Philox(seed, AUGMENT_STREAM | epoch);
      this.order = new int[batches.dataset.size()];
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      if (batches.shuffled) {
        shuffle(order, new Philox(seed, SHUFFLE_STREAM | epoch));
      }
    }

    /** The index in the data set of the image at a position of the epoch. */
    public int index(int position) {
      return order[position];
    }

    /**
     * Fills tensors with a batch; allocates nothing.
     *
     * @param batch from 0
     * @param images U8 [size of the batch, H, W, C]
     * @param labels I32 [size of the batch]
     * @throws IllegalArgumentException if the tensors have another number of elements
     */
    public void fill(int batch, Tensor images, Tensor labels) {
      int count = batches.sizeOf(batch);
      Shape image = batches.imageShape();
      int pixels = image.elements();
      if (labels.ints().length != count || images.bytes().length != count * pixels) {
        throw new IllegalArgumentException(
            "tensors for batch "
                + batch
                + " are "
                + images.describe()
                + " and "
                + labels.describe()
                + ", expected "
                + count
                + " images of "
                + image);
      }
      byte[] all = batches.dataset.images().bytes();
      int[] classes = batches.dataset.labels().ints();
      for (int i = 0; i < count; i++) {
        int index = order[batch * batches.size + i];
        labels.ints()[i] = classes[index];
        long draw = (long) index * Augmentation.DRAWS;
        batches.augmentation.apply(
            all, index * pixels, images.bytes(), i * pixels, image, random, draw);
      }
    }
  }

  /** By Fisher and Yates. */
  static void shuffle(int[] order, Philox random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.below(i + 1, i);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  private Shape imageShape() {
    return dataset.imageShape();
  }
}
