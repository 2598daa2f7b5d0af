"""Makes the golden model directories in `sharded/`: models of `models/` as transformers writes them in other
precisions and in several files.

    python make_sharded.py

Needs torch and transformers (made with torch 2.15 and transformers 5.23).
"""

import pathlib
import shutil

import torch
import transformers

HERE = pathlib.Path(__file__).resolve().parent

DIRECTORIES = [
    ("llama-tied", torch.bfloat16, "20KB"),
    ("llama-tied", torch.float16, "30KB"),
    ("gpt2-tied", torch.bfloat16, "15KB"),
]


def main() -> None:
    shutil.rmtree(HERE / "sharded", ignore_errors=True)
    for name, dtype, size in DIRECTORIES:
        directory = HERE / "sharded" / f"{name}-{str(dtype).removeprefix('torch.')}"
        model = transformers.AutoModelForCausalLM.from_pretrained(HERE / "models" / name, dtype=dtype)
        model.save_pretrained(directory, max_shard_size=size)
        (directory / "generation_config.json").unlink(missing_ok=True)
        print(directory.name, sorted(path.name for path in directory.iterdir()))


if __name__ == "__main__":
    main()
