"""Times a training step of BinaryNet for CIFAR-10, Larq on TensorFlow and xnor4j, alternating.

    python3 benchmarks/peers/binarynet.py [--launches 5]

Needs benchmarks/target/jmh (mvn package) and makes the Python environment as tutorial.py does. README.md says which
launches count.
"""

import subprocess

from launches import HERE, Side, alternate, arguments, compare
from tutorial import VENV, jmh, prepare


def larq():
    command = [str(VENV / "bin/python"), str(HERE / "larq_binarynet.py")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return {"ms": float(done.stdout.split()[-1])}


def xnor4j():
    return {"ms": jmh("StepBenchmark", ["-wi", "5", "-i", "4", "-p", "threads=2", "-p", "network=binarynet"])}


def main():
    args = arguments(__doc__)
    prepare()
    peer, ours = Side("Larq", lambda turn: larq()), Side("xnor4j", lambda turn: xnor4j())
    alternate(peer, ours, args.launches)
    compare("step, ms:", "ms", peer, ours)


if __name__ == "__main__":
    main()
