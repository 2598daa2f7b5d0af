"""Makes the golden model whose experts are packed in blocks of four-bit numbers, as GPT-OSS's files on the Hub are.

    python make_packed.py

writes, beside itself, `models/gpt_oss-packed` with `config.json`, `model.safetensors` and `expected.json`: for each of
`sequences`, `ids`, and `log_probabilities` of ids[1:] given all before them, in nats. They are those of the numbers that
transformers makes of the blocks, computed in float64 but for what it always takes in float32.

Needs torch, transformers, safetensors and numpy (made with torch 2.15 and transformers 5.23).
"""

import json
import pathlib
import tempfile

import numpy
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

from make_families import log_probabilities, shortened, uniform

DIRECTORY = pathlib.Path(__file__).resolve().parent / "models" / "gpt_oss-packed"
CONFIG = transformers.GptOssConfig(
    vocab_size=41, hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
    num_key_value_heads=1, head_dim=16, num_local_experts=3, num_experts_per_tok=2, sliding_window=8,
    max_position_embeddings=48, bos_token_id=0, eos_token_id=0,
)


def packed(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Random numbers, the experts' matrices in blocks: two numbers a byte, and a scale for each block."""
    random, result = numpy.random.default_rng(7), {}
    for name, tensor in sorted(tensors.items()):
        if name.endswith(("gate_up_proj", "down_proj")):
            experts, inputs, outputs = tensor.shape
            shape = (experts, outputs, inputs // 32)
            result[name + "_blocks"] = torch.from_numpy(random.integers(0, 256, (*shape, 16), dtype=numpy.uint8))
            result[name + "_scales"] = torch.from_numpy(random.integers(122, 126, shape, dtype=numpy.uint8))
        else:
            numbers = torch.from_numpy(uniform(name, tensor.numel()).reshape(tensor.shape)) * 0.4
            result[name] = (numbers + 1 if name.endswith("norm.weight") else numbers).bfloat16()
    return result


def unpacked(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same as plain numbers."""
    result = {key: tensor.float() for key, tensor in tensors.items() if tensor.dtype != torch.uint8}
    for key in [key for key in tensors if key.endswith("_blocks")]:
        name = key.removesuffix("_blocks")
        numbers = convert_moe_packed_tensors(tensors[key], tensors[name + "_scales"], dtype=torch.float32)
        result[name] = numbers.contiguous()
    return result


def main() -> None:
    transformers.logging.set_verbosity_error()
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as plain:
        transformers.AutoModelForCausalLM.from_config(CONFIG, dtype=torch.float32).save_pretrained(plain)
        config = json.loads(pathlib.Path(plain, "config.json").read_text())
        tensors = packed(load_file(f"{plain}/model.safetensors"))
        save_file(tensors, DIRECTORY / "model.safetensors", metadata={"format": "pt"})
        save_file(unpacked(tensors), f"{plain}/model.safetensors", metadata={"format": "pt"})
        model = transformers.AutoModelForCausalLM.from_pretrained(
            plain, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager"
        ).double()
    # The keys of OpenAI's own files beside those of transformers.
    config |= {"experts_per_token": config["num_experts_per_tok"], "initial_context_length": 4096}
    config["quantization_config"] = {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn"]}
    (DIRECTORY / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    random = numpy.random.default_rng(8)
    sequences = [random.integers(0, CONFIG.vocab_size, length).tolist() for length in (2, 17, 48)]
    with torch.no_grad():
        found = [shortened(log_probabilities(model, ids).tolist(), 10) for ids in sequences]
    expected = [{"ids": ids, "log_probabilities": values} for ids, values in zip(sequences, found)]
    (DIRECTORY / "expected.json").write_text(json.dumps({"sequences": expected}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
