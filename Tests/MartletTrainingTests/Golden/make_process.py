"""Makes a run of TRL's PRMTrainer that Martlet must follow.

    python make_process.py

writes, into `process/` beside itself:

- `tokenizer.json`, `tokenizer_config.json`: byte pairs of characters, with a begin-of-text token, as many as the golden
  model llama-grouped of MartletModelTests has;
- `steps.jsonl`, `steps.held-out.jsonl`: sums worked out in steps, right and wrong, all invented below; some are longer
  than the model's context of 48 tokens;
- `golden.json`: `rows`, the tokens of every row as TRL makes them, those held out last, each with the places that have a
  label and the labels; `head_weight` and `head_bias` to start from; `losses`, the loss of each of 20 steps before its
  update; `logits`, what the trained model says at the labelled places of the rows held out; and `accuracy`, TRL's own.

TRL 1 has no PRMTrainer; 0.29 was the last that had one, in `trl.experimental.prm`. The run takes the rows in their order,
4 a step, with AdamW at a constant learning rate of 1e-3, its decay of 0.01 and a clip of 1, in float32 on the CPU.

Needs torch, transformers, datasets, tokenizers and trl 0.29 (made with torch 2.15.0, transformers 5.23.0, tokenizers
0.23.3, trl 0.29.0).
"""

import json
import os
import pathlib
import random
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

import datasets
import tokenizers
import torch
import transformers
from trl.experimental.prm import PRMConfig, PRMTrainer

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "process"
MODEL = HERE.parent.parent / "MartletModelTests" / "Golden" / "models" / "llama-grouped"
VOCABULARY, CONTEXT, BATCH, STEPS, HELD_OUT = 83, 48, 4, 20, 12


def invent_row(source: random.Random) -> dict:
    """A sum, and the steps of working it out, of which some are wrong."""
    numbers = [source.randint(1, 9) for _ in range(source.randint(2, 6))]
    total, steps, labels = numbers[0], [], []
    for number in numbers[1:]:
        is_right = source.random() < 0.6
        result = total + number + (0 if is_right else source.choice([-2, -1, 1, 2]))
        steps.append(source.choice(["{} + {} = {}", "adding {1} to {0} gives {2}"]).format(total, number, result))
        labels.append(is_right)
        total = result
    return {"prompt": "Sum " + " and ".join(map(str, numbers)) + ".\n", "completions": steps, "labels": labels}


def make_tokenizer(rows: list[dict]) -> transformers.PreTrainedTokenizerFast:
    pairs = tokenizers.Tokenizer(tokenizers.models.BPE())
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=["<s>", "</s>", "<pad>"], show_progress=False
    )
    pairs.train_from_iterator([row["prompt"] + "\n".join(row["completions"]) for row in rows], trainer)
    assert pairs.get_vocab_size() == VOCABULARY
    pairs.decoder = tokenizers.decoders.Fuse()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=pairs, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        clean_up_tokenization_spaces=False,
    )


class InOrder(PRMTrainer):
    """Takes the rows in their order, and keeps each loss."""

    def _get_train_sampler(self, dataset=None):
        return torch.utils.data.SequentialSampler(self.train_dataset)

    def compute_loss(self, *arguments, **named):
        result = super().compute_loss(*arguments, **named)
        if self.model.training:
            self.losses.append((result[0] if isinstance(result, tuple) else result).item())
        return result


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    source = random.Random(1)
    rows = [invent_row(source) for _ in range(BATCH * STEPS + HELD_OUT)]
    for name, part in {"steps": rows[:-HELD_OUT], "steps.held-out": rows[-HELD_OUT:]}.items():
        (GOLDEN / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part))
    tokenizer = make_tokenizer(rows)
    tokenizer.save_pretrained(GOLDEN)
    torch.manual_seed(3)
    model = transformers.AutoModelForTokenClassification.from_pretrained(MODEL, num_labels=2)
    torch.nn.init.normal_(model.score.weight, std=0.2)
    torch.nn.init.normal_(model.score.bias, std=0.2)
    golden = {
        "head_weight": model.score.weight.flatten().tolist(),
        "head_bias": model.score.bias.tolist(),
    }
    with tempfile.TemporaryDirectory() as directory:
        trainer = InOrder(
            model=model,
            args=PRMConfig(
                output_dir=directory, per_device_train_batch_size=BATCH, max_steps=STEPS, learning_rate=1e-3,
                lr_scheduler_type="constant", weight_decay=0.01, max_grad_norm=1.0, max_length=CONTEXT,
                use_cpu=True, bf16=False, gradient_checkpointing=False, report_to="none", save_strategy="no",
                logging_steps=1, disable_tqdm=True,
            ),
            train_dataset=datasets.Dataset.from_list(rows[:-HELD_OUT]),
            eval_dataset=datasets.Dataset.from_list(rows[-HELD_OUT:]),
            processing_class=tokenizer,
        )
        encoded = list(trainer.train_dataset) + list(trainer.eval_dataset)
        golden["rows"] = [
            {
                "ids": row["input_ids"],
                "places": [place for place, label in enumerate(row["labels"]) if label != -100],
                "labels": [label for label in row["labels"] if label != -100],
            }
            for row in encoded
        ]
        trainer.losses = []
        trainer.train()
        golden["losses"] = trainer.losses[:STEPS]
        golden["accuracy"] = trainer.evaluate()["eval_accuracy"]
    model.eval()
    with torch.no_grad():
        golden["logits"] = [
            model(torch.tensor([row["ids"]])).logits[0][row["places"]].flatten().tolist()
            for row in golden["rows"][-HELD_OUT:]
        ]
    (GOLDEN / "golden.json").write_text(json.dumps(golden) + "\n")
    lengths = [len(row["ids"]) for row in golden["rows"]]
    print(f"losses {golden['losses'][0]:.4f} -> {golden['losses'][-1]:.4f}, accuracy {golden['accuracy']:.3f}")
    print(f"{lengths.count(CONTEXT)} of {len(lengths)} rows fill the context; {len(golden['losses'])} losses")


if __name__ == "__main__":
    main()
