"""Checks that transformers and TRL load the heads that `martlet convert` writes, and compute the same with them.

    python check_heads.py MARTLET

MARTLET is the built program. Every head of every model of make_heads.py is written by `save_pretrained`, converted, in one
file and in several, and loaded again: no tensor may be missing or too many or differ in a bit, results may differ by 1e-5, and
the classes must have the same names. Prints one line for each head, and exits with 1 if one differs.

Needs what make_heads.py needs.
"""

import pathlib
import subprocess
import sys
import tempfile

import torch
import transformers
from check_files import differences, tensors
from make_heads import EAGER, HEADS, LENGTHS, MODELS, NAMES, written


def problems(auto, directory) -> dict:
    """What transformers misses or has no place for: of TRL's files, its own value head."""
    _, info = auto.from_pretrained(directory, dtype=torch.float32, output_loading_info=True, **EAGER)
    found = {key: [name for name in value if not str(name).startswith("v_head.")] for key, value in info.items() if value}
    return {key: value for key, value in found.items() if value}


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    checked = failed = 0
    for name in NAMES:
        for head, (auto, (make, read, compute)) in HEADS.items():
            if type(MODELS[name]()) not in auto._model_mapping:
                continue
            with tempfile.TemporaryDirectory() as scratch, torch.no_grad():
                source = pathlib.Path(scratch, "source")
                written(name, make, source)
                # TRL looks for local files in parts on the Hub.
                for size in ("50GB",) if head == "values" else ("50GB", "16KB"):
                    target = pathlib.Path(scratch, size)
                    command = [sys.argv[1], "convert", source, target, "--max-shard-size", size]
                    subprocess.run([str(part) for part in command], check=True, capture_output=True)
                    wrong = differences(tensors(source), tensors(target))
                    missing = problems(auto, target)
                    old, new = read(str(source)).eval(), read(str(target)).eval()
                    if hasattr(old, "v_head"):
                        classes = True
                    else:
                        keys = ("id2label", "label2id", "problem_type", "num_labels")
                        classes = all(getattr(old.config, key) == getattr(new.config, key) for key in keys)
                    # The same weights: what differs is how PyTorch sums numbers that lie elsewhere in memory.
                    distance = max(
                        (compute(old, ids) - compute(new, ids)).abs().max().item()
                        for ids in (torch.arange(length)[None] % 53 for length in LENGTHS)
                    )
                    is_right = not wrong and not missing and classes and distance < 1e-5 and type(old) is type(new)
                    checked, failed = checked + 1, failed + (not is_right)
                    files = len(list(target.glob("*.safetensors")))
                    print(
                        f"{name} {head} in {files} files: {type(new).__name__}, differ: {wrong}, loading: {missing}, "
                        f"classes {'equal' if classes else 'differ'}, results within {distance:.1e}"
                    )
    print(f"{checked} directories, {failed} with differences")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
