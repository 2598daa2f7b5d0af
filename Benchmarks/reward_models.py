"""Trains reward models and prints how they agree with preferences they have not seen; needs nothing but Python.

    python3 Benchmarks/reward_models.py embedded [--seeds 1 2 3] [--martlet .build/release/martlet]
    python3 Benchmarks/reward_models.py instructions DATA [--seeds 1 2 3]

embedded: `martlet train reward` as it is. A new small model learns the preferences that ship with Martlet; measured are
the held-out pairs in their true order and the rank correlation of all held-out rewards with the true ones.

instructions: DATA holds sft/ and preferences/ with files of 990 rows to learn from and 110 to measure by. For each seed a
new model of 0.5 million parameters learns the instructions as a language model (8 epochs), and from it a reward model
learns the preferences (3 epochs, the usual number). Measured are the pairs of the test rows at eight points of the run;
beside it a reward model that starts from random weights, and what preferring the shorter or the longer answer gets.
Rows with problems are left out and listed.

Prints a table a line at a time and ends with one JSON object.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

SHAPE = "--architecture llama --layers 3 --heads 4 --width 96 --context 256 --tokenizer bpe:1024".split()
LANGUAGE_MODEL = "--learn everything --epochs 8 --learning-rate 2e-3 --weight-decay 0.1".split()
# 984 rows in batches of 8 are 123 steps an epoch.
REWARD_MODEL = "--skip-bad-rows --learning-rate 5e-4 --evaluate-every 41".split()


class Program:
    def __init__(self, path):
        self.path = path

    def __call__(self, *arguments):
        """What a command reports as JSON, and the seconds it took."""
        start = time.monotonic()
        command = [self.path, *map(str, arguments), "--json"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise SystemExit(f"{' '.join(command)}\n{result.stderr}")
        return json.loads(result.stdout), time.monotonic() - start


def evaluations(run):
    """The evaluations of a run: step, accuracy, loss."""
    lines = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
    return [(line["step"], line["accuracy"], line["validation_loss"]) for line in lines if "accuracy" in line]


def embedded(martlet, folder, seed):
    report, seconds = martlet("train", "reward", "--seed", seed, "--output", folder / "run")
    figures = {
        "seed": seed, "seconds": round(seconds, 1), "accuracy": report["accuracy"],
        "rank_correlation": report["rank_correlation"],
    }
    print("  ".join(f"{name} {value}" for name, value in figures.items()), flush=True)
    return figures


def instructions(martlet, folder, seed, data):
    text = folder / "text.jsonl"
    rows = map(json.loads, (data / "sft/instructions.train.jsonl").read_text().splitlines())
    text.write_text("".join(json.dumps({"text": row["prompt"] + row["completion"]}) + "\n" for row in rows))
    new, language = folder / "new", folder / "language"
    martlet("new", new, *SHAPE, "--data", text, "--seed", seed)

    def files(kind):
        parts = {"--data": "train", "--validation-data": "test"}
        return [word for option, part in parts.items() for word in (option, data / f"{kind}.{part}.jsonl")]

    report, _ = martlet(
        "train", "sft", "--from", new, *files("sft/instructions"), *LANGUAGE_MODEL, "--seed", seed, "--output", language)
    figures = {"seed": seed, "language_model_loss": report["validation_loss"]}
    for name, start in [("trained", language), ("random", new)]:
        run = folder / name
        report, seconds = martlet(
            "train", "reward", "--from", start, *files("preferences/instruction_preferences"), *REWARD_MODEL,
            "--seed", seed, "--output", run)
        figures[name] = {"accuracy": report["accuracy"], "seconds": round(seconds, 1), "curve": evaluations(run)}
        curve = "  ".join(f"{step}: {accuracy:.3f}" for step, accuracy, _ in figures[name]["curve"])
        print(f"seed {seed}, from {name} weights  {curve}", flush=True)
    figures["shortest"], figures["longest"] = report["accuracy_of_shortest"], report["accuracy_of_longest"]
    figures["skipped"] = [f"{row['file'].split('/')[-1]}:{row['line']}" for row in report["skipped_rows"]]
    print(f"the shortest {figures['shortest']:.3f}, the longest {figures['longest']:.3f}; left out: "
          + ", ".join(figures["skipped"]), flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description="Trains reward models and measures them.")
    parser.add_argument("task", choices=["embedded", "instructions"])
    parser.add_argument("data", type=pathlib.Path, nargs="?")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--martlet", default=".build/release/martlet")
    options = parser.parse_args()
    martlet = Program(options.martlet)
    if options.task == "instructions" and options.data is None:
        parser.error("instructions needs the folder that holds sft/ and preferences/")

    results = []
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            if options.task == "embedded":
                results.append(embedded(martlet, folder, seed))
            else:
                results.append(instructions(martlet, folder, seed, options.data))
    print(json.dumps({options.task: results}))


if __name__ == "__main__":
    main()
