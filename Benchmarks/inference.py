"""Compares `martlet bench infer` with llama.cpp and transformers on the same work, the same machine.

    swift build -c release
    python -m venv .venv && .venv/bin/pip install torch transformers numpy gguf
    CMAKE_ARGS=-DGGML_NATIVE=ON .venv/bin/pip install --no-binary llama-cpp-python llama-cpp-python
    .venv/bin/python Benchmarks/inference.py [--repetitions 5] [--threads 2] [--without transformers]

The model has the sizes of SmolLM2-135M and random weights. Work: a prompt of 512 tokens and 64 tokens after it, with
float32 and with bfloat16 weights; and 32 sequences at once, bfloat16. The sides take turns, so that a machine that
grows slower or busier does so for all. Prints medians in tokens a second and Martlet's rate as a multiple of each
peer's (above 1 is faster), and as its last line all of it as one JSON object. See inference_peer.py for the peers.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SIZES = """--layers 30 --heads 9 --key-value-heads 3 --width 576 --feed-forward 1536 --vocabulary 49152
           --context 1024""".split()
# Name, options, the peers that do it.
WORK = [
    ("float32, one sequence", "--prompt-tokens 512 --decode-tokens 64", "float32", ["llama.cpp", "transformers"]),
    ("bfloat16, one sequence", "--prompt-tokens 512 --decode-tokens 64", "bfloat16", ["llama.cpp"]),
    (
        "bfloat16, 32 sequences",
        "--prompt-tokens 16 --decode-tokens 32 --sequences 32",
        "bfloat16",
        ["llama.cpp"],
    ),
]


def last_json(arguments, environment):
    done = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, arguments))} ended with {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description="Compares inference with llama.cpp and transformers.")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--martlet", default=str(HERE.parent / ".build" / "release" / "martlet"))
    parser.add_argument("--without", action="append", default=[], choices=["llama.cpp", "transformers"])
    options = parser.parse_args()
    if not pathlib.Path(options.martlet).exists():
        sys.exit(f"error: {options.martlet} is not there; run `swift build -c release` or give --martlet")

    threads = str(options.threads)
    environment = {**os.environ, "MARTLET_THREADS": threads, "OMP_NUM_THREADS": threads}
    martlet = [options.martlet, "bench", "infer", "--architecture", "llama", "--tied", "--json"]
    results, versions = {}, {}
    for name, work, weights, peers in WORK:
        shared = [*SIZES, *work.split(), "--weights", weights, "--repetitions", "2"]
        sides = {"martlet": [*martlet, *shared]}
        for peer in peers:
            if peer not in options.without:
                script = str(HERE / "inference_peer.py")
                sides[peer] = [sys.executable, script, peer, *shared, "--threads", threads]
        rates = {side: {"prompt": [], "decode": []} for side in sides}
        for repetition in range(options.repetitions):
            for side, command in sides.items():
                report = last_json(command, environment)
                versions[side] = report.get("version", "")
                for kind in ("prompt", "decode"):
                    rates[side][kind].append(report[f"{kind}_tokens_per_second"])
            line = ", ".join(f"{s} {r['prompt'][-1]:.0f} / {r['decode'][-1]:.1f}" for s, r in rates.items())
            print(f"{name}, round {repetition + 1}: prompt / decode {line}", flush=True)
        medians = {s: {k: statistics.median(v) for k, v in r.items()} for s, r in rates.items()}
        ratios = {
            side: {kind: medians["martlet"][kind] / rate for kind, rate in median.items()}
            for side, median in medians.items()
            if side != "martlet"
        }
        results[name] = {"tokens_per_second": medians, "ratio": ratios, "all": rates}

    for name, result in results.items():
        print(name)
        for side, rate in result["tokens_per_second"].items():
            ratio = result["ratio"].get(side)
            text = f"  Martlet {ratio['prompt']:.2f}x and {ratio['decode']:.2f}x" if ratio else ""
            print(f"  {side:12} prompt {rate['prompt']:7.1f}, decode {rate['decode']:7.1f} tokens/s{text}")
    print(json.dumps({"threads": options.threads, "versions": versions, "results": results}))


if __name__ == "__main__":
    main()
