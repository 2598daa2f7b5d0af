"""Checks that `martlet train sft` and `martlet train reward` follow TRL's trainers from the same directory.

    python -m venv .venv && .venv/bin/pip install trl peft torch transformers datasets numpy
    .venv/bin/python Scripts/check_trl.py [FORM ...] [--martlet PROGRAM] [--seed N] [--verbose]

For each form of the decoder (gpt2, llama and qwen2, or those of `FORMS` in make_trl.py that are named), transformers
makes a small random model and saves it with the tokenizer and the chat template of `make_trl.py`, whose invented rows
both sides learn from. Each run is done twice: by TRL's SFTTrainer or RewardTrainer in this process, and by the program
with the options that `--verbose` shows. Then

- the losses of all steps are compared;
- transformers (with peft, of an adapter) loads what the program wrote, and what it makes of the rows that were held out
  is compared with what TRL's trained model makes of them: the mean loss of each row's learned tokens; of preferences the
  difference of rewards, or the rewards themselves where they are centred;
- TRL's run is done once more with another implementation of attention: what rounding alone makes of the losses.

An adapter's A is drawn at random: TRL's is given the numbers of Martlet's, which a run of one step at a learning rate of
1e-30 has written. `make_trl.py` says what else decides whether the two can be equal. Exits with 1 where a loss differs by
more than the tolerance (1e-4 nats), or a result on a row held out by more than ten times that.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import warnings

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "MartletTrainingTests" / "Golden"))
import make_trl  # noqa: E402

import datasets  # noqa: E402
import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

# Of each run: the rows, TRL's options, the program's options.
RUNS = {
    "sft, completion": ("instructions", {"completion_only_loss": True}, ["--learn", "completion"]),
    "sft, assistant": ("conversations", {"assistant_only_loss": True}, ["--learn", "assistant"]),
    "sft, everything": ("conversations", {}, ["--learn", "everything"]),
    "reward": ("preferences", {}, []),
    "reward, margins": ("margins", {}, []),
    "reward, centred": ("preferences", {"center_rewards_coefficient": 0.05}, ["--centring", "0.05"]),
}
ADAPTERS = {
    "": None,
    ", adapted": ({}, []),
    ", rank-stabilised": ({"use_rslora": True}, ["--rslora"]),
    # TRL decays DoRA's magnitudes, Martlet does not.
    ", decomposed": ({"use_dora": True, "weight_decay": 0.0}, ["--dora"]),
}
# The names of peft's layers, where not all are changed.
LAYERS = {"qwen2": ["--lora-layers", "query", "value", "up"]}
BATCH = 4


def martlet(options, *arguments) -> None:
    command = [options.martlet, *map(str, arguments)]
    if options.verbose:
        print("  " + shlex.join(command))
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {shlex.join(command)}: {done.stderr.strip()}")


def made(form: str, tokenizer, is_reward: bool, seed: int, directory: pathlib.Path) -> None:
    """Saves a new small model."""
    torch.manual_seed(seed)
    kind = transformers.AutoModelForSequenceClassification if is_reward else transformers.AutoModelForCausalLM
    # Weights larger than usual: with tiny gradients AdamW makes steps of their rounding errors.
    others = {"initializer_range": 0.15} | ({"num_labels": 1} if is_reward else {})
    model = kind.from_config(make_trl.configuration(form, len(tokenizer), **others), dtype=torch.float32)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)


def loaded(directory: pathlib.Path, is_reward: bool, attention: str = "eager"):
    kind = transformers.AutoModelForSequenceClassification if is_reward else transformers.AutoModelForCausalLM
    model = kind.from_pretrained(directory, dtype=torch.float32, attn_implementation=attention)
    if not is_reward:
        # See make_trl.py: transformers does not know this of GPT-2.
        model.loss_type = "ForCausalLM"
    return model


def results(model, rows: list[dict], is_reward: bool, is_centred: bool) -> list[float]:
    """What training decides of a model's results on rows."""
    model = model.eval()
    if not is_reward:
        return [make_trl.loss_of(model, row) for row in rows]
    pairs = [[make_trl.reward_of(model, row[key]) for key in ("chosen", "rejected")] for row in rows]
    return [reward for pair in pairs for reward in pair] if is_centred else [one - other for one, other in pairs]


def metrics(run: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def check(options, form: str, name: str, suffix: str, tokenizer, folder: pathlib.Path) -> list[float]:
    """How far the two sides are apart: in losses, results on held-out rows, the mean loss of those."""
    file, trl_options, martlet_options = RUNS[name]
    is_reward = name.startswith("reward")
    is_centred = "center_rewards_coefficient" in trl_options
    base, start, run = folder / "base", folder / "start", folder / "run"
    made(form, tokenizer, is_reward, options.seed, base)
    trl_options = {
        "per_device_train_batch_size": BATCH,
        "learning_rate": 3e-3 if ADAPTERS[suffix] is None else 1e-2,
        **trl_options,
    }
    peft_options, own_options = ADAPTERS[suffix] or ({}, [])
    if "weight_decay" in peft_options:
        trl_options["weight_decay"] = peft_options["weight_decay"]
    common = make_trl.COMMON | trl_options
    shared = [
        "train", "reward" if is_reward else "sft", "--json", "--from", base, *martlet_options,
        "--data", folder.parent / f"{file}.jsonl", "--validation-data", folder.parent / f"{file}.held-out.jsonl",
        "--no-shuffle", "--batch-size", BATCH, "--schedule", "linear", "--minimum-learning-rate", 0, "--warmup", 0,
        "--beta1", common["adam_beta1"], "--beta2", common["adam_beta2"], "--clip", common["max_grad_norm"],
        "--weight-decay", common["weight_decay"],
    ]  # fmt: skip
    adapter, start_adapter = None, None
    if ADAPTERS[suffix] is not None:
        others = {key: option for key, option in peft_options.items() if key != "weight_decay"}
        adapter = make_trl.adaptation(form, is_reward, **others)
        shared += ["--lora-rank", adapter.r, "--lora-alpha", adapter.lora_alpha, *LAYERS.get(form, []), *own_options]
        martlet(options, *shared, "--steps", 1, "--learning-rate", 1e-30, "--minimum-learning-rate", 0, "--output", start)
        start_adapter = load_file(start / "adapter_model.safetensors")
    martlet(
        options, *shared, "--steps", common["max_steps"], "--learning-rate", common["learning_rate"], "--output", run
    )
    # Capped attention has one implementation.
    trainer, other = (
        make_trl.train(
            loaded(base, is_reward, attention),
            # As tokenizer.json says: AutoTokenizer gives a Qwen2 the rules of the released ones, whatever stands there.
            transformers.PreTrainedTokenizerFast.from_pretrained(base),
            options.rows[file][: make_trl.TRAINING_ROWS],
            is_reward=is_reward,
            options=trl_options,
            adapter=adapter,
            start=start_adapter,
        )
        for attention in ("eager", "eager" if form == "gemma2" else "sdpa")
    )
    found = metrics(run)
    losses = [line["loss"] for line in found if "loss" in line]
    assert len(losses) == len(trainer.losses), (len(losses), len(trainer.losses))
    rows = make_trl.prepared(trainer, options.rows[file][make_trl.TRAINING_ROWS :])
    if adapter is None:
        own = loaded(run, is_reward)
    else:
        own = peft.PeftModel.from_pretrained(loaded(base, is_reward), run)
    theirs, ours = (results(model, rows, is_reward, is_centred) for model in (trainer.model, own))
    return [
        max(abs(one - other) for one, other in zip(losses, trainer.losses)),
        max(abs(one - other) for one, other in zip(theirs, ours)),
        max(abs(one - other) for one, other in zip(other.losses, trainer.losses)),
        losses[0],
        losses[-1],
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares fine-tuning by Martlet and by TRL.")
    parser.add_argument("forms", nargs="*", metavar="FORM", help="(default: gpt2 llama qwen2)")
    parser.add_argument("--martlet", default=str(ROOT / ".build" / "release" / "martlet"))
    parser.add_argument("--seed", type=int, default=1, help="what the models' weights are made from")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="in nats, of each step's loss")
    parser.add_argument("--verbose", action="store_true", help="print the program's command lines")
    options = parser.parse_args()
    options.forms = options.forms or ["gpt2", "llama", "qwen2"]
    known = ["gpt2", *make_trl.FORMS]
    if unknown := [form for form in options.forms if form not in known]:
        parser.error(f"there is no form {unknown[0]}; choose from {', '.join(known)}")
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    torch.set_num_threads(1)
    print(", ".join(f"{name} {version}" for name, version in make_trl.versions().items()))
    options.rows = make_trl.invent_rows()
    tokenizer = make_trl.make_tokenizer(options.rows)
    worst, worst_result = 0.0, 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make_trl.write_rows(options.rows, folder)
        for form in options.forms:
            for name in RUNS:
                if form == "granite" and name.startswith("reward"):
                    # transformers has no GraniteForSequenceClassification.
                    continue
                for suffix in ADAPTERS:
                    place = folder / f"{form} {name}{suffix}"
                    place.mkdir()
                    distance, results_distance, own, first, last = check(options, form, name, suffix, tokenizer, place)
                    worst, worst_result = max(worst, distance), max(worst_result, results_distance)
                    print(
                        f"{form}, {name}{suffix}: {first:.4f} -> {last:.4f}, losses differ by at most {distance:.1e}, "
                        f"results on held-out rows by {results_distance:.1e}; TRL's losses from each other by {own:.1e}",
                        flush=True,
                    )
    print(f"the greatest difference of a loss is {worst:.1e} nats, of a result on held-out rows {worst_result:.1e}")
    if not (worst <= options.tolerance and worst_result <= 10 * options.tolerance):
        sys.exit(1)


if __name__ == "__main__":
    main()
