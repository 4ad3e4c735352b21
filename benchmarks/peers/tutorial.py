"""Times Larq on TensorFlow and xnor4j on the MNIST tutorial, alternating, and prints a table with ratios.

    python3 benchmarks/peers/tutorial.py [--launches 5] [--epochs 6] [--gradients float]

Makes a Python virtual environment for Larq under benchmarks/target on first use (Python 3.10 to 3.12). Start-up
counts on both sides, building does not. "epoch" is the median of the second and later epochs. README.md says which
launches count.
"""

import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from launches import HERE, ROOT, Side, alternate, arguments, compare, java, spread

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
    return {"epoch": statistics.median(epochs[1:] or epochs), "wall": wall, "accuracy": 100 * accuracy}


def jmh(benchmark, options):
    """The score of one fork of a JMH benchmark, in its own unit."""
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "jmh.json"
        start = [java(), "-cp", str(ROOT / "benchmarks/target/jmh/*"), "org.openjdk.jmh.Main"]
        command = [*start, benchmark, "-f", "1", *options, "-rf", "json", "-rff", str(result)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return json.loads(result.read_text())[0]["primaryMetric"]["score"]


def main():
    args = arguments(__doc__, epochs=6, gradients="float")
    prepare()
    epochs = str(args.epochs)

    def larq(seed):
        return run([str(VENV / "bin/python"), str(HERE / "larq_tutorial.py"), str(MNIST), epochs, str(seed)])

    def train(seed):
        command = [str(ROOT / "xnor"), "train", "--recipe", "tutorial", "--gradients", args.gradients]
        return run([*command, "--json", "--epochs", epochs, "--seed", str(seed)])

    peer, ours = Side("Larq", larq), Side("xnor4j", train)
    alternate(peer, ours, args.launches)
    print(f"{platform.processor() or platform.machine()}, {epochs} epochs, gradients {args.gradients}")
    compare(f"{'epoch, seconds':18}", "epoch", peer, ours)
    compare(f"{'command, seconds':18}", "wall", peer, ours)
    accuracies = [f"{side.name} {spread(side.values('accuracy'))}" for side in (peer, ours)]
    print(f"{'test accuracy, %':18}  {'   '.join(accuracies)}")


if __name__ == "__main__":
    main()
