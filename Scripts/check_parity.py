"""Checks that transformers finds in a Martlet run the probabilities that Martlet finds.

    python -m venv .venv && .venv/bin/pip install torch transformers
    .venv/bin/python Scripts/check_parity.py RUN [--text TEXT | --file FILE] [--martlet PROGRAM]

Loads the run directory with AutoModelForCausalLM and AutoTokenizer as they are, in float32, scores a text of
at most the model's context, and compares the ids and every token's log-probability with `martlet score RUN
--json --per-token`. Without a text it scores one sampled from the run by `martlet generate`. Prints the
greatest difference and exits with 1 where it exceeds the tolerance (1e-5 nats) or the ids differ.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import torch
import transformers


def martlet(options, *arguments):
    done = subprocess.run([options.martlet, *arguments, "--json"], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: martlet {' '.join(arguments)} ended with {done.returncode}")
    return json.loads(done.stdout)


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description="Compares a run's log-probabilities with those of transformers."
    )
    parser.add_argument("run")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--text")
    source.add_argument("--file", type=pathlib.Path)
    parser.add_argument("--martlet", default=str(root / ".build" / "release" / "martlet"))
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()

    model = transformers.AutoModelForCausalLM.from_pretrained(options.run, dtype=torch.float32).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.run)
    text = options.text
    if options.file:
        text = options.file.read_bytes().decode("utf-8")
    if text is None:
        text = martlet(options, "generate", options.run, "--prompt", "\n", "--max-tokens", "40")["samples"][
            0
        ]["text"]

    ours = martlet(options, "score", options.run, "--text", text, "--per-token")["per_token"]
    our_ids = [token["id"] for token in ours]
    # Martlet scores every token it can: the first too where the run has a token that begins a document.
    ids = tokenizer.encode(text)
    begins = ids if len(our_ids) == len(ids) - 1 else [tokenizer.bos_token_id, *ids]
    if begins[0] is None or begins[1:] != our_ids:
        sys.exit(f"error: ids differ: transformers reads {ids}, martlet scores {our_ids}")
    context = model.config.max_position_embeddings
    if len(begins) - 1 > context:
        sys.exit(
            f"error: the text has {len(ids)} tokens, the model a context of {context}; give a shorter text"
        )

    with torch.no_grad():
        logits = model(torch.tensor([begins[:-1]])).logits[0]
    theirs = torch.log_softmax(logits, dim=-1).gather(1, torch.tensor(begins[1:])[:, None])[:, 0].tolist()
    differences = [abs(token["log_probability"] - value) for token, value in zip(ours, theirs)]
    worst = max(range(len(differences)), key=differences.__getitem__)
    total = sum(token["log_probability"] for token in ours)
    print(
        f"{len(ours)} tokens, log P {total:.6f} (martlet) and {sum(theirs):.6f} (transformers "
        f"{transformers.__version__}); greatest difference {differences[worst]:.2e} nats at token {worst} "
        f"({ours[worst]['token']!r})"
    )
    if not differences[worst] <= options.tolerance:
        sys.exit(f"error: greater than {options.tolerance:g}")


if __name__ == "__main__":
    main()
