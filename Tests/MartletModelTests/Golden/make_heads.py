"""Makes the golden files of heads: what transformers and TRL write and compute with small random models.

    python make_heads.py [NAME ...]

writes, beside itself, `heads/NAME.json` for one configuration of every family (or those named), all of them
configurations of make_families.py:

- `config`: the keys of config.json that the directories of all heads have alike;
- `tensors`: the name and shape of each tensor of the decoder. As in make_families.py, their numbers are computed from
  their names;
- `sequences`: token ids. Each sequence runs alone, so that no padding comes in;
- `heads`: for each head that the family has,
  - `config`: the other keys of its config.json, and `tensors`: those that the decoder does not have, both as
    `save_pretrained` writes them;
  - `results`: for each sequence `reward` (one label) and `sequence_classes` (three labels with names) of
    …ForSequenceClassification, and for each token `token_classes` (the usual two labels) of …ForTokenClassification, and
    `values` of TRL's AutoModelForCausalLMWithValueHead.

The models compute in float64, but for what transformers always takes in float32: norms, softmaxes, rotary angles.

Needs torch, transformers, numpy, and a TRL that still has the value head (made with torch 2.15, transformers 5.23 and
TRL 0.24).
"""

import json
import pathlib
import sys
import tempfile

import numpy
import torch
import transformers
from make_families import HERE, MODELS, hashed, shortened, value
from safetensors import safe_open
from safetensors.torch import save_file
from trl.models.modeling_value_head import AutoModelForCausalLMWithValueHead

NAMES = [
    "gpt2-plain", "gpt_neox-plain", "llama-grouped-tied", "llama-biases", "mistral-window", "qwen2-plain",
    "qwen3-plain", "gemma-plain", "gemma2-caps", "gemma3-plain", "phi3-plain", "olmo2-plain", "smollm3-plain",
    "granite-multipliers", "starcoder2-plain", "mixtral-plain", "qwen3_moe-plain", "gpt_oss-plain", "phi-plain",
]
LENGTHS = (1, 12, 48)
CLASSES = {0: "good", 1: "not so good", 2: "mäßig"}
EAGER = {"attn_implementation": "eager", "experts_implementation": "eager"}


def classifier(auto, **keys):
    """How a classifier is made, and how it is read."""

    def make(config):
        for key, setting in keys.items():
            setattr(config, key, setting)
        return auto.from_config(config, dtype=torch.float32)

    def read(directory):
        return auto.from_pretrained(directory, dtype=torch.float32, **EAGER)

    return make, read, lambda model, ids: model(ids).logits[0].flatten()


def with_values():
    """As ``classifier``, of TRL's."""

    def make(config):
        base = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        return AutoModelForCausalLMWithValueHead.from_pretrained(base)

    def read(directory):
        return AutoModelForCausalLMWithValueHead.from_pretrained(directory, dtype=torch.float32, **EAGER)

    return make, read, lambda model, ids: model(ids)[2][0]


SEQUENCES, TOKENS = transformers.AutoModelForSequenceClassification, transformers.AutoModelForTokenClassification
HEADS = {
    "reward": (SEQUENCES, classifier(SEQUENCES, num_labels=1)),
    "sequence_classes": (
        SEQUENCES,
        classifier(
            SEQUENCES, id2label=CLASSES, label2id={name: number for number, name in CLASSES.items()},
            problem_type="multi_label_classification",
        ),
    ),
    "token_classes": (TOKENS, classifier(TOKENS)),
    "values": (transformers.AutoModelForCausalLM, with_values()),
}


def written(name: str, make, directory: str) -> tuple[dict, dict]:
    """The config.json and the shapes of the tensors that are written; their numbers become those of ``value``."""
    config = MODELS[name]()
    make(config).save_pretrained(directory)
    with safe_open(f"{directory}/model.safetensors", "pt") as file:
        shapes = {key: list(file.get_slice(key).get_shape()) for key in sorted(file.keys())}
    is_offset = config.model_type.startswith("gemma")
    tensors = {key: torch.from_numpy(value(key, shape, is_offset)) for key, shape in shapes.items()}
    save_file(tensors, f"{directory}/model.safetensors", metadata={"format": "pt"})
    return json.loads(pathlib.Path(directory, "config.json").read_text()), shapes


def golden(name: str) -> dict:
    random = numpy.random.default_rng(hashed(name))
    sequences = [random.integers(0, MODELS[name]().vocab_size, length).tolist() for length in LENGTHS]
    configs, shapes, results = {}, {}, {}
    for head, (auto, (make, read, compute)) in HEADS.items():
        if type(MODELS[name]()) not in auto._model_mapping:
            continue
        with tempfile.TemporaryDirectory() as directory, torch.no_grad():
            configs[head], shapes[head] = written(name, make, directory)
            model = read(directory).eval().double()
            results[head] = [
                shortened(compute(model, torch.tensor([ids])).tolist(), 10) for ids in sequences
            ]
    common = {
        key: setting for key, setting in configs["values"].items()
        if all(key in config and config[key] == setting for config in configs.values())
    }
    trunk = {key: shape for key, shape in shapes["values"].items() if all(key in own for own in shapes.values())}
    if len(shapes) == 1:
        trunk = {key: shape for key, shape in trunk.items() if key.startswith("model.")}
    return {
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__},
        "config": common,
        "tensors": trunk,
        "sequences": sequences,
        "heads": {
            head: {
                "config": {key: setting for key, setting in configs[head].items() if key not in common},
                "tensors": {key: shape for key, shape in shapes[head].items() if key not in trunk},
                "results": results[head],
            }
            for head in results
        },
    }


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    folder = HERE / "heads"
    folder.mkdir(exist_ok=True)
    for name in sys.argv[1:] or NAMES:
        content = golden(name)
        text = json.dumps(content, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n")
        heads = {head: f"{numpy.abs(sum(one['results'], [])).max():.2f}" for head, one in content["heads"].items()}
        print(f"{name}: {len(text)} bytes, largest results {heads}")


if __name__ == "__main__":
    main()
