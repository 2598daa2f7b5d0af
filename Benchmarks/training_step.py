"""Compares a training step of `martlet train` with PyTorch's on the same work, the same machine.

    swift build -c release
    python -m venv .venv && .venv/bin/pip install torch numpy
    .venv/bin/python Benchmarks/training_step.py TEXT [--repetitions 5] [--steps 300] [--threads 2]

The two sides take turns, so that a machine that grows slower or busier does so for both. Prints the median
milliseconds of a step for each side and Martlet's share of PyTorch's time (below 1 is faster), and as its
last line all of it as one JSON object. See pytorch_step.py for the model and the settings.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOKENS_PER_STEP = 12 * 64


def last_json(arguments, environment):
    done = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, arguments))} ended with {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def martlet(options, environment, repetition):
    """Milliseconds a step."""
    with tempfile.TemporaryDirectory() as folder:
        settings = f"""
            --tokenizer characters --architecture gpt2 --layers 4 --heads 4 --width 128 --context 64 --batch-size 12
            --no-bias --tied --dropout 0 --steps {options.steps} --learning-rate 1e-3 --minimum-learning-rate 1e-4
            --warmup 100 --schedule cosine --beta1 0.9 --beta2 0.99 --weight-decay 0.1 --clip 1
            --validation-fraction 0.1 --evaluate-every {options.steps} --seed {repetition} --json"""
        paths = ["--data", options.text, "--output", f"{folder}/run"]
        report = last_json([options.martlet, "train", *paths, *settings.split()], environment)
    return 1000 * TOKENS_PER_STEP / report["tokens_per_second"]


def main():
    parser = argparse.ArgumentParser(description="Compares a training step with PyTorch's.")
    parser.add_argument("text")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--martlet", default=str(HERE.parent / ".build" / "release" / "martlet"))
    options = parser.parse_args()
    if not pathlib.Path(options.martlet).exists():
        sys.exit(f"error: {options.martlet} is not there; run `swift build -c release` or give --martlet")

    environment = {
        **os.environ,
        "MARTLET_THREADS": str(options.threads),
        "OMP_NUM_THREADS": str(options.threads),
    }
    peer = [
        sys.executable,
        str(HERE / "pytorch_step.py"),
        options.text,
        "--steps",
        str(options.steps),
        "--threads",
        str(options.threads),
    ]
    sides = {"martlet": [], "eager": [], "compiled": []}
    for repetition in range(options.repetitions):
        sides["martlet"].append(martlet(options, environment, repetition))
        report = last_json(peer, environment)
        for mode in ("eager", "compiled"):
            if f"{mode}_milliseconds" in report:
                sides[mode].append(report[f"{mode}_milliseconds"])
        print(
            f"round {repetition + 1}: " + ", ".join(f"{s} {t[-1]:.2f} ms" for s, t in sides.items() if t),
            flush=True,
        )

    medians = {side: statistics.median(times) for side, times in sides.items() if times}
    ratios = {side: medians["martlet"] / medians[side] for side in medians if side != "martlet"}
    for side, median in medians.items():
        print(f"{side:9} {median:8.2f} ms a step")
    for side, ratio in ratios.items():
        print(f"martlet takes {ratio:.2f} of the time of PyTorch {side}")
    print(
        json.dumps(
            {
                "threads": options.threads,
                "torch": report["torch"],
                "milliseconds": medians,
                "ratio": ratios,
                "all": sides,
            }
        )
    )


if __name__ == "__main__":
    main()
