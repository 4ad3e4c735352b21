"""Times forward and backward of large binarized convolutions, Larq on TensorFlow and xnor4j, alternating.

    python3 benchmarks/peers/layers.py [--launches 3]

Needs benchmarks/target/jmh (mvn package) and makes the Python environment as tutorial.py does.
"""

import argparse
import subprocess

from tutorial import HERE, VENV, jmh, prepare, spread

LAYERS = {"30x128+pool": ["30", "128", "50", "pool"], "8x512": ["8", "512", "50", "alone"]}


def larq(layer):
    command = [str(VENV / "bin/python"), str(HERE / "larq_layer.py"), *LAYERS[layer]]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return float(done.stdout.split()[-1])


def ours(layer):
    return jmh("LayerBenchmark", ["-wi", "4", "-i", "4", "-p", "layer=" + layer])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--launches", type=int, default=3)
    launches = options.parse_args().launches
    prepare()
    for layer in LAYERS:
        pairs = [(larq(layer), ours(layer)) for _ in range(launches)]
        a, b = zip(*pairs)
        print(f"{layer:12} ms: Larq {spread(a)}   xnor4j {spread(b)}   ratio {spread([x / y for x, y in pairs])}", flush=True)


if __name__ == "__main__":
    main()
