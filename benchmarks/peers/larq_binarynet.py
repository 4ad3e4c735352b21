"""A training step of Larq's BinaryNet for CIFAR-10, batch size 50, on random pixels: prints the median milliseconds."""

import os
import statistics
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import larq as lq
import numpy as np
import tensorflow as tf

binary = {
    "input_quantizer": "ste_sign",
    "kernel_quantizer": "ste_sign",
    "kernel_constraint": "weight_clip",
    "use_bias": False,
}
first = {key: value for key, value in binary.items() if key != "input_quantizer"}


def norm():
    return tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)


layers = [lq.layers.QuantConv2D(128, 3, input_shape=(32, 32, 3), **first), norm()]
for index, filters in enumerate([128, 256, 256, 512, 512]):
    layers.append(lq.layers.QuantConv2D(filters, 3, padding="same", **binary))
    if index % 2 == 0:
        layers.append(tf.keras.layers.MaxPool2D(2, 2))
    layers.append(norm())
layers.append(tf.keras.layers.Flatten())
for units in [1024, 1024, 10]:
    layers += [lq.layers.QuantDense(units, **binary), norm()]
model = tf.keras.Sequential([*layers, tf.keras.layers.Activation("softmax")])
model.compile(tf.keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
x = np.random.default_rng(1).uniform(-1, 1, (50, 32, 32, 3)).astype(np.float32)
y = np.arange(50) % 10
times = []
end = time.time() + 20
while time.time() < end or len(times) < 8:
    start = time.perf_counter()
    model.train_on_batch(x, y)
    times.append(time.perf_counter() - start)
print(1000 * statistics.median(times[len(times) // 2 :]))
