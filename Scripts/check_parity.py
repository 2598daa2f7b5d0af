"""Checks that transformers finds in a Martlet run the probabilities that Martlet finds.

    python -m venv .venv && .venv/bin/pip install torch transformers
    .venv/bin/python Scripts/check_parity.py RUN [--text TEXT | --file FILE] [--martlet PROGRAM]

Loads the run directory with AutoModelForCausalLM and AutoTokenizer as they are, in float32, scores a text of
at most the model's context, and compares the ids and every token's log-probability with `martlet score RUN
--jsonl`. Without a text it scores texts sampled from the run by `martlet generate`. Prints the greatest difference and
exits with 1 where it exceeds the tolerance (1e-5 nats) or the ids differ.

Both sides round to float32 at every step, so it also prints how far each is from transformers in float64: a
difference is the sum of two errors, and a tolerance that the other side's exceeds by itself cannot be kept.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import torch
import transformers


def martlet(options, arguments, input=None):
    """What the program prints."""
    done = subprocess.run([options.martlet, *arguments], input=input, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: martlet {' '.join(arguments)} ended with {done.returncode}")
    return done.stdout


def log_probabilities(model, begins):
    """The log-probability of every token but the first, in the model's own precision."""
    with torch.no_grad():
        logits = model(torch.tensor([begins[:-1]])).logits[0]
    targets = torch.tensor(begins[1:])[:, None]
    return torch.log_softmax(logits, dim=-1).gather(1, targets)[:, 0].tolist()


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
    parser.add_argument("--pieces", type=int, default=100, help="how many pieces of the file")
    parser.add_argument("--samples", type=int, default=1, help="how many texts sampled from the run")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()

    load = transformers.AutoModelForCausalLM.from_pretrained
    model, exact = (load(options.run, dtype=kind).eval() for kind in (torch.float32, torch.float64))
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.run)
    context = model.config.max_position_embeddings
    if options.file:
        text = options.file.read_bytes().decode("utf-8")
        # Pieces spread over the file, each short enough for one window.
        step = max(len(text) // options.pieces, 1)
        texts = [text[start : start + context] for start in range(0, len(text), step)]
    elif options.text:
        texts = [options.text]
    else:
        length = ["--max-tokens", str(context), "--samples", str(options.samples)]
        made = martlet(options, ["generate", options.run, *length, "--json"])
        texts = [sample["text"] for sample in json.loads(made)["samples"]]
    texts = [text for text in texts if 0 < len(tokenizer.encode(text)) <= context]
    if not texts:
        sys.exit(f"error: no text of at most {context} tokens, the model's context; give a shorter one")

    lines = martlet(
        options,
        ["score", options.run, "--jsonl", "-"],
        input="".join(json.dumps({"text": text}) + "\n" for text in texts),
    )
    worst, count = (0.0, "", ""), 0
    our_error = their_error = 0.0
    for text, line in zip(texts, lines.splitlines(), strict=True):
        ours = json.loads(line)["per_token"]
        our_ids = [token["id"] for token in ours]
        # Martlet scores the first token too where the model has a token that begins a document.
        ids = tokenizer.encode(text)
        begins = ids if ours[0]["log_probability"] is None else [model.config.bos_token_id, *ids]
        if begins[-len(our_ids) :] != our_ids:
            sys.exit(f"error: ids differ: transformers reads {ids}, martlet scores {our_ids}")
        theirs, true = log_probabilities(model, begins), log_probabilities(exact, begins)
        scored = ours[-len(theirs) :]
        count += len(scored)
        for token, value, truth in zip(scored, theirs, true, strict=True):
            # The shortest decimals that name a float32 are not its value.
            our_value = torch.tensor(token["log_probability"], dtype=torch.float32).item()
            worst = max(worst, (abs(our_value - value), token["token"], text[:40]))
            our_error = max(our_error, abs(our_value - truth))
            their_error = max(their_error, abs(value - truth))
    print(
        f"{count} tokens of {len(texts)} texts, transformers {transformers.__version__}: greatest difference "
        f"{worst[0]:.2e} nats, at {worst[1]!r} of the text that begins {worst[2]!r}; "
        f"from float64 Martlet is at most {our_error:.2e} away and transformers {their_error:.2e}"
    )
    if not worst[0] <= options.tolerance:
        sys.exit(f"error: greater than {options.tolerance:g}")


if __name__ == "__main__":
    main()
