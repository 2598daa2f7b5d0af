"""Compares Martlet's byte-pair encoding with tiktoken's, tokenizers' and gigatoken's, and its training with tokenizers'.

    swift build -c release
    python -m venv .venv && .venv/bin/pip install tokenizers tiktoken gigatoken
    .venv/bin/python Benchmarks/tokenization.py TOKENIZER TEXT [--megabytes 11] [--rounds 5] [--vocabulary 4096]

TOKENIZER is a tokenizer.json of GPT-2's kind. TEXT is repeated to the size asked for and encoded on one thread; the
vocabulary is trained on TEXT once. The sides take turns, so that a machine that grows slower or busier does so for
all. Every side must give the same ids. Prints the medians and Martlet's share of each peer's time (below 1 is faster),
and as its last line all of it as one JSON object.

A side's time is that of one encoding of the whole text in memory, after one that is not counted: Martlet, tokenizers
and gigatoken remember words from text to text, and `first` is what that one took. Martlet's training time is that of
`martlet tokenizer train`, with the program's start, the reading and the writing; tokenizers' is that of
`train_from_iterator` alone. Both train on one thread.
"""

import argparse
import array
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata

# Read by the peers when they are imported.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

HERE = pathlib.Path(__file__).resolve().parent
# The folder of this file has the name of a peer's module.
sys.path = [path for path in sys.path if pathlib.Path(path or ".").resolve() != HERE]

GPT2_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def main():
    options = parse_arguments()
    text = pathlib.Path(options.text).read_bytes().decode("utf-8")
    repetitions = max(1, round(options.megabytes * 1e6 / len(text.encode("utf-8"))))
    definition = json.loads(pathlib.Path(options.tokenizer).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "text.txt"
        file.write_bytes((text * repetitions).encode("utf-8"))
        encoding = compare_encoding(options, definition, file)
        training = compare_training(options, text, pathlib.Path(folder))
    print(json.dumps({"encoding": encoding, "training": training}))


def parse_arguments():
    parser = argparse.ArgumentParser(description="Compares byte-pair encoding and its training with the peers'.")
    parser.add_argument("tokenizer")
    parser.add_argument("text")
    parser.add_argument("--megabytes", type=float, default=11)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vocabulary", type=int, default=4096)
    parser.add_argument("--martlet", default=str(HERE.parent / ".build" / "release" / "martlet"))
    options = parser.parse_args()
    if not pathlib.Path(options.martlet).exists():
        sys.exit(f"error: {options.martlet} is not there; run `swift build -c release` or give --martlet")
    if pathlib.Path(options.tokenizer).is_dir():
        options.tokenizer = str(pathlib.Path(options.tokenizer) / "tokenizer.json")
    return options


# MARK: Encoding


def peers(definition, path):
    """A function from text to ids for each peer that is installed and reads the tokenizer."""
    sides = {}
    try:
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(path)
        tokenizer.encode_special_tokens = True
        sides["tokenizers"] = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    except Exception as problem:
        print(f"tokenizers is left out: {problem}")
    try:
        import tiktoken

        encoding = tiktoken.Encoding(
            "from tokenizer.json",
            pat_str=GPT2_PATTERN,
            mergeable_ranks=ranks(definition),
            special_tokens={},
        )
        sides["tiktoken"] = lambda text: encoding.encode_ordinary(text)
    except Exception as problem:
        print(f"tiktoken is left out: {problem}")
    try:
        import gigatoken

        backend = gigatoken.Tokenizer(path).backend
        sides["gigatoken"] = lambda text: backend.encode_batch([text], parallel=False)[0]
    except Exception as problem:
        print(f"gigatoken is left out: {problem}")
    return sides


def ranks(definition):
    """The vocabulary as tiktoken wants it. It merges the pair with the lowest id, which is GPT-2's order too."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(byte): byte for byte in printable}
    byte_of |= {chr(256 + number): byte for number, byte in enumerate(others)}
    special = {token["content"] for token in definition["added_tokens"]}
    vocabulary = definition["model"]["vocab"].items()
    return {bytes(byte_of[letter] for letter in token): rank for token, rank in vocabulary if token not in special}


def digest(ids):
    ids = ids.tolist() if hasattr(ids, "tolist") else ids
    return hashlib.sha256(array.array("I", ids).tobytes()).hexdigest()


def martlet_encoding(options, file):
    """Seconds of an encoding, and those of the first one."""
    report = last_json([options.martlet, "bench", "tokenize", "--tokenizer", options.tokenizer, "--file", file,
                        "--repetitions", "3", "--json"])  # fmt: skip
    megabytes = report["bytes"] / 1e6
    return megabytes / report["megabytes_per_second"], megabytes / report["first_megabytes_per_second"]


def compare_encoding(options, definition, file):
    text = file.read_bytes().decode("utf-8")
    megabytes = file.stat().st_size / 1e6
    sides = peers(definition, options.tokenizer)
    times = {"martlet": []} | {side: [] for side in sides}
    first = {}
    # As a user gets them: the ids that the command prints.
    expected = digest(last_json([options.martlet, "tokenize", options.tokenizer, "--file", file, "--json"])["ids"])
    same = {}
    for side, encode in sides.items():
        start = time.perf_counter()
        ids = encode(text)
        first[side] = time.perf_counter() - start
        same[side] = digest(ids) == expected
    for number in range(options.rounds):
        seconds, seconds_first = martlet_encoding(options, file)
        times["martlet"].append(seconds)
        first.setdefault("martlet", seconds_first)
        for side, encode in sides.items():
            start = time.perf_counter()
            encode(text)
            times[side].append(time.perf_counter() - start)
        speeds = ", ".join(f"{side} {megabytes / taken[-1]:.1f} MB/s" for side, taken in times.items())
        print(f"round {number + 1}: {speeds}", flush=True)
    medians = {side: statistics.median(taken) for side, taken in times.items()}
    print(f"\nencoding {megabytes:.1f} MB on one thread")
    for side, seconds in medians.items():
        line = f"{side:12} {megabytes / seconds:8.1f} MB/s, the first time {megabytes / first[side]:8.1f} MB/s"
        if side != "martlet":
            line += f"; martlet takes {medians['martlet'] / seconds:.3f} of its time, "
            line += "same ids" if same[side] else "OTHER IDS"
        print(line)
    return {
        "megabytes": megabytes,
        "megabytes_per_second": {side: megabytes / seconds for side, seconds in medians.items()},
        "first_megabytes_per_second": {side: megabytes / seconds for side, seconds in first.items()},
        "ratio": {side: medians["martlet"] / medians[side] for side in sides},
        "same_ids": same,
        "versions": {side: metadata.version(side) for side in sides},
        "all_seconds": times,
    }


# MARK: Training


def martlet_training(options, folder):
    """Seconds of the whole command, and the merges."""
    arguments = ["--data", options.text, "--kind", f"bpe:{options.vocabulary}", "--output", folder / "trained"]
    start = time.perf_counter()
    last_json([options.martlet, "tokenizer", "train", *arguments, "--json"])
    seconds = time.perf_counter() - start
    return seconds, json.loads((folder / "trained" / "tokenizer.json").read_text(encoding="utf-8"))["model"]["merges"]


def peer_training(options, text):
    import tokenizers

    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=options.vocabulary,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    start = time.perf_counter()
    tokenizer.train_from_iterator([text], trainer)
    seconds = time.perf_counter() - start
    return seconds, json.loads(tokenizer.to_str())["model"]["merges"]


def compare_training(options, text, folder):
    times = {"martlet": [], "tokenizers": []}
    same = True
    for _ in range(options.rounds):
        seconds, merges = martlet_training(options, folder)
        times["martlet"].append(seconds)
        seconds, expected = peer_training(options, text)
        times["tokenizers"].append(seconds)
        same = same and merges == expected
    medians = {side: statistics.median(taken) for side, taken in times.items()}
    ratio = medians["martlet"] / medians["tokenizers"]
    print(f"\ntraining {options.vocabulary} tokens on {len(text.encode('utf-8')) / 1e6:.1f} MB")
    for side, seconds in medians.items():
        print(f"{side:12} {seconds:8.3f} s")
    print(f"martlet takes {ratio:.2f} of tokenizers' time, {'same merges' if same else 'OTHER MERGES'}\n")
    return {"seconds": medians, "ratio": ratio, "same_merges": same, "all_seconds": times}


def last_json(arguments):
    arguments = list(map(str, arguments))
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(arguments)} ended with {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
