"""Times Larq on TensorFlow and xnor4j on the MNIST tutorial, alternating, and prints a table with ratios.

    python3 benchmarks/peers/tutorial.py [--epochs 6] [--launches 3]

Makes a Python virtual environment for Larq under benchmarks/target on first use (Python 3.10 to 3.12). Start-up
counts on both sides, building does not. "epoch" is the median of the second and later epochs.
"""

import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = ROOT / "benchmarks" / "target" / "peers"
MNIST = ROOT / "mnist/src/main/resources/io/github/xnor4j/mnist"
PACKAGES = ["larq==0.14.0", "larq-compute-engine==0.16.0", "tensorflow-cpu==2.17.1", "tf-keras==2.17.0", "numpy<2"]


def prepare():
    if not (VENV / "ready").exists():
        print("making the environment for Larq...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin/pip"), "install", "-q", *PACKAGES], check=True)
        (VENV / "ready").touch()
    subprocess.run([str(ROOT / "xnor"), "backends"], check=True, stdout=sys.stderr)


def run(command):
    start = time.time()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wall = time.time() - start
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    epochs = [line["seconds"] for line in lines if "epoch" in line]
    accuracy = [line["testAccuracy"] for line in lines if "testAccuracy" in line][-1]
    return {"wall": wall, "epoch": statistics.median(epochs[1:] or epochs), "accuracy": accuracy}


def jmh(benchmark, options):
    """The score of one fork of a JMH benchmark, in its own unit."""
    find = subprocess.run([str(ROOT / "tools/find-jdk")], check=True, stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "jmh.json"
        start = [find.stdout.strip() + "/bin/java", "-cp", str(ROOT / "benchmarks/target/jmh/*"), "org.openjdk.jmh.Main"]
        command = [*start, benchmark, "-f", "1", *options, "-rf", "json", "-rff", str(result)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return json.loads(result.read_text())[0]["primaryMetric"]["score"]


def spread(values):
    return f"{statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--epochs", type=int, default=6)
    options.add_argument("--launches", type=int, default=3)
    args = options.parse_args()
    prepare()
    peer, ours = [], []
    for seed in range(1, args.launches + 1):
        work = [str(args.epochs), str(seed)]
        larq = [str(VENV / "bin/python"), str(HERE / "larq_tutorial.py"), str(MNIST), *work]
        peer.append(run(larq))
        ours.append(run([str(ROOT / "xnor"), "train", "--json", "--epochs", work[0], "--seed", work[1]]))
        print(f"launch {seed}: Larq {peer[-1]}, xnor4j {ours[-1]}", file=sys.stderr)
    print(f"{platform.processor() or platform.machine()}, {args.launches} launches, {args.epochs} epochs")
    for key, name in (("epoch", "epoch, seconds"), ("wall", "command, seconds")):
        a, b = [r[key] for r in peer], [r[key] for r in ours]
        print(f"{name:18} Larq {spread(a)}   xnor4j {spread(b)}   ratio {spread([x / y for x, y in zip(a, b)])}")
    a, b = [100 * r["accuracy"] for r in peer], [100 * r["accuracy"] for r in ours]
    print(f"{'test accuracy, %':18} Larq {spread(a)}   xnor4j {spread(b)}")


if __name__ == "__main__":
    main()
