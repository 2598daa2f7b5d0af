"""A long run of what `PipelineTests` and `HostilePipelineTests` do: random tokenizers, and damaged ones.

Writes files of random tokenizers, each with what the `tokenizers` library makes of random texts and ids, and lets the tests
read them; then lets the tests read so many damaged definitions, too.

Usage: python fuzz_pipelines.py FIRST LAST [--texts N] [--mutations N]
    FIRST LAST      seeds of the tokenizers
    --texts N       texts for each (8)
    --mutations N   damaged definitions to try (0)
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

import pipelines

parser = argparse.ArgumentParser()
parser.add_argument("first", type=int)
parser.add_argument("last", type=int)
parser.add_argument("--texts", type=int, default=8)
parser.add_argument("--mutations", type=int, default=0)
arguments = parser.parse_args()
package = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))


def run(suite, **settings):
    return subprocess.run(["swift", "test", "--filter", suite], cwd=package, env={**os.environ, **settings}).returncode


with tempfile.TemporaryDirectory() as directory:
    files = skipped = 0
    batch = []
    for seed in range(arguments.first, arguments.last):
        rng = random.Random(seed)
        try:
            batch.append(pipelines.cases(pipelines.tokenizer(rng), rng, arguments.texts))
        except KeyboardInterrupt:
            raise
        except BaseException:  # The library panics on some: it is no reference for these.
            skipped += 1
        if batch and (len(batch) == 50 or seed == arguments.last - 1):
            with open(os.path.join(directory, f"{files}.json"), "w", encoding="utf-8") as file:
                json.dump(batch, file)
            files, batch = files + 1, []
    print(f"{arguments.last - arguments.first - skipped} tokenizers, {skipped} without a reference", flush=True)
    status = run("PipelineTests", MARTLET_PIPELINES=directory) if files else 0
if arguments.mutations:
    status |= run("HostilePipelineTests", MARTLET_MUTATIONS=str(arguments.mutations))
sys.exit(status)
