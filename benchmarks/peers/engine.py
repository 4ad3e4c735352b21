"""Times binarized 3x3 convolutions of a ResNet, the Larq Compute Engine and xnor4j alternating: one image, SAME_ONE.

    python3 benchmarks/peers/engine.py [--launches 3] [--threads 1]

Both take floats, whose signs they pack, and give floats. Needs benchmarks/target/jmh (mvn package); makes the Python
environment as tutorial.py does.
"""

import argparse
import subprocess

from tutorial import HERE, VENV, jmh, prepare, spread

SHAPES = ["56x64", "28x128", "14x256", "7x512"]


def engine(shape, threads):
    command = [str(VENV / "bin/python"), str(HERE / "engine_conv.py"), *shape.split("x"), str(threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return float(done.stdout.split()[-1])


def ours(shape, threads):
    options = ["-wi", "3", "-i", "5", "-p", f"shape={shape}", "-p", "batch=1", "-p", f"threads={threads}"]
    return jmh("ProductBenchmark.fromFloats", options)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--launches", type=int, default=3)
    options.add_argument("--threads", type=int, default=1)
    args = options.parse_args()
    prepare()
    for shape in SHAPES:
        pairs = [(engine(shape, args.threads), ours(shape, args.threads)) for _ in range(args.launches)]
        a, b = zip(*pairs)
        ratio = spread([x / y for x, y in pairs])
        print(f"{shape:8} ms: Compute Engine {spread(a)}   xnor4j {spread(b)}   ratio {ratio}", flush=True)


if __name__ == "__main__":
    main()
