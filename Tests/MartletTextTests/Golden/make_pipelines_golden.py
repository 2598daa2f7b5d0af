"""Makes pipelines.json: tokenizers of all parts that `tokenizers` has, and what it makes of random texts and ids.

Each normalizer, pre-tokenizer, post-processor and decoder stands in some alone, and in others with random ones beside it.

Usage: python make_pipelines_golden.py
"""

import json
import os
import random

import pipelines


def every(make, count=400):
    """Parts of all kinds with all values of their settings that occur in so many draws, each once."""
    rng = random.Random(11)
    found = {}
    for part in (make(rng) for _ in range(count)):
        key = json.dumps([part["type"], part.get("behavior"), part.get("prepend_scheme"), part.get("use_regex"),
                          part.get("add_prefix_space"), part.get("lowercase"), part.get("cleanup"),
                          sorted(part.get("pattern", {}))])
        found.setdefault(key, part)
    return list(found.values())


def surface(rng, count=3, **given):
    parts = {"normalizer": None, "pre_tokenizer": None, "decoder": None, "post_processor": None, "added_tokens": []}
    return pipelines.cases(pipelines.tokenizer(rng, model=pipelines.SURFACE, **{**parts, **given}), rng, count, decoded=0)


made, number = [], 0
for part in every(pipelines.normalizer):
    made.append(surface(random.Random(number := number + 1), normalizer=part))
for part in every(pipelines.pre_tokenizer):
    made.append(surface(random.Random(number := number + 1), pre_tokenizer=part))
for expression in [pipelines.CL100K, pipelines.QWEN, pipelines.O200K, *pipelines.DEEPSEEK]:
    made.append(surface(random.Random(number := number + 1), 6, pre_tokenizer=pipelines.split({"Regex": expression})))
while len(made) < 110:
    rng = random.Random(number := number + 1)
    try:
        made.append(pipelines.cases(pipelines.tokenizer(rng, size=2), rng, 3))
    except BaseException as error:  # The library panics on some: it is no reference for these.
        if isinstance(error, KeyboardInterrupt):
            raise
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "pipelines.json"), "w", encoding="utf-8") as file:
    json.dump(made, file, ensure_ascii=True, separators=(",", ":"))
