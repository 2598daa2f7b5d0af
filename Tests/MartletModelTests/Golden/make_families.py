"""Makes the golden files of every family: what transformers computes with small random models.

    python make_families.py [NAME ...]

writes, beside itself, `families/NAME.json` for each configuration below (or those named):

- `config`: config.json as `save_pretrained` writes it;
- `tensors`: the name and shape of each tensor of model.safetensors, as `save_pretrained` writes them. Their numbers are
  not kept: `value` below computes them from the name, and so does FamilyGolden.swift;
- `sequences`: for each, `ids`, and `log_probabilities` of ids[1:] given all before them, in nats;
- `loss`: the mean negative log-likelihood of every predicted token of all sequences;
- `balancing_loss`, of mixtures of experts: over all sequences together, without its coefficient;
- `gradients`: for each tensor, of that mean (with experts, plus the balancing loss times its coefficient), its `norm` and its `projections` on eight fixed random directions (see
  `direction`), which tell how far another gradient is from it.

Each sequence runs alone, shortest first, so that scalings that depend on the length see its own. The models compute in
float64, but for what transformers always takes in float32: norms, softmaxes, rotary angles.

Needs torch, transformers and numpy (made with torch 2.15 and transformers 5.23).
"""

import json
import pathlib
import sys
import tempfile

import numpy
import torch
import transformers
from safetensors import safe_open
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

HERE = pathlib.Path(__file__).resolve().parent
PROJECTIONS = 8


def hashed(name: str) -> int:
    """FNV-1a of the name's bytes, in 64 bits."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return state


def uniform(name: str, count: int) -> numpy.ndarray:
    """Numbers from -1 to 1, multiples of 2^-23: SplitMix64 started by the name."""
    with numpy.errstate(over="ignore"):
        state = numpy.uint64(hashed(name)) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(
            0x9E3779B97F4A7C15
        )
        state = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        state = state ^ (state >> numpy.uint64(31))
    whole = (state >> numpy.uint64(40)).astype(numpy.int64) - (1 << 23)
    return (whole.astype(numpy.float64) / (1 << 23)).astype(numpy.float32)


def value(name: str, shape: list[int], is_offset: bool) -> numpy.ndarray:
    """A tensor of the model: matrices spread by 0.2, biases and norms so that no one can be left out unseen."""
    numbers = uniform(name, int(numpy.prod(shape))).reshape(shape)
    if len(shape) > 1:
        return numbers * numpy.float32(0.35)
    if name.endswith(".bias"):
        return numbers * numpy.float32(0.25)
    return numbers * numpy.float32(0.25) + numpy.float32(0 if is_offset else 1)


def direction(name: str, number: int, count: int) -> numpy.ndarray:
    return uniform(f"direction {number} of {name}", count).astype(numpy.float64)


COMMON = {"vocab_size": 53, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": None}
SIZES = {
    **COMMON,
    "hidden_size": 32,
    "intermediate_size": 40,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}
LENGTHS = (2, 9, 24, 40, 64)


def llama(**keys):
    return transformers.LlamaConfig(**{**SIZES, **keys})


def rope(kind, theta=100.0, **keys):
    return {"rope_type": kind, "rope_theta": theta, **keys}


LLAMA3 = rope(
    "llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16
)
SHORT, LONG = [1.0, 1.1, 1.3, 1.7], [1.5, 2.0, 3.5, 6.0]
LONGROPE = rope("longrope", short_factor=SHORT, long_factor=LONG, original_max_position_embeddings=24)


def gpt_neox(**keys):
    return transformers.GPTNeoXConfig(**{**SIZES, "num_key_value_heads": None, **keys})


def smollm3(**keys):
    return transformers.SmolLM3Config(**{**SIZES, "num_hidden_layers": 4, **keys})


def gemma2(**keys):
    return transformers.Gemma2Config(
        **{**SIZES, "head_dim": 10, "query_pre_attn_scalar": 12, "sliding_window": 5, "num_hidden_layers": 3, **keys}
    )


def gemma3(**keys):
    keys = {**SIZES, "head_dim": 10, "query_pre_attn_scalar": 12, "sliding_window": 6, **keys}
    return transformers.Gemma3TextConfig(**{"num_hidden_layers": 4, "sliding_window_pattern": 3, **keys})


def phi3(**keys):
    return transformers.Phi3Config(**{**SIZES, **keys})


EXPERTS = {**SIZES, "hidden_size": 24, "intermediate_size": 20, "router_aux_loss_coef": 0.05}


def mixtral(**keys):
    return transformers.MixtralConfig(**{**EXPERTS, "num_local_experts": 4, "num_experts_per_tok": 2, **keys})


def qwen3_moe(**keys):
    keys = {"moe_intermediate_size": 12, "num_experts": 4, "num_experts_per_tok": 2, "head_dim": 8, **keys}
    return transformers.Qwen3MoeConfig(**{**EXPERTS, **keys})


def gpt_oss(**keys):
    keys = {"num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 8, "sliding_window": 6, **keys}
    return transformers.GptOssConfig(**{**EXPERTS, **keys})


MODELS = {
    "gpt2-plain": lambda: transformers.GPT2Config(
        **COMMON, n_positions=64, n_embd=32, n_layer=2, n_head=4
    ),
    "gpt2-relu-untied": lambda: transformers.GPT2Config(
        **COMMON, n_positions=64, n_embd=24, n_layer=2, n_head=3, n_inner=40, activation_function="relu",
        tie_word_embeddings=False, layer_norm_epsilon=1e-3,
    ),
    "llama-plain": lambda: llama(num_key_value_heads=4),
    "llama-grouped-tied": lambda: llama(tie_word_embeddings=True, rms_norm_eps=1e-3),
    "llama-biases": lambda: llama(attention_bias=True, mlp_bias=True, num_hidden_layers=3),
    "llama-wide-heads": lambda: llama(head_dim=12, num_key_value_heads=1, hidden_act="gelu"),
    "llama-linear": lambda: llama(rope_parameters=rope("linear", factor=3.0)),
    "llama-dynamic": lambda: llama(rope_parameters=rope("dynamic", factor=3.0), max_position_embeddings=24),
    "llama-llama3": lambda: llama(rope_parameters=LLAMA3),
    "llama-yarn": lambda: llama(
        rope_parameters=rope("yarn", 1000.0, factor=4.0, original_max_position_embeddings=16)
    ),
    "llama-yarn-scales": lambda: llama(
        rope_parameters=rope(
            "yarn", 500.0, factor=2.5, original_max_position_embeddings=20, beta_fast=4.0, beta_slow=0.5, mscale=0.7,
            mscale_all_dim=1.3, truncate=False,
        )
    ),
    "llama-longrope": lambda: llama(rope_parameters={**LONGROPE, "factor": 2.0}),
    "gpt_neox-plain": lambda: gpt_neox(),
    "gpt_neox-sequential": lambda: gpt_neox(
        use_parallel_residual=False, tie_word_embeddings=True, hidden_act="gelu_new",
        rope_parameters=rope("default", partial_rotary_factor=0.5), layer_norm_eps=1e-3,
    ),
    "gpt_neox-without-biases": lambda: gpt_neox(
        attention_bias=False, rope_parameters=rope("linear", factor=2.0, partial_rotary_factor=1.0)
    ),
    "mistral-window": lambda: transformers.MistralConfig(**SIZES, sliding_window=7),
    "mistral-full": lambda: transformers.MistralConfig(
        **SIZES, sliding_window=None, head_dim=6, rope_parameters=rope("default", 1e6)
    ),
    "qwen2-plain": lambda: transformers.Qwen2Config(**SIZES),
    "qwen2-window": lambda: transformers.Qwen2Config(
        **{**SIZES, "num_hidden_layers": 3}, use_sliding_window=True, sliding_window=6, max_window_layers=1,
        tie_word_embeddings=True,
    ),
    "qwen2-yarn": lambda: transformers.Qwen2Config(
        **SIZES, rope_parameters=rope("yarn", 1000.0, factor=4.0, original_max_position_embeddings=16)
    ),
    "qwen3-plain": lambda: transformers.Qwen3Config(**SIZES, head_dim=10),
    "qwen3-window": lambda: transformers.Qwen3Config(
        **{**SIZES, "num_hidden_layers": 3}, head_dim=8, use_sliding_window=True, sliding_window=6,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"], attention_bias=True,
        tie_word_embeddings=True,
    ),
    "gemma-plain": lambda: transformers.GemmaConfig(**SIZES, head_dim=8),
    "gemma-wide-heads": lambda: transformers.GemmaConfig(
        **{**SIZES, "num_key_value_heads": 1}, head_dim=14, hidden_act="gelu", attention_bias=True
    ),
    "gemma2-caps": lambda: gemma2(attn_logit_softcapping=1.5, final_logit_softcapping=2.0),
    "gemma2-without-caps": lambda: gemma2(attn_logit_softcapping=None, final_logit_softcapping=None),
    "gemma2-usual-caps": lambda: gemma2(
        layer_types=["full_attention", "sliding_attention", "sliding_attention"], tie_word_embeddings=False
    ),
    "gemma3-plain": lambda: gemma3(),
    "gemma3-linear": lambda: gemma3(
        rope_parameters={
            "full_attention": rope("linear", 500.0, factor=4.0), "sliding_attention": rope("default", 50.0)
        },
        final_logit_softcapping=3.0, attention_bias=True,
    ),
    "gemma3-windows-only": lambda: gemma3(num_hidden_layers=2),
    "phi3-plain": lambda: phi3(),
    "phi3-longrope": lambda: phi3(
        rope_parameters=LONGROPE, original_max_position_embeddings=24, tie_word_embeddings=True
    ),
    "phi3-partial-window": lambda: phi3(
        head_dim=8, rope_parameters={**rope("default"), "partial_rotary_factor": 0.5}, sliding_window=9
    ),
    "phi3-partial-longrope": lambda: phi3(
        rope_parameters={
            **LONGROPE, "short_factor": SHORT[:2], "long_factor": LONG[:2], "partial_rotary_factor": 0.5
        },
        original_max_position_embeddings=24,
    ),
    "olmo2-plain": lambda: transformers.Olmo2Config(**SIZES),
    "olmo2-biases": lambda: transformers.Olmo2Config(
        **{**SIZES, "num_key_value_heads": 4}, attention_bias=True, tie_word_embeddings=True,
        rope_parameters=rope("linear", factor=2.0),
    ),
    "smollm3-plain": lambda: smollm3(),
    "smollm3-listed": lambda: smollm3(
        no_rope_layers=[1, 0, 0, 1], use_sliding_window=True, sliding_window=6, tie_word_embeddings=False,
        attention_bias=True, mlp_bias=True,
    ),
    "granite-multipliers": lambda: transformers.GraniteConfig(
        **SIZES, embedding_multiplier=3.0, residual_multiplier=0.22, attention_multiplier=0.3, logits_scaling=1.7
    ),
    "granite-biases": lambda: transformers.GraniteConfig(
        **SIZES, attention_bias=True, mlp_bias=True, tie_word_embeddings=True, attention_multiplier=0.125
    ),
    "phi-plain": lambda: transformers.PhiConfig(**{**SIZES, "num_key_value_heads": None}),
    "phi-grouped-tied": lambda: transformers.PhiConfig(
        **SIZES, tie_word_embeddings=True, hidden_act="gelu", layer_norm_eps=1e-3,
        rope_parameters=rope("linear", factor=2.0, partial_rotary_factor=0.75),
    ),
    "starcoder2-plain": lambda: transformers.Starcoder2Config(**SIZES),
    "starcoder2-window": lambda: transformers.Starcoder2Config(
        **SIZES, use_bias=False, sliding_window=7, tie_word_embeddings=False, hidden_act="gelu", norm_epsilon=1e-3
    ),
    "mixtral-plain": lambda: mixtral(),
    "mixtral-window": lambda: mixtral(
        num_local_experts=5, num_experts_per_tok=1, sliding_window=7, head_dim=10, hidden_act="gelu",
        tie_word_embeddings=True, rope_parameters=rope("linear", factor=2.0),
    ),
    "mixtral-all": lambda: mixtral(num_local_experts=3, num_experts_per_tok=3, num_key_value_heads=4),
    "qwen3_moe-plain": lambda: qwen3_moe(norm_topk_prob=True),
    "qwen3_moe-unequal": lambda: qwen3_moe(norm_topk_prob=False, num_experts=6, num_experts_per_tok=3),
    "qwen3_moe-some-layers": lambda: qwen3_moe(
        num_hidden_layers=4, decoder_sparse_step=2, mlp_only_layers=[1], attention_bias=True, use_sliding_window=True,
        sliding_window=9, tie_word_embeddings=True,
    ),
    "gpt_oss-plain": lambda: gpt_oss(swiglu_limit=1.0),
    "gpt_oss-yarn": lambda: gpt_oss(
        num_local_experts=3, num_experts_per_tok=2, num_hidden_layers=3, swiglu_alpha=1.2, swiglu_limit=0.6,
        rope_parameters=rope(
            "yarn", 150000.0, factor=8.0, beta_fast=32.0, beta_slow=1.0, truncate=False,
            original_max_position_embeddings=8,
        ),
    ),
    "gpt_oss-listed": lambda: gpt_oss(
        num_hidden_layers=3, layer_types=["full_attention", "sliding_attention", "sliding_attention"],
        attention_bias=False, num_experts_per_tok=1, rope_parameters=rope("default"), tie_word_embeddings=True,
    ),
}


def log_probabilities(model: torch.nn.Module, ids: list[int]) -> torch.Tensor:
    """Of ids[1:], each given all before it: [len(ids) - 1]."""
    logits = model(torch.tensor([ids[:-1]])).logits[0]
    return torch.log_softmax(logits, dim=-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]


def routers(model: torch.nn.Module, sequences: list[list[int]], top: int) -> tuple[torch.Tensor, ...]:
    """Each layer's logits of the experts, for all tokens that are read."""
    each = [model(torch.tensor([ids[:-1]]), output_router_logits=True).router_logits for ids in sequences]
    joined = tuple(torch.cat(layer) for layer in zip(*each))
    if top < joined[0].shape[1]:
        ordered = torch.cat(joined).sort(descending=True).values
        gap = (ordered[:, top - 1] - ordered[:, top]).min()
        assert gap > 2e-5, f"two experts are as good as equal for a token: {gap}"
    return joined


def by_name_in_file(model: torch.nn.Module, directory: str) -> dict[str, torch.Tensor]:
    """The gradients, split and named as the tensors of a file are: written in the parameters' place."""
    from safetensors.torch import load_file

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.grad)
    model.save_pretrained(f"{directory}/gradients")
    return load_file(f"{directory}/gradients/model.safetensors")


def shortened(numbers, digits: int) -> list[float]:
    return [float(f"%.{digits}g" % number) for number in numbers]


def golden(name: str, config: transformers.PretrainedConfig, directory: str) -> dict:
    from safetensors.torch import save_file

    is_offset = config.model_type.startswith("gemma")
    load = transformers.AutoModelForCausalLM.from_pretrained
    transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(directory)
    with safe_open(f"{directory}/model.safetensors", "pt") as file:
        shapes = {key: file.get_slice(key).get_shape() for key in sorted(file.keys())}
    tensors = {key: torch.from_numpy(value(key, shape, is_offset)) for key, shape in shapes.items()}
    save_file(tensors, f"{directory}/model.safetensors", metadata={"format": "pt"})
    eager = {"attn_implementation": "eager", "experts_implementation": "eager"}
    model = load(directory, dtype=torch.float32, **eager).eval().double()

    random = numpy.random.default_rng(hashed(name))
    sequences = [random.integers(0, config.vocab_size, length + 1).tolist() for length in LENGTHS]
    found = [log_probabilities(model, ids) for ids in sequences]
    loss = -torch.cat(found).mean()
    balance = {}
    if hasattr(config, "router_aux_loss_coef"):
        top = config.num_experts_per_tok
        balancing = load_balancing_loss_func(routers(model, sequences, top), config.num_local_experts, top)
        (loss + config.router_aux_loss_coef * balancing).backward()
        balance = {"balancing_loss": shortened([balancing.item()], 10)[0]}
        by_parameter = by_name_in_file(model, directory)
    else:
        loss.backward()
        # By the names of the file: the parameters' own, or those they were loaded from.
        by_parameter = {key: parameter.grad for key, parameter in model.named_parameters()}
    gradients = {}
    for key, shape in shapes.items():
        gradient = by_parameter[key if key in by_parameter else "lm_head.weight"].numpy().reshape(-1)
        gradients[key] = {
            "norm": shortened([numpy.linalg.norm(gradient)], 9)[0],
            "projections": shortened(
                [direction(key, number, gradient.size) @ gradient for number in range(PROJECTIONS)], 9
            ),
        }
    return {
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__},
        "config": json.loads(pathlib.Path(directory, "config.json").read_text()),
        "tensors": {key: list(shape) for key, shape in shapes.items()},
        "sequences": [
            {"ids": ids, "log_probabilities": shortened(values.tolist(), 10)}
            for ids, values in zip(sequences, found, strict=True)
        ],
        "loss": shortened([loss.item()], 10)[0],
        **balance,
        "gradients": gradients,
    }


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    folder = HERE / "families"
    folder.mkdir(exist_ok=True)
    for name in sys.argv[1:] or MODELS:
        with tempfile.TemporaryDirectory() as directory:
            content = golden(name, MODELS[name](), directory)
        text = json.dumps(content, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n")
        spread = numpy.concatenate([s["log_probabilities"] for s in content["sequences"]]).std()
        print(f"{name}: loss {content['loss']:.4f}, spread of log-probabilities {spread:.2f}, {len(text)} bytes")


if __name__ == "__main__":
    main()
