"""Launches that count: a peer and xnor4j in turn, watched by how well two threads scale. README.md says how to read it.

Everything here is for all scripts of this folder, which say only what a launch is.
"""

import argparse
import pathlib
import statistics
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# With fewer launches the peer's fastest is luck.
LAUNCHES = 5
# Of so many launches for each that shall count: a host that never has two cores to give is no place to measure.
MOST = 3
# Two cores show 1.8 to 2; what lies between is a spell that began or ended in the measurement.
TWO_CORES = 1.7
# Seconds to wait for a spell to end, and between two looks: a launch that begins in one would not count.
PATIENCE = 30
PAUSE = 3


def java():
    find = subprocess.run([str(ROOT / "tools/find-jdk")], check=True, stdout=subprocess.PIPE, text=True)
    return find.stdout.strip() + "/bin/java"


class Scaling:
    """How much more two threads do than one; in a JVM that stays, since compiling the loop takes longer than running it.

    And, in `journey`, how many nanoseconds a cache line took between them and back.
    """

    def __init__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([java(), "-XX:+UseSerialGC", str(HERE / "Scaling.java")], text=True, **pipes)

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        ratio, journey = self.process.stdout.readline().split()
        self.journey = journey
        return float(ratio)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Side:
    """The peer or xnor4j: what its launches gave, by the names of the figures."""

    def __init__(self, name, launch):
        self.name = name
        self.launch = launch
        self.kept = []
        self.left_out = 0

    def counted(self):
        return f"{self.name} {len(self.kept)} of {len(self.kept) + self.left_out}"

    def values(self, figure):
        return [launch[figure] for launch in self.kept]


def arguments(doc, **extra):
    """The options of a script: the number of launches, and what else it has, each with its default."""
    options = argparse.ArgumentParser(description=doc.splitlines()[0])
    options.add_argument("--launches", type=int, default=LAUNCHES, help="that count, of each (%(default)s)")
    for name, default in extra.items():
        options.add_argument("--" + name, type=type(default), default=default, help="(%(default)s)")
    args = options.parse_args()
    if args.launches < 1:
        options.error("--launches is less than 1")
    if args.launches < LAUNCHES:
        print(f"a trial: of fewer than {LAUNCHES} launches the fastest says little")
    return args


def wait_for_two_cores(scaling, now):
    end = time.monotonic() + PATIENCE
    while now < TWO_CORES and time.monotonic() < end:
        time.sleep(PAUSE)
        now = scaling()
    return now


def alternate(peer, ours, launches, threads=2, scaling=None):
    """Launches both in turn until so many of each count, and tells of each launch whether it does.

    One thread has a core to itself in any case: then the scaling is only told.
    """
    if scaling is None:
        with Scaling() as scaling:
            return alternate(peer, ours, launches, threads, scaling)
    now = scaling()
    print(f"two threads do {now:.2f} times the work of one on registers, {scaling.journey} ns there and back", flush=True)
    for turn in range(1, MOST * launches + 1):
        for side in (peer, ours):
            before = now if threads == 1 else wait_for_two_cores(scaling, now)
            figures, now = side.launch(turn), scaling()
            counts = threads == 1 or min(before, now) >= TWO_CORES
            if counts:
                side.kept.append(figures)
            else:
                side.left_out += 1
            distance = f"{scaling.journey} ns"
            told = ", ".join(f"{figure} {value:.4g}" for figure, value in figures.items())
            verdict = "" if counts else ": left out"
            print(f"  launch {turn}, {side.name}: {told}; two threads {before:.2f} before, {now:.2f} after, {distance}{verdict}", flush=True)
        if min(len(peer.kept), len(ours.kept)) >= launches:
            break
    print(f"launches that count: {peer.counted()}, {ours.counted()}", flush=True)
    if not peer.kept or not ours.kept:
        raise SystemExit(f"no launch counts: two threads never did {TWO_CORES} times the work of one; try another hour or machine")
    if min(len(peer.kept), len(ours.kept)) < launches:
        print(f"fewer than {launches} of each: the machine had two cores too seldom", flush=True)


def spread(values):
    return f"{statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})"


def compare(title, figure, peer, ours):
    """A line of the result: ratios are the peer's fastest launch by our median, our slowest and our fastest."""
    a, b = peer.values(figure), ours.values(figure)
    best = min(a)
    ratio = spread([best / value for value in b])
    print(f"{title}  {peer.name} {spread(a)}   {ours.name} {spread(b)}   ratio {ratio.strip()}", flush=True)
