"""Writes unicode.json: what `tokenizers` makes of every scalar, as checksums, and of random texts, in full.

- digests: FNV-1a over the UTF-8 of what each normalizer makes of all scalars of planes 0 to 3 and 14 ("most") and of
  all planes ("all"), 4,096 scalars with newlines between at a time;
- members: FNV-1a over the members of each set, as 32-bit words;
- texts: random texts with many marks, what each form makes of them, and the part of the text that each scalar of the
  result comes from.

Usage: python make_unicode_golden.py
"""

import json
import os
import random

from tokenizers import NormalizedString, Regex, normalizers, pre_tokenizers

here = os.path.dirname(os.path.abspath(__file__))
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
FORMS = {"nfc": normalizers.NFC(), "nfd": normalizers.NFD(), "nfkc": normalizers.NFKC(), "nfkd": normalizers.NFKD()}


def checksum(data, value=0xCBF29CE484222325):
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return value


def digest(normalizer, scalars):
    value = checksum(b"")
    for low in range(0, len(scalars), 4096):
        text = "\n".join(map(chr, scalars[low:low + 4096]))
        value = checksum(normalizer.normalize_str(text).encode(), value)
    return f"{value:016x}"


def members(condition):
    return f"{checksum(b''.join(c.to_bytes(4, 'little') for c in SCALARS if condition(chr(c)))):016x}"


def bert(**options):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(off | options)).normalize_str


def pieces(pre_tokenizer):
    return lambda c: len(pre_tokenizer.pre_tokenize_str(f"a{c}a")) == 3


most = [c for c in SCALARS if c >> 16 in (0, 1, 2, 3, 14)]
digests = {name: {"most": digest(n, most), "all": digest(n, SCALARS)}
           for name, n in (FORMS | {"lowercase": normalizers.Lowercase()}).items()}
sets = {
    "numeric": members(pieces(pre_tokenizers.Digits())),
    "whitespace": members(lambda c: normalizers.Strip().normalize_str("a" + c) == "a"),
    "word": members(lambda c: len(pre_tokenizers.Whitespace().pre_tokenize_str(f"a{c}a")) == 1),
    "marks": members(lambda c: normalizers.StripAccents().normalize_str(c) == ""),
    "bertMarks": members(lambda c: bert(strip_accents=True)(c) == ""),
    "bertControls": members(lambda c: bert(clean_text=True)(c) == ""),
    "bertPunctuation": members(pieces(pre_tokenizers.BertPreTokenizer())),
    "bertChinese": members(lambda c: bert(handle_chinese_chars=True)(c) != c),
}

generator = random.Random(1)
marks = [c for c in SCALARS if normalizers.StripAccents().normalize_str(chr(c)) == ""]
composed = [c for c in SCALARS if FORMS["nfd"].normalize_str(chr(c)) != chr(c)]
compatible = [c for c in SCALARS if FORMS["nfkd"].normalize_str(chr(c)) != chr(c)]
pools = [list(map(ord, "aeiounsAEIOUD 1Ωαй")), marks, [*range(0x300, 0x345)] * 2, composed, compatible,
         [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A7, 0x11C3)], [0xAC00, 0xAC01, 0xD7A3, 0x0958],
         SCALARS]
texts = []
for number in range(120):
    chosen = generator.sample(pools, generator.randrange(1, 5))
    text = "".join(chr(generator.choice(generator.choice(chosen))) for _ in range(generator.randrange(1, 14)))
    case = {"text": text}
    for name in FORMS:
        normalized = NormalizedString(text)
        getattr(normalized, name)()
        assert normalized.normalized == FORMS[name].normalize_str(text)
        case[name] = [[c, normalized[i].original] for i, c in enumerate(normalized.normalized)]
    texts.append(case)

with open(os.path.join(here, "unicode.json"), "w") as file:
    json.dump({"digests": digests, "members": sets, "texts": texts}, file, separators=(",", ":"))
