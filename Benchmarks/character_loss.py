"""Trains a small character model in PyTorch, the peer of `martlet train`, and prints its held-out loss.

    .venv/bin/python Benchmarks/character_loss.py TEXT [--steps 2000] [--seed 1337] [--sample 400]

The model has GPT-2's form without biases: 4 layers, 4 heads, width 128, context 64, tied head, no dropout. A step
takes 12 random windows of 64 characters of the first 90% of the text; AdamW (0.9, 0.99, decay 0.1 on matrices), 1e-3 to
1e-4 by a cosine after a warm-up of 100, gradients clipped to norm 1. Prints one JSON object with the loss over all
held-out characters, and with --sample so many characters sampled from the model. The same in Martlet:

    martlet train --data TEXT --tokenizer characters --architecture gpt2 --layers 4 --heads 4 --width 128 --context 64
        --batch-size 12 --no-bias --tied --steps 2000 --learning-rate 1e-3 --minimum-learning-rate 1e-4 --warmup 100
        --schedule cosine --beta1 0.9 --beta2 0.99 --weight-decay 0.1 --clip 1 --validation-fraction 0.1
"""

import argparse
import json
import math
import pathlib

import torch
from torch.nn import functional

from pytorch_model import Model, Training, loss_of

CONTEXT, BATCH = 64, 12
WARMUP, TOP, BOTTOM = 100, 1e-3, 1e-4


def learning_rate(step, steps):
    if step < WARMUP:
        return TOP * (step + 1) / (WARMUP + 1)
    done = min(1.0, (step - WARMUP) / max(1, steps - WARMUP))
    return BOTTOM + (TOP - BOTTOM) * (1 + math.cos(math.pi * done)) / 2


@torch.no_grad()
def held_out_loss(model, ids):
    """Mean over every held-out character, in windows of the context laid end to end."""
    total, count = 0.0, len(ids) - 1
    whole = count // CONTEXT * CONTEXT
    windows = zip(ids[:whole].view(-1, CONTEXT).split(256), ids[1 : whole + 1].view(-1, CONTEXT).split(256))
    for inputs, targets in windows:
        total += loss_of(model, inputs, targets).item() * inputs.numel()
    if whole < count:
        total += loss_of(model, ids[whole:-1][None], ids[whole + 1 :][None]).item() * (count - whole)
    return total / count


@torch.no_grad()
def sample(model, characters, length):
    ids = [characters.index("\n")]
    for _ in range(length):
        logits = model(torch.tensor([ids[-CONTEXT:]]))[0, -1]
        ids.append(int(torch.multinomial(functional.softmax(logits / 0.8, dim=-1), 1)))
    return "".join(characters[i] for i in ids[1:])


def main():
    parser = argparse.ArgumentParser(description="Trains a small character model in PyTorch.")
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1337)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    text = options.text.read_text(encoding="utf-8")
    characters = sorted(set(text))
    number = {c: i for i, c in enumerate(characters)}
    ids = torch.tensor([number[c] for c in text])
    kept, held_out = ids[: len(ids) * 9 // 10], ids[len(ids) * 9 // 10 :]

    torch.manual_seed(options.seed)
    sizes = {"layers": 4, "heads": 4, "width": 128, "context": CONTEXT, "vocabulary": len(characters)}
    model = Model(**sizes, bias=False)
    training = Training(model)
    for step in range(options.steps):
        places = torch.randint(len(kept) - CONTEXT, (BATCH,))
        window = torch.stack([kept[p : p + CONTEXT + 1] for p in places.tolist()])
        training.step(
            window[:, :-1].contiguous(), window[:, 1:].contiguous(), learning_rate(step, options.steps)
        )
    result = {"torch": torch.__version__, "steps": options.steps}
    result["held_out_loss"] = held_out_loss(model.eval(), held_out)
    if options.sample:
        result["sample"] = sample(model, characters, options.sample)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
