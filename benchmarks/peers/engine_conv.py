"""One binarized 3x3 convolution on the Larq Compute Engine, one image, SAME_ONE: prints the median milliseconds."""

import os
import statistics
import sys
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import larq as lq
import larq_compute_engine as lce
import numpy as np
import tensorflow as tf
from larq_compute_engine.tflite.python import interpreter

side, channels, threads = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
layer = lq.layers.QuantConv2D(
    channels,
    3,
    padding="same",
    pad_values=1.0,
    input_quantizer="ste_sign",
    kernel_quantizer="ste_sign",
    use_bias=False,
    input_shape=(side, side, channels),
)
model = tf.keras.Sequential([layer])
engine = interpreter.Interpreter(lce.convert_keras_model(model), num_threads=threads)
x = np.random.default_rng(1).uniform(-1, 1, (1, side, side, channels)).astype(np.float32)
times = []
end = time.time() + 5
while time.time() < end or len(times) < 10:
    start = time.perf_counter()
    engine.predict(x)
    times.append(time.perf_counter() - start)
print(1000 * statistics.median(times[len(times) // 2 :]))
