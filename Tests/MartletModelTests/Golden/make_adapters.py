"""Makes the golden files of adapters: what peft computes with small random changes of small random models.

    python make_adapters.py [NAME ...]

writes, beside itself, `adapters/NAME.json` for each case below (or those named):

- `base`: the name of the model in `families/` that is adapted;
- `config`: adapter_config.json as `save_pretrained` writes it, but for the path of the base;
- `tensors`: the name and shape of each tensor of adapter_model.safetensors. Their numbers are computed from the name,
  as those of the base are: see make_families.py;
- `sequences`: for each, `ids`, and what the adapted model gives: `log_probabilities` of ids[1:] in nats, or the `logits`
  of a classifier of sequences (at the last token) or of tokens (at each, one after another);
- `gradients`: for each tensor, the norm of its gradient and its projections on fixed random directions; of the mean
  negative log-likelihood of every predicted token or, for classifiers, of half the mean square of all logits.

The models compute in float64, without dropout. Needs torch, transformers, peft and numpy (made with torch 2.15,
transformers 5.23 and peft 0.21.2).
"""

import json
import pathlib
import sys
import tempfile
import warnings

import numpy
import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

import make_families as families

HERE = pathlib.Path(__file__).resolve().parent
PROJECTIONS = 4
LENGTHS = (2, 9, 40)
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
ALL = [*ATTENTION, "gate_proj", "up_proj", "down_proj"]

CASES = {
    "llama-lora": ("llama-plain", {"r": 4, "lora_alpha": 8, "target_modules": ALL, "lora_dropout": 0.1}),
    "llama-dora-biases": ("llama-biases", {"r": 3, "lora_alpha": 4, "target_modules": ALL, "use_dora": True}),
    "llama-patterns": (
        "llama-grouped-tied",
        {
            "r": 2, "lora_alpha": 3, "target_modules": ["q_proj", "down_proj"], "layers_to_transform": [1],
            "rank_pattern": {"down_proj": 5}, "alpha_pattern": {r"^model\.layers\.\d+\.self_attn\..*": 7},
        },
    ),
    "llama-whole-tables": (
        "llama-plain",
        {"r": 2, "lora_alpha": 2, "target_modules": ["v_proj"], "modules_to_save": ["embed_tokens", "lm_head"]},
    ),
    "llama-reward": ("llama-plain", {"r": 4, "lora_alpha": 8, "target_modules": ALL, "use_dora": True}, "SEQ_CLS", 1),
    "gpt2-rslora": (
        "gpt2-plain", {"r": 4, "lora_alpha": 3, "target_modules": ["c_attn", "c_proj", "c_fc"], "use_rslora": True}
    ),
    "gpt2-dora": ("gpt2-relu-untied", {"r": 2, "lora_alpha": 4, "target_modules": ["c_attn", "mlp.c_proj"], "use_dora": True}),
    "gpt2-classes": ("gpt2-plain", {"r": 2, "lora_alpha": 4, "target_modules": ["c_attn"]}, "SEQ_CLS", 3),
    "phi3-lora": ("phi3-plain", {"r": 4, "lora_alpha": 8, "target_modules": "all-linear"}),
    "phi3-dora": (
        "phi3-partial-window",
        {"r": 3, "lora_alpha": 4, "target_modules": ["qkv_proj", "gate_up_proj"], "use_dora": True, "use_rslora": True},
    ),
    "gpt_neox-lora": (
        "gpt_neox-plain",
        {"r": 4, "lora_alpha": 4, "target_modules": ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]},
    ),
    "gpt_neox-dora": ("gpt_neox-without-biases", {"r": 2, "lora_alpha": 4, "target_modules": "all-linear", "use_dora": True}),
    "gpt_neox-reward": ("gpt_neox-plain", {"r": 2, "lora_alpha": 4, "target_modules": ["query_key_value"]}, "SEQ_CLS", 1),
    "qwen2-rslora": (
        "qwen2-plain",
        {"r": 5, "lora_alpha": 6, "target_modules": r".*\.(q|v|up)_proj", "exclude_modules": r".*\.0\..*", "use_rslora": True},
    ),
    "qwen2-tokens": ("qwen2-window", {"r": 2, "lora_alpha": 4, "target_modules": ATTENTION, "use_dora": True}, "TOKEN_CLS", 2),
    "gemma3-lora": ("gemma3-plain", {"r": 2, "lora_alpha": 4, "target_modules": ALL}),
    "mixtral-lora": ("mixtral-plain", {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "o_proj"]}),
}

CLASSES = {
    "CAUSAL_LM": transformers.AutoModelForCausalLM,
    "SEQ_CLS": transformers.AutoModelForSequenceClassification,
    "TOKEN_CLS": transformers.AutoModelForTokenClassification,
}


def write_base(name: str, directory: str) -> transformers.PretrainedConfig:
    """The model that the golden file of the family describes."""
    config = families.MODELS[name]()
    transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(directory)
    file = f"{directory}/model.safetensors"
    tensors = {
        key: torch.from_numpy(families.value(key, list(tensor.shape), config.model_type.startswith("gemma")))
        for key, tensor in load_file(file).items()
    }
    save_file(tensors, file, metadata={"format": "pt"})
    return config


def load_base(directory: str, task: str, classes: int) -> torch.nn.Module:
    keys = {} if task == "CAUSAL_LM" else {"num_labels": classes}
    eager = {"attn_implementation": "eager", "experts_implementation": "eager"}
    return CLASSES[task].from_pretrained(directory, dtype=torch.float32, **keys, **eager)


def results(model: torch.nn.Module, ids: list[int], task: str) -> torch.Tensor:
    if task == "CAUSAL_LM":
        return families.log_probabilities(model, ids)
    return model(torch.tensor([ids])).logits.reshape(-1)


def golden(name: str, directory: str) -> dict:
    base, keys, task, classes = (*CASES[name], "CAUSAL_LM", 0)[:4] if len(CASES[name]) == 2 else CASES[name]
    config = write_base(base, f"{directory}/base")
    model = load_base(f"{directory}/base", task, classes)
    made = peft.get_peft_model(model, peft.LoraConfig(task_type=task, **keys))
    made.save_pretrained(f"{directory}/adapter")
    file = f"{directory}/adapter/adapter_model.safetensors"
    shapes = {key: list(tensor.shape) for key, tensor in sorted(load_file(file).items())}
    tensors = {key: torch.from_numpy(families.value(key, shape, False)) for key, shape in shapes.items()}
    save_file(tensors, file, metadata={"format": "pt"})
    model = peft.PeftModel.from_pretrained(
        load_base(f"{directory}/base", task, classes), f"{directory}/adapter", is_trainable=True
    ).eval().double()

    random = numpy.random.default_rng(families.hashed(name))
    sequences = [random.integers(0, config.vocab_size, length + 1).tolist() for length in LENGTHS]
    found = [results(model, ids, task) for ids in sequences]
    joined = torch.cat(found)
    (-joined.mean() if task == "CAUSAL_LM" else 0.5 * joined.square().mean()).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.copy_(parameter.grad)
    by_name = peft.get_peft_model_state_dict(model)
    gradients = {}
    for key in shapes:
        gradient = by_name[key].numpy().reshape(-1)
        gradients[key] = {
            "norm": families.shortened([numpy.linalg.norm(gradient)], 9)[0],
            "projections": families.shortened(
                [families.direction(key, number, gradient.size) @ gradient for number in range(PROJECTIONS)], 9
            ),
        }
    described = json.loads(pathlib.Path(directory, "adapter/adapter_config.json").read_text())
    described["base_model_name_or_path"] = "../base"
    if isinstance(described["target_modules"], list):
        described["target_modules"].sort()
    kind = "log_probabilities" if task == "CAUSAL_LM" else "logits"
    return {
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "base": base,
        "config": described,
        "tensors": shapes,
        "sequences": [
            {"ids": ids, kind: families.shortened(values.tolist(), 10)}
            for ids, values in zip(sequences, found, strict=True)
        ],
        "gradients": gradients,
    }


def main() -> None:
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    folder = HERE / "adapters"
    folder.mkdir(exist_ok=True)
    for name in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as directory:
            content = golden(name, directory)
        text = json.dumps(content, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n")
        norm = numpy.linalg.norm([gradient["norm"] for gradient in content["gradients"].values()])
        print(f"{name}: {len(content['tensors'])} tensors, gradient's norm {norm:.3f}, {len(text)} bytes")


if __name__ == "__main__":
    main()
