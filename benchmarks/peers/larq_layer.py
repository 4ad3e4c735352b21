"""Forward and both gradients of one binarized convolution on Larq and TensorFlow: prints the median milliseconds."""

import os
import statistics
import sys
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import larq as lq
import tensorflow as tf

side, channels, batch, kind = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
pool = kind == "pool"
if kind == "depthwise":
    conv = lq.layers.QuantDepthwiseConv2D(
        3, padding="same", input_quantizer="ste_sign", depthwise_quantizer="ste_sign", use_bias=False
    )
else:
    conv = lq.layers.QuantConv2D(
        channels,
        3,
        padding="same",
        pad_values=1.0 if kind == "block" else 0.0,
        input_quantizer="ste_sign",
        kernel_quantizer="ste_sign",
        use_bias=False,
    )
pooling = tf.keras.layers.MaxPooling2D(2)
norm = tf.keras.layers.BatchNormalization(scale=False)
x = tf.random.uniform((batch, side, side, channels), -1, 1)
conv.build(x.shape)


@tf.function
def step(x, g):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = conv(x)
        if pool:
            y = norm(pooling(y), training=True)
        if kind == "block":
            y = norm(y, training=True) + x
    # y, too: TensorFlow leaves out what nobody asks for, and gradients alone need no forward pass here
    return y, tape.gradient(y, [x, conv.trainable_weights[0]], output_gradients=g)


out = side // 2 if pool else side
g = tf.random.uniform((batch, out, out, channels), -1, 1)
times = []
end = time.time() + 12
while time.time() < end or len(times) < 10:
    start = time.perf_counter()
    y, (dx, dw) = step(x, g)
    y.numpy(), dx.numpy(), dw.numpy()
    times.append(time.perf_counter() - start)
print(1000 * statistics.median(times[len(times) // 2 :]))
