"""Checks that model directories go from transformers to Martlet and back, and the other way, without losing a bit.

    python -m venv .venv && .venv/bin/pip install torch transformers numpy
    .venv/bin/python Scripts/check_families.py [NAME ...] [--martlet PROGRAM]

For each golden configuration of `make_families.py` (or those named), a model of transformers with the golden weights is
saved, written anew by `martlet convert`, and loaded by transformers again: no tensor may be missing, unexpected or
different, and the logits of a text must be the same, which tells that config.json says the same. (To 1e-5: GELU's tanh
form has several names, which transformers computes in several ways.)

For each family, `martlet new` writes a directory, transformers loads it and saves it, and `martlet convert` writes that
anew: every tensor must have kept its bits, and the logits of both ends must be the same.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "MartletModelTests" / "Golden"))
import make_families  # noqa: E402


def martlet(options, *arguments):
    done = subprocess.run([options.martlet, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: martlet {' '.join(map(str, arguments))}: {done.stderr.strip()}")


def loaded(directory):
    """The model of a directory, all of whose tensors have their place."""
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    wrong = {key: value for key, value in report.items() if value}
    if wrong:
        sys.exit(f"error: transformers finds in {directory}: {wrong}")
    return model.eval()


def logits(model):
    ids = torch.arange(60)[None] * 7 % min(model.config.vocab_size, 53)
    with torch.no_grad():
        return model(ids).logits


def require_same_logits(what, one, other):
    difference = (logits(one) - logits(other)).abs().max().item()
    if not difference <= 1e-5:
        sys.exit(f"error: {what}: the logits of what both sides wrote differ by {difference}")


def require_equal(what, one, other):
    if one.keys() != other.keys():
        sys.exit(f"error: {what}: the tensors {sorted(one.keys() ^ other.keys())} are not in both")
    for name, tensor in one.items():
        if tensor.dtype != other[name].dtype or not torch.equal(tensor, other[name]):
            sys.exit(f"error: {what}: the tensor {name} differs")


def from_transformers(options, name, folder):
    """From transformers to Martlet and back."""
    config = make_families.MODELS[name]()
    transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(folder / "a")
    is_offset = config.model_type.startswith("gemma")
    tensors = {
        key: torch.from_numpy(make_families.value(key, list(tensor.shape), is_offset))
        for key, tensor in load_file(folder / "a" / "model.safetensors").items()
    }
    save_file(tensors, folder / "a" / "model.safetensors", metadata={"format": "pt"})
    martlet(options, "convert", folder / "a", folder / "b")
    require_equal(name, tensors, load_file(folder / "b" / "model.safetensors"))
    before, after = loaded(folder / "a"), loaded(folder / "b")
    require_equal(name, before.state_dict(), after.state_dict())
    require_same_logits(name, before, after)
    return len(tensors)


def from_martlet(options, family, folder):
    """From Martlet to transformers and back."""
    sizes = ["--layers", 4, "--heads", 4, "--width", 128, "--feed-forward", 64, "--context", 64]
    martlet(options, "new", "--architecture", family, *sizes, "--tokenizer", "bytes", folder / "a")
    model = loaded(folder / "a")
    model.save_pretrained(folder / "b")
    martlet(options, "convert", folder / "b", folder / "c")
    tensors = load_file(folder / "a" / "model.safetensors")
    require_equal(family, tensors, load_file(folder / "c" / "model.safetensors"))
    require_same_logits(family, model, loaded(folder / "c"))
    return len(tensors)


def main():
    parser = argparse.ArgumentParser(description="Compares directories that both sides wrote, bit by bit.")
    parser.add_argument("names", nargs="*", help="golden configurations; all when left out")
    parser.add_argument("--martlet", default=str(ROOT / ".build" / "release" / "martlet"))
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    names = options.names or list(make_families.MODELS)
    families = list(dict.fromkeys(make_families.MODELS[name]().model_type for name in names))
    count = 0
    for check, arguments in ((from_transformers, names), (from_martlet, families)):
        for name in arguments:
            with tempfile.TemporaryDirectory() as folder:
                count += check(options, name, pathlib.Path(folder))
            print(f"{name}: {check.__doc__[:-1].lower()}, every bit", flush=True)
    print(
        f"{count} tensors of {len(names)} configurations and {len(families)} families, "
        f"transformers {transformers.__version__}"
    )


if __name__ == "__main__":
    main()
