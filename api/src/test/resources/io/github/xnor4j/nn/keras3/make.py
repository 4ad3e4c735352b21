"""Writes the models of Keras3JsonTest as Keras 3 does: python make.py FOLDER (made with Keras 3.15.1, JAX 0.8)."""

import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"

import keras
from keras import layers

FOLDER = pathlib.Path(sys.argv[1])


def save(name, model):
    (FOLDER / f"{name}.json").write_text(model.to_json() + "\n")


def chain(name, *parts):
    save(name, keras.Sequential(parts, name=name))


def image(name, channels=1, **more):
    return keras.Input((8, 8, channels), name=name, **more)


@keras.saving.register_keras_serializable(package="larq")
class SteSign(layers.Layer):
    """As larq.quantizers has it, as far as JSON shows: Larq itself knows Keras 2 only."""

    def __init__(self, clip_value=1.0, **kwargs):
        super().__init__(**kwargs)
        self.clip_value = clip_value

    def call(self, x):
        return x

    def get_config(self):
        return {**super().get_config(), "clip_value": self.clip_value}


@keras.saving.register_keras_serializable(package="larq", name="weight_clip")
class WeightClip(keras.constraints.Constraint):
    def __init__(self, clip_value=1):
        self.clip_value = clip_value

    def get_config(self):
        return {"clip_value": self.clip_value}


def quantized(base, name, **more):
    class Quantized(base):
        def __init__(self, *args, input_quantizer=None, kernel_quantizer=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.quantizers = {"input_quantizer": input_quantizer, "kernel_quantizer": kernel_quantizer}

        def get_config(self):
            own = {key: keras.saving.serialize_keras_object(q) for key, q in self.quantizers.items()}
            return {**super().get_config(), **more, **own}

    Quantized.__name__ = name
    return keras.saving.register_keras_serializable(package="larq")(Quantized)


QuantConv2D = quantized(layers.Conv2D, "QuantConv2D", pad_values=0.0)
QuantDense = quantized(layers.Dense, "QuantDense")


def every_layer():
    model = keras.Sequential(
        [
            image("in"),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(4, 3, padding="same", strides=2, use_bias=False, name="conv"),
            layers.MaxPooling2D(2, strides=1, padding="same", name="max"),
            layers.BatchNormalization(scale=False, momentum=0.9, name="bn"),
            layers.Activation("relu", name="relu"),
            layers.AveragePooling2D(2, name="average"),
            layers.Flatten(name="flat"),
            layers.Dense(
                10,
                activation="softmax",
                name="dense",
                kernel_initializer=keras.initializers.GlorotUniform(seed=keras.random.SeedGenerator(3)),
                bias_initializer=keras.initializers.Constant(0.5),
            ),
        ],
        name="every_layer",
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    save("every_layer", model)


def larq():
    chain(
        "larq",
        image("in"),
        QuantConv2D(
            4, 3, kernel_quantizer=SteSign(), kernel_constraint=WeightClip(), use_bias=False, name="conv"
        ),
        layers.BatchNormalization(scale=False, name="bn"),
        layers.Flatten(name="flat"),
        QuantDense(10, input_quantizer=SteSign(1.25), kernel_quantizer=SteSign(), use_bias=False, name="dense"),
        layers.Activation("softmax", name="softmax"),
    )


def several_inputs():
    a, b = image("a"), image("b")
    shared = layers.Conv2D(2, 3, name="shared")
    x, y = shared(a), shared(b)
    sum = layers.Add(name="sum")([x, y])
    one = layers.Dense(3, name="one")(layers.Flatten(name="flat")(sum))
    two = layers.Flatten(name="two")(layers.MaxPooling2D(2, name="max")(y))
    save("several_inputs", keras.Model([a, b], [one, two], name="several_inputs"))
    save("named_inputs", keras.Model({"a": a, "b": b}, {"one": one, "two": two}, name="several_inputs"))


def nested():
    i = image("inner", 2)
    graph = keras.Model(i, layers.Conv2D(2, 1, name="c")(i), name="graph")
    sequence = keras.Sequential([image("first", 2), layers.Conv2D(2, 1, name="d")], name="sequence")
    x = image("x", 2)
    y = sequence(graph(sequence(graph(x))))
    z = layers.Add(name="sum")([y, x])
    save("nested", keras.Model(x, [layers.Flatten(name="flat")(inputs=z), graph(z), sequence(z)], name="nested"))


def refused():
    x = image("x")
    bn = layers.BatchNormalization(name="bn")
    save("refused_training", keras.Model(x, bn(x, training=False), name="net"))
    chain("refused_renorm", image("x"), layers.BatchNormalization(renorm=True, name="bn"))
    chain("refused_mixed", image("x"), layers.Flatten(name="flat", dtype="mixed_float16"))
    int8 = keras.Sequential([keras.Input((8,)), layers.Dense(2, name="dense")])
    int8.quantize("int8")
    save("refused_int8", int8)
    lora = keras.Sequential([keras.Input((8,)), layers.Dense(2, name="dense")])
    lora.layers[0].enable_lora(2)
    save("refused_lora", lora)


every_layer()
larq()
several_inputs()
nested()
refused()
