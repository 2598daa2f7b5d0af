"""Makes the golden model directories and what they must compute.

    python make_models.py

writes, beside itself, one directory for each small random model in the Hugging Face layout, and in it
`expected.json`:

- `sequences`: for each, `ids`, and `log_probabilities` of ids[1:] given all before them, in nats, by a
  forward pass in float64 (`log_probabilities`) and in float32 (`log_probabilities_float32`);
- `mean_negative_log_likelihood`: over every predicted token of all sequences, float64;
- `gradient_norms`: of that mean with respect to each parameter, by its name in the checkpoint, float64.

Needs torch, transformers and numpy (made with torch 2.15 and transformers 5.23). The random numbers come from
numpy, so the weights do not depend on torch's version.
"""

import json
import pathlib

import numpy
import torch
import transformers
from transformers.models.llama import modeling_llama

HERE = pathlib.Path(__file__).resolve().parent
CONTEXT = 48

MODELS = {
    "gpt2-tied": transformers.GPT2Config(
        vocab_size=97,
        n_positions=CONTEXT,
        n_embd=32,
        n_layer=2,
        n_head=4,
        activation_function="gelu_new",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
    ),
    "gpt2-untied": transformers.GPT2Config(
        vocab_size=61,
        n_positions=CONTEXT,
        n_embd=48,
        n_layer=3,
        n_head=3,
        n_inner=80,
        activation_function="gelu_new",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        tie_word_embeddings=False,
        bos_token_id=0,
        eos_token_id=0,
    ),
    "llama-grouped": transformers.LlamaConfig(
        vocab_size=83,
        max_position_embeddings=CONTEXT,
        hidden_size=48,
        intermediate_size=88,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        rms_norm_eps=1e-5,
        tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        bos_token_id=0,
        eos_token_id=0,
    ),
    "llama-tied": transformers.LlamaConfig(
        vocab_size=71,
        max_position_embeddings=CONTEXT,
        hidden_size=32,
        intermediate_size=56,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        rms_norm_eps=1e-6,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        bos_token_id=0,
        eos_token_id=0,
    ),
}


def perturb(model: torch.nn.Module, seed: int) -> None:
    """Gives every parameter values that matter: no norm is all ones, no bias all zeros."""
    random = numpy.random.default_rng(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.from_numpy(random.standard_normal(tuple(parameter.shape)).astype(numpy.float32))
            is_norm_weight = parameter.ndim == 1 and name.endswith("weight")
            parameter.copy_(
                1 + 0.2 * noise if is_norm_weight else (0.15 if parameter.ndim == 1 else 0.2) * noise
            )


def widen_everything(model: torch.nn.Module) -> torch.nn.Module:
    """The model in float64 throughout; transformers' Llama always takes norms and angles in float32."""
    model = model.double()
    for module in model.modules():
        if isinstance(module, modeling_llama.LlamaRMSNorm):
            module.forward = lambda x, norm=module: (
                norm.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + norm.variance_epsilon))
            )
        if isinstance(module, modeling_llama.LlamaRotaryEmbedding):
            dimension = model.config.hidden_size // model.config.num_attention_heads
            theta = model.config.rope_parameters["rope_theta"]
            frequencies = theta ** (-torch.arange(0, dimension, 2, dtype=torch.float64) / dimension)

            def angles(x, position_ids, frequencies=frequencies):
                half = position_ids[..., None].double() * frequencies
                both = torch.cat((half, half), dim=-1)
                return both.cos(), both.sin()

            module.forward = angles
    return model


def log_probabilities(model: torch.nn.Module, ids: list[int]) -> torch.Tensor:
    """Of ids[1:], each given all before it: [len(ids) - 1]."""
    logits = model(torch.tensor([ids])).logits[0, :-1]
    return torch.log_softmax(logits, dim=-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]


def load(directory: pathlib.Path) -> torch.nn.Module:
    return transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="sdpa"
    ).eval()


def main() -> None:
    for seed, (name, config) in enumerate(MODELS.items(), start=1):
        directory = HERE / "models" / name
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        perturb(model, seed)
        model.save_pretrained(directory)
        (directory / "generation_config.json").unlink(missing_ok=True)

        random = numpy.random.default_rng(100 + seed)
        sequences = [random.integers(0, config.vocab_size, length).tolist() for length in (2, 7, 17, CONTEXT)]
        single = load(directory)
        double = widen_everything(load(directory))
        with torch.no_grad():
            narrow = [log_probabilities(single, ids).tolist() for ids in sequences]
        wide = [log_probabilities(double, ids) for ids in sequences]
        loss = -torch.cat(wide).mean()
        loss.backward()
        expected = {
            "sequences": [
                {"ids": ids, "log_probabilities": w.tolist(), "log_probabilities_float32": n}
                for ids, w, n in zip(sequences, wide, narrow)
            ],
            "mean_negative_log_likelihood": loss.item(),
            "gradient_norms": {key: p.grad.norm().item() for key, p in double.named_parameters()},
        }
        (directory / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
        difference = max(
            (w - torch.tensor(n, dtype=torch.float64)).abs().max().item() for w, n in zip(wide, narrow)
        )
        print(f"{name}: mean {loss.item():.4f} nats, float32 differs by {difference:.1e}")


if __name__ == "__main__":
    main()
