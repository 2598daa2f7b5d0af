"""Compares training steps of `martlet bench train` with PyTorch's, eager and compiled, on the same work and machine.

    swift build -c release
    python -m venv .venv && .venv/bin/pip install torch numpy
    .venv/bin/python Benchmarks/training.py [--rounds 3] [--threads 2] [--only steps,memory,context] [--lines small]
        [--modes eager,compiled]

steps: seconds of a whole step (random tokens; loss, gradient, clipping, AdamW), in turns, so that a machine that grows
slower or busier does so for all; and Martlet's on one thread beside its own on all. The peers stay in their processes
between turns, so that torch.compile compiles once (it needs a C++ compiler). memory: the most that was resident in a
process of its own. context: Martlet alone, from 256 to 8192 tokens of context at 8192 tokens a step.

Prints medians and ratios (for time, the other side's / Martlet's; for memory, Martlet's / the other side's), and as its
last line all of it as one JSON object. The two models have GPT-2's form, with biases and a tied head; see
pytorch_model.py and training_peer.py for the peer.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import comparison
from training_work import GPT2, WORK, Work

PEER = pathlib.Path(__file__).resolve().parent / "training_peer.py"


CONTEXTS = [256, 512, 1024, 2048, 4096, 8192]


def martlet(options, work, *others, steps=1, threads=None):
    command = [options.martlet, "bench", "train", "--tied", "--json", "--steps", steps, *work.options(), *others]
    return comparison.last_json(command, threads or options.threads)


class Peer:
    """PyTorch in a process that trains when it is asked to."""

    def __init__(self, options, work, compiled):
        command = [sys.executable, PEER, *work.options(), "--threads", str(options.threads), "--interactive"]
        self.process = subprocess.Popen(
            [*command, "--steps", "1", *(["--compiled"] if compiled else [])],
            env=comparison.environment(options.threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.report = self.read()

    def read(self):
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"error: {PEER.name} ended with {self.process.wait()}")
        return json.loads(answer)

    def take(self, steps):
        """Seconds of each step."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        self.report = self.read()
        return self.report["seconds"]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measure_steps(options, work, raw):
    modes = [mode for mode in ("eager", "compiled") if mode in options.modes.split(",")]
    if "compiled" in modes and not any(shutil.which(compiler) for compiler in ("g++", "clang++", "c++")):
        print("compiled is left out: there is no C++ compiler", flush=True)
        modes.remove("compiled")
    peers = {mode: Peer(options, work, mode == "compiled") for mode in modes}
    sides = {side: [] for side in ("martlet", "martlet, one thread", *modes)}
    for turn in range(options.rounds):
        report = martlet(options, work, steps=work.steps)
        sides["martlet"].append(report["seconds_per_step"])
        # Large steps on one thread take long and vary little.
        if turn == 0 or report["seconds_per_step"] < 3:
            alone = martlet(options, work, steps=work.steps, threads=1)
            sides["martlet, one thread"].append(alone["seconds_per_step"])
        for mode, peer in peers.items():
            # Each of a turn's values is one figure, as Martlet's median of its turn is.
            sides[mode].append(sorted(peer.take(work.steps))[work.steps // 2])
        shown = ", ".join(f"{side} {times[-1]:.4g}" for side, times in sides.items())
        print(f"{work.title}, turn {turn + 1}: {shown} s", flush=True)
    peak = {mode: peer.report["peak_memory_bytes"] for mode, peer in peers.items()}
    version = next(iter(peers.values())).report["torch"]
    for peer in peers.values():
        peer.end()

    raw[work.title] = {"seconds": sides, "peak_memory_bytes": {"martlet": report["peak_memory_bytes"], **peak}}
    lines = [
        comparison.line(
            f"step, {work.title}: PyTorch {mode}", sides["martlet"], sides[mode], unit="s", goal=goal
        )
        for mode, goal in zip(("eager", "compiled"), work.goals)
        if mode in modes
    ]
    lines.append(
        comparison.line(
            f"step, {work.title}: one thread",
            sides["martlet"],
            sides["martlet, one thread"],
            unit="s",
            goal=">= 1.85" if options.threads == 2 else None,
        )
    )
    fraction = report["fraction_of_product_rate"]
    lines.append(comparison.line(f"step, {work.title}: part of the product rate", [fraction], unit=""))
    return lines, version


def measure_memory(options, raw):
    lines = []
    for batch, context, goal in ((4, 256, "<= 0.75"), (8, 512, "<= 0.55")):
        work = Work(*GPT2, batch, context)
        steps = ["--threads", options.threads, "--steps", "1"]
        peer = comparison.last_json([sys.executable, PEER, *work.options(), *steps], options.threads)
        theirs = peer["peak_memory_bytes"] / 1e9
        for title, others, limit in (("", [], goal), (", checkpointing", ["--checkpoint-activations"], "<= 0.4")):
            ours = martlet(options, work, *others)["peak_memory_bytes"] / 1e9
            name = f"peak memory, {work.title}{title}: PyTorch eager"
            lines.append(comparison.line(name, [ours], [theirs], unit="GB", goal=limit, kind="share"))
            raw[name] = {"martlet": ours, "eager": theirs}
            print(f"{name}: {ours:.2f} of {theirs:.2f} GB", flush=True)
    return lines


def measure_context(options, raw):
    """Both seconds and memory at one number of tokens, and the part of the product rate: the arithmetic's share."""
    lines = []
    for context in CONTEXTS:
        work = Work("4 × 256", (4, 4, 256, 65), CONTEXTS[-1] // context, context)
        report = martlet(options, work)
        raw[f"context {context}"] = report
        lines.append(comparison.line(f"context, {work.title}: step", [report["seconds_per_step"]], unit="s"))
        name = f"context, {work.title}: part of the product rate"
        lines.append(comparison.line(name, [report["fraction_of_product_rate"]], unit=""))
        lines.append(
            comparison.line(f"context, {work.title}: peak memory", [report["peak_memory_bytes"] / 1e9], unit="GB")
        )
        print(f"context {context}: {report['seconds_per_step']:.3f} s", flush=True)
    return lines


def main():
    parser = argparse.ArgumentParser(description="Compares training steps with PyTorch's.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="steps,memory,context")
    parser.add_argument("--lines", default=",".join(work.key for work in WORK), help="which of the steps")
    parser.add_argument("--modes", default="eager,compiled", help="of the peer")
    parser.add_argument("--martlet", default=str(comparison.MARTLET))
    options = parser.parse_args()
    comparison.check_martlet(options.martlet)
    parts, keys = options.only.split(","), options.lines.split(",")

    lines, raw, versions = [], {}, {}
    for work in WORK:
        if "steps" in parts and work.key in keys:
            found, versions["torch"] = measure_steps(options, work, raw)
            lines += found
    if "memory" in parts:
        lines += measure_memory(options, raw)
    if "context" in parts:
        lines += measure_context(options, raw)
    comparison.finish("training.py", lines, threads=options.threads, versions=versions, raw=raw)


if __name__ == "__main__":
    main()
