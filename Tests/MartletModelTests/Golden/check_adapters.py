"""Checks that peft loads the adapters that Martlet writes, and computes with them what the golden files say.

    MARTLET_WRITTEN_ADAPTERS=DIRECTORY swift test --filter AdapterFileTests
    python check_adapters.py DIRECTORY

The tests read each adapter of `adapters/` and write it again into DIRECTORY. peft then loads what was written, strictly:
no tensor may be missing or left over. Needs torch, transformers, peft and numpy.
"""

import json
import pathlib
import sys
import tempfile
import warnings

import peft
import torch
import transformers

import make_adapters


def check(name: str, written: pathlib.Path) -> float:
    golden = json.loads((make_adapters.HERE / "adapters" / f"{name}.json").read_text())
    task = golden["config"]["task_type"]
    kind = "log_probabilities" if task == "CAUSAL_LM" else "logits"
    classes = golden["tensors"].get("base_model.model.score.weight", [0])[0]
    with tempfile.TemporaryDirectory() as directory:
        make_adapters.write_base(golden["base"], directory)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = peft.PeftModel.from_pretrained(make_adapters.load_base(directory, task, classes), str(written))
        for warning in caught:
            assert "adapter" not in str(warning.message) and "key" not in str(warning.message), warning.message
        loaded = peft.get_peft_model_state_dict(model, save_embedding_layers=False)
        assert sorted(loaded) == sorted(golden["tensors"]), set(loaded) ^ set(golden["tensors"])
        model = model.eval().double()
        differences = []
        for sequence in golden["sequences"]:
            found = make_adapters.results(model, sequence["ids"], task).detach()
            differences.append((found - torch.tensor(sequence[kind], dtype=torch.float64)).abs().max().item())
    return max(differences)


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    names = sorted(path.stem for path in (make_adapters.HERE / "adapters").glob("*.json"))
    worst = 0.0
    for name in names:
        difference = check(name, pathlib.Path(sys.argv[1]) / name)
        worst = max(worst, difference)
        print(f"{name}: {difference:.2e}")
        assert difference < 1e-8, name
    print(f"{len(names)} adapters, greatest difference {worst:.2e}")


if __name__ == "__main__":
    main()
