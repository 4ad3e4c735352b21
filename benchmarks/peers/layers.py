"""Times forward and backward of binarized convolutions, Larq on TensorFlow and xnor4j, alternating.

    python3 benchmarks/peers/layers.py [--launches 5]

Needs benchmarks/target/jmh (mvn package) and makes the Python environment as tutorial.py does. README.md says which
launches count.
"""

import subprocess

from launches import HERE, Side, alternate, arguments, compare
from tutorial import VENV, jmh, prepare

LAYERS = {
    "30x128+pool": ["30", "128", "50", "pool"],
    "8x512": ["8", "512", "50", "alone"],
    "56x64+block": ["56", "64", "32", "block"],
    "56x64+depthwise": ["56", "64", "32", "depthwise"],
}

GRADIENTS = {"floats": "0", "12 bits": "12"}


def larq(layer):
    command = [str(VENV / "bin/python"), str(HERE / "larq_layer.py"), *LAYERS[layer]]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return dict.fromkeys(GRADIENTS, float(done.stdout.split()[-1]))


def xnor4j(layer):
    options = ["-wi", "4", "-i", "4", "-p", "layer=" + layer, "-p", "batch=" + LAYERS[layer][2]]
    return {name: jmh("LayerBenchmark", [*options, "-p", "gradients=" + bits]) for name, bits in GRADIENTS.items()}


def main():
    args = arguments(__doc__)
    prepare()
    for layer in LAYERS:
        peer, ours = Side("Larq", lambda turn: larq(layer)), Side("xnor4j", lambda turn: xnor4j(layer))
        alternate(peer, ours, args.launches)
        for name in GRADIENTS:
            compare(f"{layer}, {name}, ms:", name, peer, ours)


if __name__ == "__main__":
    main()
