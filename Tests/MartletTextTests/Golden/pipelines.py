"""Random texts and random tokenizers, for `make_pipelines_golden.py` and `fuzz_pipelines.py`.

A tokenizer is a `tokenizer.json` of random parts. Its model is made of the words that its own normalizer and
pre-tokenizer find in random texts, so that tokens of all lengths occur. The model SURFACE knows no word: its tokens show
what the stages before it make of a text.
"""

import base64
import json
import random
import struct

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

WORDS = """the The THE quick brown fox don't we'll I'm you've 's 'S 'Ll over lazy dogs Straße naïve café CAFÉ Ångström
İstanbul ÇİĞ ǅ ﬁnance ｆｕｌｌ ½ Ⅳ ² ١٢٣ 123 1234567 3.14 x86_64 foo_bar a-b http://a.b/c?d=e&f [CLS] [MASK] <s> </s>
▁▁x ##ing word swordfish 日本語 中文字 カタカナ ひらがな 한국어 각 각 हिन्दी क्षि ไทย العربية עברית Ελληνικά ΣΑΣ русский Ёж
👨‍👩‍👧 😀 🇫🇷 ❤️ 👍🏽 ﷺ ㍿ ẛ̣ q̣̇ Ǖ a\u0301\u0323 ö́ \u0344 K Å ‘quoted’ “x” … — – · • € £ © ® ™ \u00ad \u200b \u200d
\ufeff \u0000 \u0001 \x7f \u0085 \u00a0 \u2003 \u2028 \u3000 \ufffd \t \n \r\n \n\n \r""".split(" ")
SPACES = [" ", " ", " ", " ", "  ", "   ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "", ""]


def scalar(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return chr(rng.randrange(0x80))
    if kind == 1:
        return chr(rng.randrange(0x300, 0x370))
    if kind == 2:
        return chr(rng.choice([rng.randrange(0x1100, 0x1200), rng.randrange(0xAC00, 0xD7A4)]))
    if kind == 3:
        return chr(rng.randrange(0x80, 0x800))
    if kind == 4:
        return chr(rng.choice([rng.randrange(0x1F300, 0x1FAFF), 0x200D, 0xFE0F, rng.randrange(0x1F1E6, 0x1F200)]))
    if kind == 5:
        return chr(rng.choice([rng.randrange(0xF900, 0xFB50), rng.randrange(0xFE00, 0x10000),
                               rng.randrange(0x2000, 0x2100)]))
    if kind == 6:
        return chr(rng.choice([rng.randrange(0x800, 0xD800), rng.randrange(0xE000, 0x10000)]))
    return chr(rng.randrange(0x10000, 0x110000))


def text(rng, extra=()):
    """A text of up to some twenty pieces: words, spaces, scalars from all planes, contents of added tokens."""
    pieces = []
    for _ in range(rng.choice([1, 2, 3, 5, 8, 12, 20])):
        kind = rng.randrange(10)
        if kind < 5:
            pieces += [rng.choice(WORDS), rng.choice(SPACES)]
        elif kind < 8:
            pieces.append("".join(scalar(rng) for _ in range(rng.randrange(1, 6))))
        elif kind == 8 and extra:
            pieces += [rng.choice(SPACES), rng.choice(extra), rng.choice(SPACES)]
        else:
            pieces.append(rng.choice(WORDS)[:3])
    return "".join(pieces)


def charsmap(rng):
    """A `precompiled_charsmap`: a double-array trie (Darts-clone) of some texts and their replacements."""
    chosen = {"ﬁ": "fi", "½": "1/2", "\t": " ", "\n": " ", "\u00a0": " ", "\u3000": " ", "\u0001": "", "é": "e", "e\u0301": "é",
              "ﷺ": "صلى الله عليه وسلم", "Å": "Å", "カ": "か", "\u200b": "", "a": "á", "日": "〔日〕", "\r\n": "\n", "ｆ": "f",
              "각": "각", "\u0301": "", "İ": "i", "2": "two", "xy": "z", "😀": ":)"}
    for key in rng.sample(sorted(chosen), rng.randrange(4)):
        del chosen[key]
    blob, values = b"", {}
    for key, value in chosen.items():
        values[key.encode()] = len(blob)
        blob += value.encode() + b"\0"
    trie = {}
    for key, value in values.items():
        node = trie
        for byte in key:
            node = node.setdefault(byte, {})
        node[0] = value
    units, used = {0: 0}, {0}

    def place(node, at):
        labels = sorted(node)
        base = 1
        while any((base ^ label) in used for label in labels) or (base ^ at) >= 1 << 21:
            base += 1
        offset = base ^ at
        if offset >= 1 << 21:
            raise ValueError("too many units")
        units[at] |= offset << 10 | (1 << 8 if 0 in node else 0)
        for label in labels:
            used.add(base ^ label)
            units[base ^ label] = node[0] | 1 << 31 if label == 0 else label
        for label in labels:
            if label:
                place(node[label], base ^ label)

    place(trie, 0)
    array = [units.get(i, 0) for i in range(max(units) + 256)]
    data = struct.pack("<I", 4 * len(array)) + struct.pack(f"<{len(array)}I", *array) + blob
    return base64.b64encode(data).decode()


def normalizer(rng):
    make = [
        lambda: {"type": "NFC"}, lambda: {"type": "NFD"}, lambda: {"type": "NFKC"}, lambda: {"type": "NFKD"},
        lambda: {"type": "Lowercase"}, lambda: {"type": "StripAccents"}, lambda: {"type": "Nmt"},
        lambda: {"type": "Strip", "strip_left": rng.random() < 0.6, "strip_right": rng.random() < 0.6},
        lambda: {"type": "Prepend", "prepend": rng.choice(["▁", " ", "xy"])},
        lambda: {"type": "Replace", "pattern": {"String": rng.choice([" ", "a", "th", "'", "é", "\n"])},
                 "content": rng.choice(["▁", "", "abc", "é ", "日"])},
        lambda: {"type": "Replace", "pattern": {"Regex": rng.choice([" {2,}", r"\s+", "[^a-z]", r"\p{M}", "(a|th)+", "x*"])},
                 "content": rng.choice(["▁", "", "ab", " ", "é"])},
        lambda: {"type": "Precompiled", "precompiled_charsmap": charsmap(rng)},
        lambda: {"type": "ByteLevel"},
        lambda: {"type": "BertNormalizer", "clean_text": rng.random() < 0.7, "handle_chinese_chars": rng.random() < 0.7,
                 "strip_accents": rng.choice([None, True, False]), "lowercase": rng.random() < 0.6},
    ]
    return rng.choice(make)()


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
          r"\s+(?!\S)|\s+")
QWEN = CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
DEEPSEEK = [r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*"
            "|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def pre_tokenizer(rng):
    make = [
        lambda: {"type": "ByteLevel", "add_prefix_space": rng.random() < 0.5, "trim_offsets": True,
                 "use_regex": rng.random() < 0.5},
        lambda: split({"Regex": rng.choice([GPT2, CL100K, QWEN, O200K, *DEEPSEEK, r"\s+", r"\d", r"\w+|[^\w\s]+", "[aeiou]", ""])},
                      rng.choice(BEHAVIORS), rng.random() < 0.3),
        lambda: split({"String": rng.choice([" ", "a", "th", "▁", "\n", "é"])}, rng.choice(BEHAVIORS), rng.random() < 0.2),
        lambda: {"type": "Metaspace", "replacement": rng.choice(["▁", "▁", "_"]),
                 "prepend_scheme": rng.choice(["always", "first", "never"]), "split": rng.random() < 0.7},
        lambda: {"type": "Whitespace"}, lambda: {"type": "WhitespaceSplit"}, lambda: {"type": "BertPreTokenizer"},
        lambda: {"type": "Digits", "individual_digits": rng.random() < 0.5},
        lambda: {"type": "Punctuation", "behavior": rng.choice(BEHAVIORS)},
        lambda: {"type": "CharDelimiterSplit", "delimiter": rng.choice(" a▁-")},
        lambda: {"type": "FixedLength", "length": rng.randrange(1, 8)},
    ]
    return rng.choice(make)()


def sequence(rng, make, kind, key):
    count = rng.choice([0, 1, 1, 1, 2, 3])
    if count == 0:
        return None
    if count == 1:
        return make(rng)
    return {"type": "Sequence", key: [make(rng) for _ in range(count)]}


def decoder(rng):
    strip = rng.choice([(" ", 1, 0), (" ", 0, 1), ("é", 2, 2), ("▁", 1, 1)])
    make = [
        lambda: {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        lambda: {"type": "Metaspace", "replacement": "▁", "prepend_scheme": rng.choice(["always", "first", "never"]),
                 "split": True},
        lambda: {"type": "WordPiece", "prefix": "##", "cleanup": rng.random() < 0.7},
        lambda: {"type": "BPEDecoder", "suffix": rng.choice(["</w>", "e", "a"])},
        lambda: {"type": "CTC", "pad_token": rng.choice(["<pad>", "e"]), "word_delimiter_token": rng.choice(["|", "a"]),
                 "cleanup": rng.random() < 0.5},
        lambda: {"type": "ByteFallback"}, lambda: {"type": "Fuse"},
        # `tokenizers` itself reads before the start of a piece that is shorter than what it may strip.
        lambda: {"type": "Strip", "content": strip[0], "start": strip[1], "stop": 0},
        lambda: {"type": "Replace", "pattern": rng.choice([{"String": "▁"}, {"String": "th"}, {"Regex": "[ae]+"}]),
                 "content": rng.choice([" ", "", "xy"])},
    ]
    return rng.choice(make)()


LLAMA_DECODER = {"type": "Sequence", "decoders": [
    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}


def post_processor(rng, added):
    first, last = added[0], added[1]
    trim = {"type": "ByteLevel", "add_prefix_space": rng.random() < 0.5, "trim_offsets": rng.random() < 0.7,
            "use_regex": True}
    template = {"type": "TemplateProcessing", "single": [
        {"SpecialToken": {"id": first["content"], "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": last["content"], "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {t["content"]: {"id": t["content"], "ids": [t["id"]], "tokens": [t["content"]]}
                           for t in (first, last)}}
    around = {"cls": [first["content"], first["id"]], "sep": [last["content"], last["id"]]}
    return rng.choice([None, None, trim, template, {"type": "BertProcessing", **around},
                       {"type": "RobertaProcessing", **around, "trim_offsets": rng.random() < 0.7,
                        "add_prefix_space": rng.random() < 0.5},
                       {"type": "Sequence", "processors": [trim, template]}])


def added_tokens(rng, start):
    contents = ["<s>", "</s>", "<unk>", "[MASK]", "word", " fox", "Straße", "é", "<|x|>", "<|x|>y", "ﬁ", "the quick", "\n\n"]
    chosen = contents[:3] + rng.sample(contents[3:], rng.randrange(0, 6))
    result = []
    for content in chosen:
        is_special = content.startswith("<") or rng.random() < 0.2
        result.append({"id": start + len(result), "content": content, "single_word": rng.random() < 0.2,
                       "lstrip": rng.random() < 0.2, "rstrip": rng.random() < 0.2,
                       "normalized": not is_special and rng.random() < 0.6, "special": is_special})
    return result


def words_of(definition, rng, count):
    """The words that the stages before the model make of random texts."""
    plain = dict(definition, model=SURFACE, added_tokens=[], post_processor=None, decoder=None)
    tokenizer = Tokenizer.from_str(json.dumps(plain))
    words = []
    for _ in range(count):
        words += tokenizer.encode(text(rng)).tokens
    return [w for w in words if w] or ["a"]


SURFACE = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0]], "byte_fallback": False}


def model(rng, definition, size):
    words = words_of(definition, rng, size)
    pieces = {"<unk>"}
    for word in words:
        if rng.random() < 0.7:
            pieces.update(c for c in word if rng.random() < 0.8)
        for _ in range(2):
            start = rng.randrange(len(word))
            pieces.add(word[start:start + rng.randrange(1, 7)])
    pieces.discard("")
    kind = rng.choice(["BPE", "BPE", "BPE", "Unigram", "Unigram", "WordPiece", "WordLevel", "Surface"])
    has_bytes = rng.random() < 0.4
    byte_tokens = [f"<0x{b:02X}>" for b in range(256)] if has_bytes else []
    if kind == "Surface":
        return SURFACE
    if kind == "Unigram":
        vocab = [["<unk>", 0.0]] + [[b, 0.0] for b in byte_tokens]
        vocab += [[p, -rng.uniform(1, 12)] for p in sorted(pieces) if p != "<unk>"]
        return {"type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": has_bytes}
    if kind == "WordLevel":
        names = ["<unk>"] + sorted(set(rng.sample(words, min(len(words), 60))) - {"<unk>"})
        return {"type": "WordLevel", "vocab": {n: i for i, n in enumerate(names)}, "unk_token": "<unk>"}
    if kind == "WordPiece":
        names = ["<unk>"] + sorted((pieces | {"##" + p for p in pieces if rng.random() < 0.7}) - {"<unk>"})
        return {"type": "WordPiece", "vocab": {n: i for i, n in enumerate(names)}, "unk_token": "<unk>",
                "continuing_subword_prefix": "##", "max_input_chars_per_word": rng.choice([100, 100, 5])}
    prefix = "##" if rng.random() < 0.15 else None
    suffix = "</w>" if rng.random() < 0.15 and not has_bytes else None
    if has_bytes:
        prefix = None
    names, merges = ["<unk>"] + byte_tokens, []
    singles = sorted({c for w in words for c in w if rng.random() < 0.85})
    known = dict.fromkeys(names)

    def add(name):
        known.setdefault(name)

    def parts(word):
        return [(prefix or "" if i else "") + c + (suffix or "" if i == len(word) - 1 else "") for i, c in enumerate(word)]

    for c in singles:
        add(c)
        if prefix:
            add(prefix + c)
        if suffix:
            add(c + suffix)
            if prefix:
                add(prefix + c + suffix)
    for word in rng.sample(words, min(len(words), size)):
        symbols = parts(word)[:12]
        while len(symbols) > 1:
            i = rng.randrange(len(symbols) - 1)
            left, right = symbols[i], symbols[i + 1]
            if left not in known or right not in known:
                break
            joined = left + right[len(prefix or ""):]
            if (left, right) not in merges:
                merges.append((left, right))
                add(joined)
            symbols[i:i + 2] = [joined]
    return {"type": "BPE", "dropout": None, "unk_token": rng.choice([None, "<unk>", "<unk>"]),
            "continuing_subword_prefix": prefix, "end_of_word_suffix": suffix, "fuse_unk": rng.random() < 0.5,
            "byte_fallback": has_bytes, "ignore_merges": rng.random() < 0.2,
            "vocab": {n: i for i, n in enumerate(known)}, "merges": merges}


def tokenizer(rng, size=150, **given):
    """A random definition with a model of the words of `size` texts; `given` parts are taken as they are."""
    definition = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
                  "normalizer": sequence(rng, normalizer, "normalizer", "normalizers"),
                  "pre_tokenizer": sequence(rng, pre_tokenizer, "pre-tokenizer", "pretokenizers"),
                  "post_processor": None, "decoder": None}
    definition.update({k: v for k, v in given.items() if k in definition})
    definition["model"] = given["model"] if "model" in given else model(rng, definition, size)
    vocab = definition["model"]["vocab"]
    if "added_tokens" not in given:
        tokens = added_tokens(rng, len(vocab))
        names = vocab if isinstance(vocab, dict) else {p: i for i, (p, _) in enumerate(vocab)}
        next_id = len(vocab)
        for token in tokens:
            if token["content"] in names:
                token["id"] = names[token["content"]]
            else:
                token["id"] = next_id
                next_id += 1
        definition["added_tokens"] = sorted(tokens, key=lambda t: t["id"])
    added = definition["added_tokens"]
    if "post_processor" not in given and len(added) > 1:
        definition["post_processor"] = post_processor(rng, added)
    if "decoder" not in given:
        definition["decoder"] = rng.choice([sequence(rng, decoder, "decoder", "decoders"), LLAMA_DECODER])
    return definition


def cases(definition, rng, count, decoded=None):
    """What `tokenizers` makes of random texts and ids."""
    library = Tokenizer.from_str(json.dumps(definition))
    extra = [t["content"] for t in definition["added_tokens"]]
    if library.normalizer and any(t["normalized"] and not library.normalizer.normalize_str(t["content"])
                                  for t in definition["added_tokens"]):
        # `tokenizers` then cuts texts at every byte, and panics within characters.
        raise ValueError("an added token is nothing once normalized")
    encoded = []
    for _ in range(count):
        sample = text(rng, extra)
        parses, adds = rng.random() < 0.5, rng.random() < 0.5
        library.encode_special_tokens = not parses
        encoding = library.encode(sample, add_special_tokens=adds)
        places = [0]
        for character in sample:
            places.append(places[-1] + len(character.encode()))
        case = {"text": sample, "ids": encoding.ids, "tokens": encoding.tokens,
                "offsets": [places[p] for pair in encoding.offsets for p in pair]}
        if parses:
            case["parse"] = True
        if adds:
            case["add"] = True
        encoded.append(case)
    size = max([i for c in encoded for i in c["ids"]] + [len(definition["model"]["vocab"])]) + 3
    texts = []
    for number in range(count if decoded is None else decoded):
        if number % 2 and number < len(encoded):
            ids = encoded[number]["ids"]
        else:
            ids = [rng.randrange(size) for _ in range(rng.randrange(1, 12))]
        if not ids:
            continue
        skips = rng.random() < 0.5
        texts.append({"ids": ids, "skip": skips, "text": library.decode(ids, skip_special_tokens=skips)})
    return {"definition": definition, "encoded": encoded, "decoded": texts}
