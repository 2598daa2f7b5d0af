"""Makes 50 steps of training by PyTorch that Martlet must follow.

    python make_training.py

writes, beside itself, one JSON file for each form of the decoder. Training starts from a golden model of
MartletModelTests (`model`, a path relative to this folder; run its make_models.py first). A step's batch is a
list of token sequences of unequal length (`batches`, [step][sequence][token]); each is a document of its own,
and the loss is the sum of -log P(ids[t] | ids[..<t]) for t >= 1 over all of them, divided by the number of
predicted tokens.

The optimiser is AdamW: decay is decoupled and applies to parameters of two or more dimensions alone (the
position table among them); gradients are clipped to a global norm of `clip`. The learning rate of step s,
counted from 0, is

    maximum * (s + 1) / (warmup + 1)                                                          for s < warmup
    minimum + (maximum - minimum) * (1 + cos(pi * (s - warmup) / (steps - warmup))) / 2       after that

and `learning_rates` lists it. `losses_float64`, `losses_float32` are the losses of each step's batch before
its update, `gradient_norms` (float64) the global norms before clipping.

Needs torch, transformers and numpy (made with torch 2.15 and transformers 5.23).
"""

import json
import math
import pathlib
import sys

import numpy
import torch

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "MartletModelTests" / "Golden"
sys.path.insert(0, str(MODELS))
import make_models  # noqa: E402

SETTINGS = {
    "steps": 50,
    "warmup": 10,
    "maximum_learning_rate": 3e-3,
    "minimum_learning_rate": 3e-4,
    "beta1": 0.9,
    "beta2": 0.99,
    "epsilon": 1e-8,
    "weight_decay": 0.1,
    "clip": 1.0,
}


def learning_rate(step: int) -> float:
    top, bottom, warmup = (SETTINGS[k] for k in ("maximum_learning_rate", "minimum_learning_rate", "warmup"))
    if step < warmup:
        return top * (step + 1) / (warmup + 1)
    done = (step - warmup) / (SETTINGS["steps"] - warmup)
    return bottom + (top - bottom) * (1 + math.cos(math.pi * done)) / 2


def make_batches(vocabulary: int, seed: int) -> list[list[list[int]]]:
    """Ragged documents from a random Markov chain, so that there is something to learn."""
    random = numpy.random.default_rng(seed)
    transitions = random.dirichlet(numpy.full(vocabulary, 0.05), vocabulary)

    def document() -> list[int]:
        ids = [int(random.integers(vocabulary))]
        for _ in range(int(random.integers(1, make_models.CONTEXT))):
            ids.append(int(random.choice(vocabulary, p=transitions[ids[-1]])))
        return ids

    return [[document() for _ in range(int(random.integers(2, 6)))] for _ in range(SETTINGS["steps"])]


def train(model: torch.nn.Module, batches: list[list[list[int]]]) -> tuple[list[float], list[float]]:
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": SETTINGS["weight_decay"]},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(
        groups, betas=(SETTINGS["beta1"], SETTINGS["beta2"]), eps=SETTINGS["epsilon"], foreach=False
    )
    losses, norms = [], []
    for step, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        loss = -torch.cat([make_models.log_probabilities(model, ids) for ids in batch]).mean()
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, SETTINGS["clip"]).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms


def main() -> None:
    for seed, (form, name) in enumerate({"gpt2": "gpt2-tied", "llama": "llama-grouped"}.items(), start=7):
        directory = MODELS / "models" / name
        double = make_models.widen_everything(make_models.load(directory))
        batches = make_batches(double.config.vocab_size, seed)
        wide, norms = train(double, batches)
        narrow, _ = train(make_models.load(directory), batches)
        golden = {
            "model": f"../../MartletModelTests/Golden/models/{name}",
            **SETTINGS,
            "learning_rates": [learning_rate(step) for step in range(SETTINGS["steps"])],
            "losses_float64": wide,
            "losses_float32": narrow,
            "gradient_norms": norms,
            "batches": batches,
        }
        (HERE / f"training-{form}.json").write_text(json.dumps(golden) + "\n")
        difference = max(abs(a - b) for a, b in zip(wide, narrow))
        print(f"{form}: {wide[0]:.4f} -> {wide[-1]:.4f} nats, float32 differs by {difference:.1e}")


if __name__ == "__main__":
    main()
