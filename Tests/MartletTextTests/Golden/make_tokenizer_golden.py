"""Makes the tokenizers that Martlet must make from the same text, with the `tokenizers` library.

Writes, beside this script:
- sample/KIND.json: the tokenizer.json of each kind trained on sample.txt (its words are trained by
  WordLevelTrainer, its byte pairs by BpeTrainer), byte for byte what Martlet must write;
- pipeline.json: an untrained tokenizer with SentencePiece-like stages and awkward added tokens;
- cases.json: ids of texts and texts of ids for each of them;
- shakespeare-merges.txt: the 3,839 merges of a vocabulary of 4,096 on tinyshakespeare.txt (1.1 MB), and
  shakespeare.json: how many ids its text has and their checksum.

Usage: python make_tokenizer_golden.py [tinyshakespeare.txt]
"""

import json
import os
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

END, UNKNOWN = "<|endoftext|>", "<unk>"
WORDS = r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[\s\S]"
here = os.path.dirname(os.path.abspath(__file__))
package = os.path.dirname(os.path.dirname(os.path.dirname(here)))
default = os.path.join(os.path.dirname(package), "shared/data/text/tinyshakespeare.txt")


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def characters(text):
    tokens = [END, UNKNOWN] + sorted(set(text))
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=[], unk_token=UNKNOWN))
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([END, UNKNOWN])
    return tokenizer


def words(text, size):
    tokenizer = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORDS), "isolated")
    tokenizer.decoder = decoders.Fuse()
    trainer = trainers.WordLevelTrainer(vocab_size=size, special_tokens=[END, UNKNOWN], show_progress=False)
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def byte_characters():
    """GPT-2's bytes_to_unicode."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = iter(range(256, 512))
    return [chr(b) if b in plain else chr(next(extra)) for b in range(256)]


def byte_values():
    vocabulary = {c: b for b, c in enumerate(byte_characters())}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary | {END: 256}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([END])
    return tokenizer


def byte_pairs(text, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=[END], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def pipeline():
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    tokens += ["▁", "a", "b", "c", "t", "h", "e", "é", "▁a", "th", "the", "▁the", "he", "ab", "abc"]
    merges = [("▁", "a"), ("t", "h"), ("h", "e"), ("th", "e"), ("▁", "the"), ("a", "b"), ("ab", "c")]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges, unk_token="<unk>",
                                     fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.add_tokens([
        AddedToken("[left]", lstrip=True, normalized=False), AddedToken("[right]", rstrip=True, normalized=False),
        AddedToken("[both]", lstrip=True, rstrip=True, normalized=False),
        AddedToken("word", single_word=True, normalized=False), AddedToken("two words", normalized=True),
        AddedToken("[lef", normalized=False)])
    return tokenizer


def texts(sample):
    chosen = ["", " ", "  ", "\n", "\r\n", "a", "é", "e\u0301", " a", "a ", "the the", "abc abcabc ab c", "hello world",
              "don't we'll they've I'm you'd she's we're 's 't 'x '", "DON'T", "x  y   z    ", " \n \n\n x", "\t\t\tx",
              "日本語 と 中文", "👨\u200d👩\u200d👧 😀", "½ Ⅳ ٣ 𝟘", "\u00a0\u2003x", "a\u0301\u0301b", "<unk>", "<|endoftext|>",
              "x<|endoftext|>y", "<s>a</s>", "the [left] a [right] b [both] c", "word swordfish word, a word",
              "two words and the", "a[left][left] [right]  [right]", "[lef [left", "aaaaaaa", "zzzz qqqq", "\u0000\u0001",
              "'" * 5, "l'l ll 'll", "1234567890", "a1b2", "a_b", "ñ n\u0303", "\u1c89\u0897\U00010d40 new scalars"]
    chosen += sample.split("\n")
    generator = random.Random(20240607)
    pool = sample + "".join(chr(generator.choice([generator.randrange(1, 0xD800), generator.randrange(0xE000, 0x110000)]))
                            for _ in range(200))
    chosen += ["".join(generator.choice(pool) for _ in range(generator.randrange(1, 40))) for _ in range(60)]
    return chosen


def cases(tokenizer, sample):
    generator = random.Random(7)
    encoded = []
    for text in texts(sample):
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text).ids
        tokenizer.encode_special_tokens = False
        parsed = tokenizer.encode(text).ids
        case = {"text": text, "ids": plain, "decoded": tokenizer.decode(plain)}
        if parsed != plain:
            case["parsed"] = parsed
        encoded.append(case)
    size = tokenizer.get_vocab_size()
    decoded = []
    for _ in range(60):
        ids = [generator.randrange(size + 3) for _ in range(generator.randrange(1, 12))]
        decoded.append({"ids": ids, "text": tokenizer.decode(ids), "with_special":
                        tokenizer.decode(ids, skip_special_tokens=False)})
    return {"encoded": encoded, "decoded": decoded}


def checksum(ids):
    """FNV-1a over the ids as 32-bit words."""
    value = 0xCBF29CE484222325
    for i in ids:
        value = ((value ^ i) * 0x100000001B3) % 2**64
    return f"{value:016x}"


def write(name, value):
    with open(os.path.join(here, name), "w", encoding="utf-8") as file:
        file.write(value)


sample = read(os.path.join(here, "sample.txt"))
made = {"characters": characters(sample), "words": words(sample, 200), "bytes": byte_values(),
        "bpe": byte_pairs(sample, 600), "pipeline": pipeline()}
os.makedirs(os.path.join(here, "sample"), exist_ok=True)
for kind, tokenizer in made.items():
    write("pipeline.json" if kind == "pipeline" else f"sample/{kind}.json", tokenizer.to_str(pretty=True))
write("cases.json", json.dumps({kind: cases(t, sample) for kind, t in made.items()}, ensure_ascii=True,
                               separators=(",", ":")))

text = read(sys.argv[1] if len(sys.argv) > 1 else default)
large, small = byte_pairs(text, 4096), byte_pairs(text, 1024)
merges = [" ".join(m) for m in json.loads(large.to_str())["model"]["merges"]]
assert merges[:1024 - 257] == [" ".join(m) for m in json.loads(small.to_str())["model"]["merges"]]
write("shakespeare-merges.txt", "\n".join(merges) + "\n")
figures = {}
for tokenizer in (small, large):
    ids = tokenizer.encode(text).ids
    figures[str(tokenizer.get_vocab_size())] = {"ids": len(ids), "checksum": checksum(ids)}
write("shakespeare.json", json.dumps(figures, indent=2) + "\n")
