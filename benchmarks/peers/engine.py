"""Times binarized 3x3 convolutions of a ResNet, the Larq Compute Engine and xnor4j alternating: one image, SAME_ONE.

    python3 benchmarks/peers/engine.py [--launches 5] [--threads 1]

Both take floats, whose signs they pack, and give floats. Needs benchmarks/target/jmh (mvn package); makes the Python
environment as tutorial.py does. README.md says which launches count.
"""

import subprocess

from launches import HERE, Side, alternate, arguments, compare
from tutorial import VENV, jmh, prepare

SHAPES = ["56x64", "28x128", "14x256", "7x512"]


def engine(shape, threads):
    command = [str(VENV / "bin/python"), str(HERE / "engine_conv.py"), *shape.split("x"), str(threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return {"ms": float(done.stdout.split()[-1])}


def xnor4j(shape, threads):
    options = ["-wi", "3", "-i", "5", "-p", f"shape={shape}", "-p", "batch=1", "-p", f"threads={threads}"]
    return {"ms": jmh("ProductBenchmark.fromFloats", options)}


def main():
    args = arguments(__doc__, threads=1)
    prepare()
    for shape in SHAPES:
        peer = Side("Compute Engine", lambda turn: engine(shape, args.threads))
        ours = Side("xnor4j", lambda turn: xnor4j(shape, args.threads))
        alternate(peer, ours, args.launches, args.threads)
        compare(f"{shape:8} ms:", "ms", peer, ours)


if __name__ == "__main__":
    main()
