"""Times one training step of a small character model in PyTorch, the peer of `martlet train`.

    python pytorch_step.py TEXT [--steps 300] [--threads 2] [--modes eager,compiled] [--curve N] [--sample N]

The model has GPT-2's form without biases: 4 layers, 4 heads, width 128, context 64, tied head, no dropout. A
step takes 12 random windows of 64 characters; AdamW (0.9, 0.99, decay 0.1 on matrices), 1e-3 to 1e-4 by a
cosine over 2000 steps after a warm-up of 100, gradients clipped to norm 1. The first 90% of the characters
are trained on.

Prints one JSON object: for each mode the median milliseconds of a step. `--curve N` trains N steps in the
first mode and adds the loss over all held-out characters; `--sample N` adds N characters sampled from it.

Needs torch, and a C++ compiler for the compiled mode, which is left out (with the reason) where there is
none.
"""

import argparse
import json
import math
import pathlib
import shutil
import statistics
import time

import torch
from torch import nn
from torch.nn import functional

LAYERS, HEADS, WIDTH, CONTEXT, BATCH = 4, 4, 128, 64, 12
STEPS, WARMUP, TOP, BOTTOM = 2000, 100, 1e-3, 1e-4


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.project_in = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.project_out = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x):
        batch, time_, _ = x.shape
        q, k, v = (
            part.view(batch, time_, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in self.project_in(x).split(WIDTH, dim=2)
        )
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.project_out(mixed.transpose(1, 2).reshape(batch, time_, WIDTH))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, bias=False), nn.LayerNorm(WIDTH, bias=False)
        self.attention = Attention()
        self.expand = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.contract = nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.contract(functional.gelu(self.expand(self.norm2(x))))


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH, bias=False)
        self.head = nn.Linear(WIDTH, vocabulary, bias=False)
        self.head.weight = self.tokens.weight
        for name, parameter in self.named_parameters():
            if parameter.ndim >= 2:
                is_residual = name.endswith(("project_out.weight", "contract.weight"))
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * LAYERS) if is_residual else 0.02)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def loss_of(model, ids, targets):
    return functional.cross_entropy(model(ids).flatten(0, 1), targets.flatten())


def learning_rate(step):
    if step < WARMUP:
        return TOP * (step + 1) / (WARMUP + 1)
    done = min(1.0, (step - WARMUP) / (STEPS - WARMUP))
    return BOTTOM + (TOP - BOTTOM) * (1 + math.cos(math.pi * done)) / 2


def train(model, ids, steps, compiled):
    """Milliseconds of each step."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        betas=(0.9, 0.99),
    )
    step_loss = torch.compile(loss_of) if compiled else loss_of
    times = []
    for step in range(steps):
        start = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        places = torch.randint(len(ids) - CONTEXT, (BATCH,))
        window = torch.stack([ids[p : p + CONTEXT + 1] for p in places.tolist()])
        loss = step_loss(model, window[:, :-1].contiguous(), window[:, 1:].contiguous())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss.item()
        times.append(1000 * (time.perf_counter() - start))
    return times


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
    parser = argparse.ArgumentParser(
        description="Times a training step of a small character model in PyTorch."
    )
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--modes", default="eager,compiled")
    parser.add_argument("--curve", type=int, default=0)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1337)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    text = options.text.read_text(encoding="utf-8")
    characters = sorted(set(text))
    number = {c: i for i, c in enumerate(characters)}
    ids = torch.tensor([number[c] for c in text])
    cut = len(ids) * 9 // 10

    result = {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "tokens_per_step": BATCH * CONTEXT,
    }
    for mode in options.modes.split(","):
        if mode == "compiled" and not any(shutil.which(c) for c in ("g++", "clang++", "c++")):
            result["compiled"] = "left out: no C++ compiler"
            continue
        torch.manual_seed(options.seed)
        steps = max(20, options.steps)
        times = train(Model(len(characters)), ids[:cut], steps, mode == "compiled")
        # The first steps compile, allocate and warm up.
        result[f"{mode}_milliseconds"] = round(statistics.median(times[steps // 5 :]), 3)
    if options.curve:
        torch.manual_seed(options.seed)
        model = Model(len(characters))
        train(model, ids[:cut], options.curve, options.modes.startswith("compiled"))
        result["held_out_loss"] = held_out_loss(model.eval(), ids[cut:])
        if options.sample:
            result["sample"] = sample(model, characters, options.sample)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
