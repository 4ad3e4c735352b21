"""Larq's MNIST tutorial on the project's IDX files: one JSON object a line, as `xnor train --json` prints."""

import gzip
import json
import os
import sys
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import larq as lq
import numpy as np
import tensorflow as tf

folder, epochs, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
each = sys.argv[4:] == ["each"]  # whether it is tested after each epoch, too
tf.keras.utils.set_random_seed(seed)


def idx(name, header):
    with gzip.open(os.path.join(folder, name + ".gz")) as file:
        return np.frombuffer(file.read()[header:], np.uint8)


def images(name):
    return idx(name, 16).reshape(-1, 28, 28, 1) / 127.5 - 1


binary = dict(
    input_quantizer="ste_sign",
    kernel_quantizer="ste_sign",
    kernel_constraint="weight_clip",
    use_bias=False,
)
first = dict(binary, input_quantizer=None, input_shape=(28, 28, 1))
layers = tf.keras.layers
model = tf.keras.models.Sequential(
    [
        lq.layers.QuantConv2D(32, (3, 3), **first),
        layers.MaxPooling2D((2, 2)),
        layers.BatchNormalization(scale=False),
        lq.layers.QuantConv2D(64, (3, 3), **binary),
        layers.MaxPooling2D((2, 2)),
        layers.BatchNormalization(scale=False),
        lq.layers.QuantConv2D(64, (3, 3), **binary),
        layers.BatchNormalization(scale=False),
        layers.Flatten(),
        lq.layers.QuantDense(64, **binary),
        layers.BatchNormalization(scale=False),
        lq.layers.QuantDense(10, **binary),
        layers.BatchNormalization(scale=False),
        layers.Activation("softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])


test = images("t10k-images-idx3-ubyte"), idx("t10k-labels-idx1-ubyte", 8)


class Epochs(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.time()

    def on_epoch_end(self, epoch, logs=None):
        line = {"epoch": epoch + 1, "seconds": time.time() - self.start, **logs}
        if each:
            line["testAccuracy"] = model.evaluate(*test, verbose=0)[1]
        print(json.dumps({k: float(v) for k, v in line.items()}), flush=True)


model.fit(
    images("train-images-idx3-ubyte"),
    idx("train-labels-idx1-ubyte", 8),
    batch_size=64,
    epochs=epochs,
    verbose=0,
    callbacks=[Epochs()],
)
loss, accuracy = model.evaluate(*test, verbose=0)
print(json.dumps({"testLoss": loss, "testAccuracy": accuracy}), flush=True)
