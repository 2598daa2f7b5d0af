"""Checks that transformers loads what `martlet convert` and `martlet new` write, with equal bits.

    python check_files.py MARTLET

MARTLET is the built program. Every model of `models/` is converted to each precision, in one file and in several, and
compared with transformers' own rounding of the same weights; of every family, a new model is loaded, written by
transformers and compared with that. Prints one line for each, and exits with 1 if a tensor differs.
"""

import pathlib
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors import safe_open

HERE = pathlib.Path(__file__).resolve().parent
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

def tensors(directory: pathlib.Path) -> dict[str, torch.Tensor]:
    """Every tensor of a directory's files."""
    found = {}
    for path in directory.glob("*.safetensors"):
        with safe_open(path, "pt") as file:
            found |= {name: file.get_tensor(name) for name in file.keys()}
    return found


def load(directory, dtype="auto") -> torch.nn.Module:
    model, info = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=dtype, output_loading_info=True
    )
    problems = {key: value for key, value in info.items() if value}
    if problems:
        raise SystemExit(f"{directory}: {problems}")
    return model


def differences(left: dict, right: dict) -> list[str]:
    """The names of tensors that differ in type, shape or any bit."""
    names = sorted(left.keys() | right.keys())
    same = lambda a, b: (
        a is not None and b is not None and a.dtype == b.dtype and torch.equal(a.view(torch.uint8), b.view(torch.uint8))
    )
    flat = lambda tensor: None if tensor is None else tensor.contiguous().reshape(-1)
    return [name for name in names if not same(flat(left.get(name)), flat(right.get(name)))]


def main() -> None:
    transformers.logging.set_verbosity_error()
    martlet = sys.argv[1]
    run = lambda *arguments: subprocess.run([martlet, *map(str, arguments)], check=True, capture_output=True)
    checked = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for source in sorted((HERE / "models").iterdir()):
            for precision, dtype in DTYPES.items():
                for size in ("50GB", "16KB"):
                    target = scratch / f"{source.name}-{precision}-{size}"
                    run("convert", source, target, "--precision", precision, "--max-shard-size", size)
                    wrong = differences(load(target).state_dict(), load(source, dtype).state_dict())
                    checked, failed = checked + 1, failed + bool(wrong)
                    print(f"{target.name}: {len(list(target.glob('*.safetensors')))} files, differ: {wrong}")
        help_text = subprocess.run([martlet, "new", "--architecture", "?", scratch / "none"], capture_output=True, text=True)
        families = help_text.stderr.split("known are ")[1].strip().split(", ")
        for family in families:
            target = scratch / f"new-{family}"
            run(
                "new", "--architecture", family, "--layers", 2, "--heads", 2, "--width", 32, "--context", 32,
                "--tokenizer", "characters", target,
            )
            model = load(target)
            # In memory transformers has other names for some, so what it writes is compared.
            model.save_pretrained(target / "back")
            stored = tensors(target)
            wrong = differences(tensors(target / "back"), stored)
            checked, failed = checked + 1, failed + bool(wrong)
            ids = transformers.AutoTokenizer.from_pretrained(target)("the sea").input_ids
            loss = model(torch.tensor([ids]), labels=torch.tensor([ids])).loss
            print(f"new {family}: {type(model).__name__}, {len(stored)} tensors, loss {loss:.3f}, differ: {wrong}")
    print(f"{checked} directories, {failed} with differences")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
