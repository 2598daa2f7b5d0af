"""Makes 20 steps of learning labels by PyTorch that Martlet must follow.

    python make_labels.py

writes, beside itself, `labels.json` with two runs, each of a model of `transformers` over a golden model of
MartletModelTests (`model`, a path relative to this folder), whose head starts from the numbers in `head`:

- `classes`: `GPT2ForSequenceClassification` of three classes, by cross-entropy at each sequence's last token;
- `outcomes`: `LlamaForTokenClassification` of one class, by binary cross-entropy (with logits) at every token from a place
  of each sequence on; labels are 0, 1 or between.

`batches` ([step][sequence]) holds `ids`, the `label`, and for outcomes the place `from`; `losses` the mean loss of each
step's labels before its update, and `gradient_norms` the global norm before clipping, in float64. The optimiser is AdamW
as in make_training.py, with a constant learning rate.

Needs torch, transformers and numpy (made with torch 2.15.0 and transformers 5.23.0).
"""

import json
import pathlib
import sys

import numpy
import torch
import transformers

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "MartletModelTests" / "Golden"
sys.path.insert(0, str(MODELS))
import make_models  # noqa: E402

STEPS, LEARNING_RATE, DECAY, CLIP = 20, 2e-3, 0.1, 1.0
RUNS = {
    "classes": (transformers.GPT2ForSequenceClassification, "gpt2-tied", 3),
    "outcomes": (transformers.LlamaForTokenClassification, "llama-grouped", 1),
}


def make_batches(kind: str, vocabulary: int) -> list[list[dict]]:
    random = numpy.random.default_rng(11)

    def sequence() -> dict:
        ids = random.integers(vocabulary, size=int(random.integers(1, make_models.CONTEXT))).tolist()
        if kind == "classes":
            return {"ids": ids, "label": int(random.integers(3))}
        return {
            "ids": ids,
            "label": float(random.choice([0.0, 1.0, 0.25])),
            "from": int(random.integers(len(ids))),
        }

    return [[sequence() for _ in range(int(random.integers(1, 5)))] for _ in range(STEPS)]


def losses_of(kind: str, model: torch.nn.Module, row: dict) -> torch.Tensor:
    """The loss of each label of a sequence, read alone, so that nothing is padded."""
    logits = model(input_ids=torch.tensor([row["ids"]])).logits[0]
    if kind == "classes":
        return torch.nn.functional.cross_entropy(logits[None], torch.tensor([row["label"]]), reduction="none")
    read = logits[row["from"] :, 0]
    return torch.nn.functional.binary_cross_entropy_with_logits(
        read, torch.full_like(read, row["label"]), reduction="none"
    )


def main() -> None:
    golden = {"learning_rate": LEARNING_RATE, "weight_decay": DECAY, "clip": CLIP}
    for seed, (kind, (form, name, classes)) in enumerate(RUNS.items()):
        torch.manual_seed(seed)
        model = form.from_pretrained(MODELS / "models" / name, num_labels=classes)
        if model.config.model_type == "gpt2":
            model.config.pad_token_id = -1
        for part in model.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        torch.nn.init.normal_(model.score.weight, std=0.2)
        head = [parameter.flatten().tolist() for parameter in model.score.parameters()]
        model = make_models.widen_everything(model).train()
        batches = make_batches(kind, model.config.vocab_size)
        groups = [
            {"params": [p for p in model.parameters() if p.ndim >= 2], "weight_decay": DECAY},
            {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.99), eps=1e-8, foreach=False)
        losses, norms = [], []
        for batch in batches:
            loss = torch.cat([losses_of(kind, model, row) for row in batch]).mean()
            optimizer.zero_grad()
            loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
            optimizer.step()
            losses.append(loss.item())
        golden[kind] = {
            "model": f"../../MartletModelTests/Golden/models/{name}",
            "head": head,
            "batches": batches,
            "losses": losses,
            "gradient_norms": norms,
        }
        print(f"{kind}: {losses[0]:.4f} -> {losses[-1]:.4f}")
    (HERE / "labels.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
