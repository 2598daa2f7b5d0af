"""Makes the golden model directories of mixtures of experts and what they must compute.

    python make_experts.py

writes, beside itself, one directory for each small random model, as `make_models.py` does, and in it
`expected.json`:

- `sequences`: for each, `ids`, and `log_probabilities` of ids[1:] given all before them, in nats, by a forward pass in
  float64;
- `mean_negative_log_likelihood`: over every predicted token of all sequences;
- `balancing_loss`: of all sequences together, without its coefficient;
- `gradient_norms` and `gradient_projections`: of the mean plus the balancing loss times `router_aux_loss_coef`, with
  respect to each tensor, by its name in the checkpoint. A projection is the product with the signs of `signs`.

Needs torch, transformers, safetensors and numpy (made with torch 2.15 and transformers 5.23).
"""

import json
import pathlib
import tempfile

import numpy
import safetensors.torch
import torch
import transformers
from transformers.integrations.mxfp4 import convert_moe_packed_tensors
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

HERE = pathlib.Path(__file__).resolve().parent
CONTEXT = 48
SIZES = dict(
    max_position_embeddings=CONTEXT, num_hidden_layers=2, router_aux_loss_coef=0.05, bos_token_id=0, eos_token_id=0
)

MODELS = {
    "mixtral-grouped": transformers.MixtralConfig(
        **SIZES, vocab_size=41, hidden_size=24, intermediate_size=20, num_attention_heads=6, num_key_value_heads=2,
        num_local_experts=5, num_experts_per_tok=2,
    ),
    "mixtral-window": transformers.MixtralConfig(
        **SIZES, vocab_size=37, hidden_size=24, intermediate_size=16, num_attention_heads=2, num_key_value_heads=1,
        head_dim=16, num_local_experts=4, num_experts_per_tok=1, sliding_window=7, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, hidden_act="gelu",
    ),
    "qwen3-moe-all": transformers.Qwen3MoeConfig(
        **SIZES, vocab_size=43, hidden_size=24, intermediate_size=32, moe_intermediate_size=12, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, num_experts=6, num_experts_per_tok=3, norm_topk_prob=False,
    ),
    "qwen3-moe-some": transformers.Qwen3MoeConfig(
        **SIZES | {"num_hidden_layers": 4}, vocab_size=37, hidden_size=20, intermediate_size=24,
        moe_intermediate_size=8, num_attention_heads=2, num_key_value_heads=1, head_dim=12, num_experts=4,
        num_experts_per_tok=2, norm_topk_prob=True, decoder_sparse_step=2, mlp_only_layers=[1], attention_bias=True,
        use_sliding_window=True, sliding_window=9,
    ),
    "gpt-oss-yarn": transformers.GptOssConfig(
        **SIZES, vocab_size=41, hidden_size=24, intermediate_size=16, num_attention_heads=4, num_key_value_heads=2,
        head_dim=8, num_local_experts=4, num_experts_per_tok=2, sliding_window=6, swiglu_limit=0.8,
        rope_parameters={
            "rope_type": "yarn", "rope_theta": 150000.0, "factor": 8.0, "beta_fast": 32.0, "beta_slow": 1.0,
            "truncate": False, "original_max_position_embeddings": 6,
        },
    ),
    "gpt-oss-plain": transformers.GptOssConfig(
        **SIZES | {"num_hidden_layers": 3}, vocab_size=37, hidden_size=20, intermediate_size=12,
        num_attention_heads=3, num_key_value_heads=1, head_dim=6, num_local_experts=3, num_experts_per_tok=2,
        sliding_window=5, layer_types=["full_attention", "sliding_attention", "sliding_attention"],
        attention_bias=False, rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    ),
    "gpt-oss-packed": transformers.GptOssConfig(
        **SIZES, vocab_size=41, hidden_size=32, intermediate_size=32, num_attention_heads=2, num_key_value_heads=1,
        head_dim=16, num_local_experts=3, num_experts_per_tok=2, sliding_window=8,
    ),
}


def perturb(model: torch.nn.Module, seed: int) -> None:
    """Gives every parameter values that matter: no norm is all ones, no bias all zeros."""
    random = numpy.random.default_rng(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.from_numpy(random.standard_normal(tuple(parameter.shape)).astype(numpy.float32))
            is_norm = name.endswith("norm.weight")
            parameter.copy_(1 + 0.2 * noise if is_norm else 0.25 * noise)


def pack(directory: pathlib.Path, seed: int) -> None:
    """Gives the experts' matrices four-bit numbers in blocks, in a file's and a configuration's form of the Hub."""
    random = numpy.random.default_rng(seed)
    file = directory / "model.safetensors"
    tensors = safetensors.torch.load_file(file)
    for name in [name for name in tensors if name.endswith(("gate_up_proj", "down_proj"))]:
        experts, inputs, outputs = tensors.pop(name).shape
        shape = (experts, outputs, inputs // 32)
        tensors[name + "_blocks"] = torch.from_numpy(random.integers(0, 256, (*shape, 16), dtype=numpy.uint8))
        tensors[name + "_scales"] = torch.from_numpy(random.integers(122, 126, shape, dtype=numpy.uint8))
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})
    config = json.loads((directory / "config.json").read_text())
    config["quantization_config"] = {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn"]}
    config |= {"experts_per_token": config["num_experts_per_tok"], "initial_context_length": 4096}
    (directory / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def unpacked(directory: pathlib.Path, temporary: str) -> pathlib.Path:
    """The directory, or one with plain numbers where its own has blocks."""
    tensors = safetensors.torch.load_file(directory / "model.safetensors")
    packed = [name.removesuffix("_blocks") for name in tensors if name.endswith("_blocks")]
    if not packed:
        return directory
    for name in packed:
        blocks, scales = tensors.pop(name + "_blocks"), tensors.pop(name + "_scales")
        tensors[name] = convert_moe_packed_tensors(blocks, scales, dtype=torch.float32).contiguous()
    config = json.loads((directory / "config.json").read_text())
    del config["quantization_config"]
    plain = pathlib.Path(temporary) / "plain"
    plain.mkdir()
    safetensors.torch.save_file(tensors, plain / "model.safetensors", metadata={"format": "pt"})
    (plain / "config.json").write_text(json.dumps(config))
    return plain


def widen_everything(model: torch.nn.Module) -> torch.nn.Module:
    """The model in float64 throughout: transformers takes norms, angles and routers' probabilities in float32."""
    frequencies = {name: module.inv_freq.double() for name, module in model.named_modules() if hasattr(module, "inv_freq")}
    model = model.double()
    for name, module in model.named_modules():
        kind = type(module).__name__
        if kind.endswith("RMSNorm"):
            module.forward = lambda x, norm=module: (
                norm.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + norm.variance_epsilon))
            )
        elif kind.endswith("RotaryEmbedding"):

            def angles(x, position_ids, own=frequencies[name], factor=module.attention_scaling, kind=kind):
                half = position_ids[..., None].double() * own
                both = half if kind.startswith("GptOss") else torch.cat((half, half), dim=-1)
                return both.cos() * factor, both.sin() * factor

            module.forward = angles
        elif kind in ("MixtralTopKRouter", "Qwen3MoeTopKRouter"):

            def route(x, router=module):
                logits = torch.nn.functional.linear(x.reshape(-1, router.hidden_dim), router.weight)
                scores, chosen = torch.topk(torch.softmax(logits, dim=-1), router.top_k, dim=-1)
                if getattr(router, "norm_topk_prob", True):
                    scores = scores / scores.sum(dim=-1, keepdim=True)
                return logits, scores, chosen

            module.forward = route
    return model


def outputs(model: torch.nn.Module, ids: list[int]) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """The log-probabilities of ids[1:], each given all before it, and each layer's router logits of ids[:-1]."""
    found = model(torch.tensor([ids[:-1]]), output_router_logits=True)
    chosen = torch.log_softmax(found.logits[0], dim=-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
    return chosen, found.router_logits


def signs(count: int) -> torch.Tensor:
    """Plus or minus one for each place of a tensor: the bit 16 of 2654435761 times the place."""
    places = numpy.arange(count, dtype=numpy.uint64)
    bits = (places * 2654435761 >> 16) & 1
    return torch.from_numpy(1.0 - 2.0 * bits.astype(numpy.float64))


def by_checkpoint_name(model: torch.nn.Module, temporary: str) -> dict[str, torch.Tensor]:
    """The gradients, split and named as the tensors of a checkpoint are."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.grad)
    directory = pathlib.Path(temporary) / "gradients"
    model.save_pretrained(directory)
    return safetensors.torch.load_file(directory / "model.safetensors")


def main() -> None:
    for seed, (name, config) in enumerate(MODELS.items(), start=21):
        directory = HERE / "models" / name
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        perturb(model, seed)
        model.save_pretrained(directory)
        (directory / "generation_config.json").unlink(missing_ok=True)
        if name.endswith("-packed"):
            pack(directory, seed)

        random = numpy.random.default_rng(100 + seed)
        sequences = [random.integers(0, config.vocab_size, length).tolist() for length in (2, 7, 17, CONTEXT)]
        with tempfile.TemporaryDirectory() as temporary:
            attention = "eager" if name.startswith("gpt-oss") else "sdpa"
            double = widen_everything(
                transformers.AutoModelForCausalLM.from_pretrained(
                    unpacked(directory, temporary), dtype=torch.float32, attn_implementation=attention,
                    experts_implementation="eager",
                ).eval()
            )
            found = [outputs(double, ids) for ids in sequences]
            routers = tuple(torch.cat(layer) for layer in zip(*(logits for _, logits in found)))
            top = config.num_experts_per_tok
            gaps = torch.cat([r.sort(descending=True).values for r in routers]).diff(dim=-1)[:, top - 1]
            assert gaps.abs().min() > 1e-4, f"{name}: two experts are as good as equal for a token"
            loss = -torch.cat([wide for wide, _ in found]).mean()
            balance = load_balancing_loss_func(routers, config.num_local_experts, top)
            (loss + config.router_aux_loss_coef * balance).backward()
            expected = {
                "sequences": [
                    {"ids": ids, "log_probabilities": wide.tolist()} for ids, (wide, _) in zip(sequences, found)
                ],
                "mean_negative_log_likelihood": loss.item(),
                "balancing_loss": balance.item(),
            }
            gradients = by_checkpoint_name(double, temporary)
        expected["gradient_norms"] = {key: g.norm().item() for key, g in sorted(gradients.items())}
        expected["gradient_projections"] = {
            key: (g.flatten() @ signs(g.numel())).item() for key, g in sorted(gradients.items())
        }
        (directory / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
        print(f"{name}: mean {loss.item():.4f} nats, balance {balance.item():.4f}, gap {gaps.abs().min():.1e}")


if __name__ == "__main__":
    main()
