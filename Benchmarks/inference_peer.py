"""Measures llama.cpp or transformers reading prompts and writing tokens with a random model of some sizes.

    python Benchmarks/inference_peer.py llama.cpp --weights bfloat16 --sequences 1
    python Benchmarks/inference_peer.py transformers

Prints one JSON object: medians over the repetitions, in tokens a second of all sequences together. The likeliest
token is always taken. llama.cpp keeps its usual float16 keys and values; transformers works in float32.
"""

import argparse
import ctypes
import json
import os
import pathlib
import statistics
import time

import numpy


def write_gguf(path, options):
    """A Llama with random weights and a tied head; matrices in the format asked for."""
    import gguf

    writer = gguf.GGUFWriter(str(path), "llama")
    head_dimension = options.width // options.heads
    writer.add_context_length(options.context)
    writer.add_embedding_length(options.width)
    writer.add_block_count(options.layers)
    writer.add_feed_forward_length(options.feed_forward)
    writer.add_head_count(options.heads)
    writer.add_head_count_kv(options.key_value_heads)
    writer.add_rope_dimension_count(head_dimension)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(options.vocabulary)
    writer.add_tokenizer_model("no_vocab")
    narrow = options.weights == "bfloat16"
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_BF16 if narrow else gguf.LlamaFileType.ALL_F32)
    random = numpy.random.default_rng(0)

    def matrix(name, rows, columns):
        values = (0.02 * random.standard_normal((rows, columns))).astype(numpy.float32)
        if narrow:
            kind = gguf.GGMLQuantizationType.BF16
            writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values)

    def ones(name):
        writer.add_tensor(name, numpy.ones(options.width, dtype=numpy.float32))

    matrix("token_embd.weight", options.vocabulary, options.width)
    ones("output_norm.weight")
    keys = options.key_value_heads * head_dimension
    for layer in range(options.layers):
        block = f"blk.{layer}"
        ones(f"{block}.attn_norm.weight")
        ones(f"{block}.ffn_norm.weight")
        matrix(f"{block}.attn_q.weight", options.width, options.width)
        matrix(f"{block}.attn_k.weight", keys, options.width)
        matrix(f"{block}.attn_v.weight", keys, options.width)
        matrix(f"{block}.attn_output.weight", options.width, options.width)
        matrix(f"{block}.ffn_gate.weight", options.feed_forward, options.width)
        matrix(f"{block}.ffn_up.weight", options.feed_forward, options.width)
        matrix(f"{block}.ffn_down.weight", options.width, options.feed_forward)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class LlamaCpp:
    def __init__(self, options):
        import llama_cpp

        self.api, self.options = llama_cpp, options
        self.version = "llama-cpp-python " + llama_cpp.__version__
        # Its own account of every tensor would bury the figures.
        self.silence = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(self.silence, ctypes.c_void_p(0))
        path = pathlib.Path(options.cache) / (
            f"llama-{options.layers}-{options.width}-{options.heads}-{options.key_value_heads}-"
            f"{options.feed_forward}-{options.vocabulary}-{options.weights}.gguf"
        )
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            write_gguf(partial, options)
            partial.rename(path)
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(
            str(path).encode(), llama_cpp.llama_model_default_params()
        )
        if not self.model:
            raise SystemExit(f"error: llama.cpp cannot load {path}")
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = options.sequences * options.context
        parameters.n_batch = parameters.n_ubatch = 512
        parameters.n_seq_max = options.sequences
        parameters.n_threads = parameters.n_threads_batch = options.threads
        self.context = llama_cpp.llama_init_from_model(self.model, parameters)
        self.batch = llama_cpp.llama_batch_init(512, 0, 1)

    def decode(self, items):
        """items: (token, position, sequence, whether its logits are wanted); gives the likeliest tokens."""
        chosen = []
        for first in range(0, len(items), 512):
            part = items[first : first + 512]
            for index, (token, position, sequence, wanted) in enumerate(part):
                self.batch.token[index] = token
                self.batch.pos[index] = position
                self.batch.n_seq_id[index] = 1
                self.batch.seq_id[index][0] = sequence
                self.batch.logits[index] = wanted
            self.batch.n_tokens = len(part)
            if self.api.llama_decode(self.context, self.batch) != 0:
                raise SystemExit("error: llama.cpp cannot decode the batch")
            for index, item in enumerate(part):
                if item[3]:
                    logits = self.api.llama_get_logits_ith(self.context, index)
                    row = numpy.ctypeslib.as_array(logits, shape=(self.options.vocabulary,))
                    chosen.append(int(row.argmax()))
        return chosen

    def prompt(self, prompts):
        self.api.llama_memory_clear(self.api.llama_get_memory(self.context), True)
        length = len(prompts[0])
        return self.decode(
            [(int(t), p, s, p == length - 1) for s, ids in enumerate(prompts) for p, t in enumerate(ids)]
        )

    def step(self, tokens, position):
        return self.decode([(token, position, sequence, True) for sequence, token in enumerate(tokens)])


class Transformers:
    def __init__(self, options):
        import torch
        import transformers

        self.torch = torch
        self.version = f"transformers {transformers.__version__}, torch {torch.__version__}"
        torch.set_num_threads(options.threads)
        torch.manual_seed(0)
        configuration = transformers.LlamaConfig(
            vocab_size=options.vocabulary,
            hidden_size=options.width,
            intermediate_size=options.feed_forward,
            num_hidden_layers=options.layers,
            num_attention_heads=options.heads,
            num_key_value_heads=options.key_value_heads,
            max_position_embeddings=options.context,
            tie_word_embeddings=True,
        )
        self.model = transformers.LlamaForCausalLM(configuration).eval()
        if options.weights == "bfloat16":
            self.model = self.model.to(torch.bfloat16)

    def run(self, ids):
        with self.torch.inference_mode():
            output = self.model(
                self.torch.tensor(ids), past_key_values=self.cache, use_cache=True, logits_to_keep=1
            )
        self.cache = output.past_key_values
        return output.logits[:, -1].argmax(-1).tolist()

    def prompt(self, prompts):
        self.cache = None
        return self.run(prompts.tolist())

    def step(self, tokens, position):
        return self.run([[token] for token in tokens])


def main():
    parser = argparse.ArgumentParser(description="Measures llama.cpp or transformers.")
    parser.add_argument("peer", choices=["llama.cpp", "transformers"])
    parser.add_argument("--weights", choices=["float32", "bfloat16"], default="float32")
    for name, value in [
        ("layers", 30),
        ("heads", 9),
        ("key-value-heads", 3),
        ("width", 576),
        ("feed-forward", 1536),
        ("vocabulary", 49152),
        ("context", 1024),
        ("prompt-tokens", 512),
        ("decode-tokens", 64),
        ("sequences", 1),
        ("repetitions", 3),
        ("threads", os.cpu_count()),
    ]:
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--cache", default="/tmp/martlet-benchmarks", help="where random GGUF files are kept")
    options = parser.parse_args()

    peer = (LlamaCpp if options.peer == "llama.cpp" else Transformers)(options)
    random = numpy.random.default_rng(1)
    prompts = random.integers(0, options.vocabulary, (options.sequences, options.prompt_tokens))
    seconds = {"prompt": [], "decode": []}
    for repetition in range(options.repetitions + 1):
        start = time.perf_counter()
        tokens = peer.prompt(prompts)
        middle = time.perf_counter()
        for step in range(options.decode_tokens):
            tokens = peer.step(tokens, options.prompt_tokens + step)
        end = time.perf_counter()
        if repetition > 0:  # the first is not counted, as Martlet's is not
            seconds["prompt"].append(middle - start)
            seconds["decode"].append(end - middle)
    print(
        json.dumps(
            {
                "prompt_tokens_per_second": options.sequences
                * options.prompt_tokens
                / statistics.median(seconds["prompt"]),
                "decode_tokens_per_second": options.sequences
                * options.decode_tokens
                / statistics.median(seconds["decode"]),
                "version": peer.version,
            }
        )
    )


if __name__ == "__main__":
    main()
