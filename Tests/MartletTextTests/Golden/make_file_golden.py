"""Makes small tokenizer files of every kind but tokenizer.json, and what the reference libraries make of texts by them.

Writes into files/:
- NAME.model: SentencePiece models trained on sample.txt, some with user-defined pieces, byte fallback, spaces at the
  ends of words, or rules for normalization of their own; ids and texts by `sentencepiece`;
- ties.model: a SentencePiece model whose pieces have few different scores, so that the order of equals shows;
- ranks.tiktoken: ranks, with the ids of each encoding by `tiktoken`;
- NAME.gguf: the same vocabularies in GGUF files written by `gguf`, with ids by `sentencepiece`, `tiktoken` and
  `tokenizers`;
- cases.json: for each file its texts with ids and decoded text, and ids with decoded texts.

Usage: python make_file_golden.py
"""

import base64
import inspect
import json
import os
import random
import re
import tempfile

import gguf
import sentencepiece
import tiktoken
import tiktoken_ext.openai_public
import tokenizers
from sentencepiece import sentencepiece_model_pb2 as model_pb2
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "files")
os.makedirs(folder, exist_ok=True)
sample_file = os.path.join(here, "sample.txt")
with open(sample_file, encoding="utf-8", newline="") as file:
    sample = file.read()
SCALARS = [c for c in range(1, 0x20000) if not 0xD800 <= c < 0xE000]
USER_DEFINED = ["<sep>", "foo bar", "日本", "ab", "abc"]
RULES = "FB01\t66 69\nFF21\t41\n65 301\tE9\n338D\t78 20 79\n2003\t20\nA\t20\n9\t20\nAD\t\n41 42 43\t61\n"
# As tokenizer.json has it; Oniguruma takes tiktoken's own in another way.
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
          r"\s+(?!\S)|\s+")
cases = {}


def path(name):
    return os.path.join(folder, name)


def texts(r, pieces, count=40):
    result = ["", " ", "   ", "a", " a  b ", "<s>", "<unk>x", "<0x41>", "▁", "a▁b", "zzz", "日日 日", "x<sep>y foo bar", "ABC e\u0301 ﬁ ㍍"]
    while len(result) < count:
        kind = r.random()
        if kind < 0.3:
            start = r.randrange(len(sample))
            text = sample[start:start + r.randrange(1, 60)]
        elif kind < 0.6:
            text = "".join(r.choice(sample) if r.random() < 0.85 else chr(r.choice(SCALARS)) for _ in range(r.randrange(20)))
        else:
            text = "".join(r.choice(pieces).replace("▁", r.choice([" ", "▁"])) if r.random() < 0.7 else
                           r.choice(["  ", "㍍", "ﬁ", "<mask>", "\t\n", "é", "e\u0301", "ABC"]) for _ in range(r.randrange(8)))
        result.append(text.replace("\0", ""))
    return result


def add_sentencepiece(name, processor, r):
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    spaced = [i for i, p in enumerate(pieces) if p.startswith("▁")]
    encoded = [{"text": t, "ids": processor.encode(t), "decoded": processor.decode(processor.encode(t))}
               for t in texts(r, pieces)]
    decoded = []
    for _ in range(20):
        ids = [r.choice(spaced) if r.random() < 0.4 else r.randrange(len(pieces)) for _ in range(r.randrange(1, 7))]
        decoded.append({"ids": ids, "text": processor.decode(ids)})
    cases[name] = {"encoded": encoded, "decoded": decoded}


def train(name, **options):
    settings = dict(vocab_size=720, character_coverage=0.98, hard_vocab_limit=False, minloglevel=2,
                    normalization_rule_name="identity") | options
    with tempfile.TemporaryDirectory() as temporary:
        rules = os.path.join(temporary, "rules.tsv")
        with open(rules, "w") as file:
            file.write(RULES)
        if settings.pop("rules", False):
            settings["normalization_rule_tsv"] = rules
        prefix = os.path.join(temporary, "m")
        sentencepiece.SentencePieceTrainer.train(input=sample_file, model_prefix=prefix, **settings)
        model = model_pb2.ModelProto()
        with open(prefix + ".model", "rb") as file:
            model.ParseFromString(file.read())
    # Only what is needed, and no path of a machine.
    model.trainer_spec.input[:] = ["sample.txt"]
    model.trainer_spec.model_prefix = name
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    write_model(name, model)


def write_model(name, model):
    with open(path(name + ".model"), "wb") as file:
        file.write(model.SerializeToString())
    add_sentencepiece(name + ".model", sentencepiece.SentencePieceProcessor(model_file=path(name + ".model")), random.Random(name))


def ties():
    r = random.Random(4)
    model = model_pb2.ModelProto()
    model.trainer_spec.model_type = 2
    seen = {}

    def add(piece, score, kind):
        if seen.setdefault(piece, len(seen)) == len(seen) - 1:
            added = model.pieces.add()
            added.piece, added.score, added.type = piece, score, kind

    add("<unk>", 0, 2)
    add("b", 0, 3)
    for c in "ac▁日":
        add(c, -9, 1)
    for _ in range(60):
        add("".join(r.choice("abc▁é日") for _ in range(r.randrange(2, 5))), -r.randrange(4), 1)
    write_model("ties", model)


def ranks():
    r = random.Random(2)
    tokens = [bytes([b]) for b in range(256)]
    r.shuffle(tokens)
    data, seen = sample.encode(), set(tokens)
    while len(tokens) < 700:
        start = r.randrange(len(data))
        token = r.choice(tokens[-150:]) + r.choice(tokens) if r.random() < 0.5 else data[start:start + r.randrange(2, 6)]
        if len(token) < 12 and token not in seen:
            seen.add(token)
            tokens.append(token)
    return tokens


def patterns():
    source = inspect.getsource(tiktoken_ext.openai_public.cl100k_base)
    gpt2 = tiktoken_ext.openai_public.r50k_pat_str
    return {"r50k": (gpt2, 50256), "p50k": (gpt2, 50256),
            "cl100k": (re.search(r'"pat_str": r"""(.*?)"""', source, re.S)[1], 100257),
            "o200k": ("|".join(re.findall(r'r"""(.*?)"""', inspect.getsource(tiktoken_ext.openai_public.o200k_base))), 199999)}


def add_ranks(tokens):
    with open(path("ranks.tiktoken"), "w") as file:
        file.write("".join(f"{base64.b64encode(t).decode()} {i}\n" for i, t in enumerate(tokens)))
    encodings = {}
    for name, (pattern, end) in patterns().items():
        encoding = encodings[name] = tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks={t: i for i, t in enumerate(tokens)}, special_tokens={"<|endoftext|>": end})
        r = random.Random(name)
        known = texts(r, ["'s", "'LL", "'ſ", "12345", "\r\n", " \n", "DON'T", "¡Hola", "日本", "a<|endoftext|>b"], 60)
        encoded = [{"text": t, "ids": encoding.encode(t, disallowed_special=()),
                    "parsed": encoding.encode(t, allowed_special="all")} for t in known]
        for case in encoded:
            case["decoded"] = encoding.decode(case["ids"])
        decoded = [{"ids": ids, "text": encoding.decode(ids)}
                   for ids in ([r.randrange(len(tokens)) for _ in range(6)] for _ in range(20))]
        cases["ranks.tiktoken " + name] = {"encoded": encoded, "decoded": decoded}
    return encodings


def write_gguf(name, kind, tokens, types, **values):
    writer = gguf.GGUFWriter(path(name + ".gguf"), "llama")
    writer.add_tokenizer_model(kind)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    for key, value in values.items():
        getattr(writer, key)(value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def byte_characters():
    """GPT-2's bytes_to_unicode."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = iter(range(256, 512))
    return [chr(b) if b in plain else chr(next(extra)) for b in range(256)]


def add_gguf(tokens, encodings):
    model = model_pb2.ModelProto()
    for source, name, kind in [("bpe_bytes", "llama", "llama"), ("unigram_rules", "t5", "t5")]:
        with open(path(source + ".model"), "rb") as file:
            model.ParseFromString(file.read())
        extra = {} if kind == "llama" else {
            "add_remove_extra_whitespaces": model.normalizer_spec.remove_extra_whitespaces,
            "add_precompiled_charsmap": model.normalizer_spec.precompiled_charsmap}
        write_gguf(name, kind, [p.piece for p in model.pieces], [p.type for p in model.pieces],
                   add_token_scores=[p.score for p in model.pieces], add_unk_token_id=0, add_bos_token_id=1, add_eos_token_id=2,
                   add_add_space_prefix=model.normalizer_spec.add_dummy_prefix, **extra)
        # The file does not say what stands for the unknown.
        encoded = [case | {"decoded": case["decoded"].replace("[?]", " \u2047 ")} for case in cases[source + ".model"]["encoded"]]
        cases[name + ".gguf"] = {"encoded": encoded, "decoded": [], "around": [[1], []] if kind == "llama" else [[], [2]]}
    characters = byte_characters()
    written = ["".join(characters[b] for b in t) for t in tokens]
    vocabulary = {t: i for i, t in enumerate(written)}
    merges = [(t[:i], t[i:]) for t in written for i in range(1, len(t)) if t[:i] in vocabulary and t[i:] in vocabulary]
    for name, pre in [("gpt2", "gpt-2"), ("llama3", "llama-bpe")]:
        end = len(tokens)
        write_gguf(name, "gpt2", written + ["<|endoftext|>", "<|user|>"], [1] * len(written) + [3, 4], add_tokenizer_pre=pre,
                   add_token_merges=[" ".join(m) for m in merges], add_bos_token_id=end, add_eos_token_id=end)
        tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=pre == "llama-bpe"))
        byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pre == "gpt-2")
        tokenizer.pre_tokenizer = byte_level if pre == "gpt-2" else pre_tokenizers.Sequence(
            [pre_tokenizers.Split(tokenizers.Regex(CL100K), "isolated"), byte_level])
        tokenizer.add_special_tokens(["<|endoftext|>"])
        tokenizer.add_tokens(["<|user|>"])
        tokenizer.decoder = tokenizers.decoders.ByteLevel()
        tokenizer.encode_special_tokens = True
        encoded = []
        for text in texts(random.Random(name), ["<|user|>", "<|endoftext|>", "'LL", "12345", "\r\n "], 50):
            ids = tokenizer.encode(text).ids
            encoded.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids)})
        cases[name + ".gguf"] = {"encoded": encoded, "decoded": [], "around": [[end] if pre == "llama-bpe" else [], []]}
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + list("abcdefghijklmnopqrstuvwxyz日本.,!") + ["##" + c for c in "abcdefghijklmnopqrstuvwxyz"] + \
        ["the", "bird", "##ird", "hello", "un", "##able", "##ing", "cafe"]
    as_gguf = [w if w[0] == "[" else w[2:] if w.startswith("##") else "▁" + w for w in words]
    write_gguf("bert", "bert", as_gguf, [3] * 4 + [1] * (len(words) - 4), add_unk_token_id=1, add_bos_token_id=2,
               add_sep_token_id=3, add_pad_token_id=0)
    tokenizer = Tokenizer(models.WordPiece(vocab={w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    encoded = []
    for text in texts(random.Random(8), ["The ", "bird", "unable", "Café", "hello!", "日本"], 50):
        encoded.append({"text": text, "ids": tokenizer.encode(text).ids})
    cases["bert.gguf"] = {"encoded": encoded, "decoded": [], "around": [[2], [3]]}


train("bpe", model_type="bpe")
train("bpe_bytes", model_type="bpe", byte_fallback=True, remove_extra_whitespaces=False, split_digits=True, vocab_size=950)
train("bpe_user", model_type="bpe", user_defined_symbols=USER_DEFINED, control_symbols=["<mask>"], rules=True)
train("bpe_suffix", model_type="bpe", treat_whitespace_as_suffix=True, split_by_whitespace=False, add_dummy_prefix=False)
train("unigram", model_type="unigram")
train("unigram_bytes", model_type="unigram", byte_fallback=True, remove_extra_whitespaces=False, vocab_size=950)
train("unigram_user", model_type="unigram", user_defined_symbols=USER_DEFINED, control_symbols=["<mask>"])
train("unigram_rules", model_type="unigram", rules=True, unk_surface="[?]", split_by_whitespace=False)
ties()
tokens = ranks()
add_gguf(tokens, add_ranks(tokens))
with open(path("cases.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in cases.items()) + "\n}\n")
