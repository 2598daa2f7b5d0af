"""Writes patterns.json: where regular expressions match in texts, by `tokenizers` (which uses Oniguruma).

The expressions are those of published tokenizers and 250 random ones; each has texts of its own.

Usage: python make_pattern_golden.py
       python make_pattern_golden.py fuzz COMMAND SEED COUNT

With "fuzz", nothing is written. COUNT random expressions are given to a command, a JSON object with "pattern" and
"texts" a line, which must print the matches in bytes, or a string that says why it refuses the expression; what
differs is shown.
"""

import json
import os
import random
import subprocess
import sys

from tokenizers import Regex, pre_tokenizers

here = os.path.dirname(os.path.abspath(__file__))
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
SPACE = r"\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
PUBLISHED = {
    "GPT-2": rf"'s|'t|'re|'ve|'m|'ll|'d| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|{SPACE}",
    "r50k": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    "cl100k": rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|{SPACE}",
    "cl100k, possessive": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|"
                          r"\s*[\r\n]|\s+(?!\S)|\s",
    "o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{CONTRACTIONS}?|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{CONTRACTIONS}?|"
             rf"\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|\s*[\r\n]+|{SPACE}",
    "Qwen2": rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|{SPACE}",
    "DeepSeek-V3": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"
                   rf" ?[\p{{P}}\p{{S}}]+[\r\n]*|\s*[\r\n]+|{SPACE}",
    "DeepSeek-V3, Chinese and Japanese": "[一-龥぀-ゟ゠-ヿ]+",
    "Kimi-K2": rf"[\p{{Han}}]+|[^\r\n\p{{L}}\p{{N}}]?[{UPPER}&&[^\p{{Han}}]]*[{LOWER}&&[^\p{{Han}}]]+{CONTRACTIONS}?|{SPACE}",
    "BLOOM": r" ?[^(\s|[.,!?…。，、।۔،])]+",
    "StarCoder": r"\p{Nd}",
    "Falcon": r"[0-9][0-9][0-9]",
    "CLIP": r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "Cohere": r"\d{1,3}(?=(?:\d{3})*\b)",
    "Gemma": " ",
}


def matches(pattern, texts):
    """The matches that are not empty, in bytes."""
    isolated = pre_tokenizers.Split(Regex(pattern), "isolated")
    removed = pre_tokenizers.Split(Regex(pattern), "removed")
    result = []
    for text in texts:
        places = [0]
        for c in text:
            places.append(places[-1] + len(c.encode()))
        gaps = {span for _, span in removed.pre_tokenize_str(text)}
        result.append([[places[a], places[b]] for _, (a, b) in isolated.pre_tokenize_str(text) if (a, b) not in gaps])
    return result


def random_pattern(r, depth=0):
    k = r.random()
    if depth > 3 or k < 0.4:
        return r.choice(["a", "b", "c", "é", " ", "\\n", ".", "\\s", "\\S", "\\w", "\\W", "\\d", "\\p{L}", "\\p{N}", "\\P{L}",
                         "\\p{Lu}", "[ab]", "[^a]", "[a-c\\d]", "[^\\s\\p{L}\\p{N}]", "[[:alpha:]]", "[\\w&&[^b]]", "1", "A",
                         "-", "_", "ss", "ß", "\\R", "[^\\r\\n]", "\\h", "s", "t", "[ß]", "ſ", "\\p{^Greek}", "[[:^space:]c]"])
    inner = random_pattern(r, depth + 1)
    if k < 0.5:
        return f"(?:{inner})"
    if k < 0.58:
        return inner + "|" + random_pattern(r, depth + 1)
    if k < 0.75:
        return inner + random_pattern(r, depth + 1)
    if k < 0.9:
        return f"(?:{inner})" + r.choice(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}", "{2,}", "{,2}", "{1,2}?",
                                          "*+", "++", "?+", "{2}?", "{0,3}?"])
    if k < 0.93:
        return r.choice(["(?=", "(?!"]) + inner + ")"
    if k < 0.95:
        return r.choice(["(?<=", "(?<!"]) + r.choice(["a", "[ab]", "\\s", "ab", "a|bc", "\\p{L}", "é", "\\w\\d"]) + ")"
    if k < 0.97:
        return r.choice(["(?>", "(?i:", "(", "(?m:"]) + inner + ")" if r.random() < 0.8 else "(?i)" + inner
    if k < 0.985:
        return r.choice(["^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z"])
    return f"(?:{inner}|)"


def random_text(r):
    pool = r.choice(["ab", "abc A1\n", "aabbccAB12 _-é\n\r\t", "ß ssSſtTk K", "ab\n\n", "a\r\nb ", "aαβ Ω1"])
    return "".join(r.choice(pool) for _ in range(r.randrange(14)))


def case(r):
    pattern = random_pattern(r)
    if r.random() < 0.5:
        pattern = f"(?:{pattern})|{random_pattern(r)}"
    return pattern, [random_text(r) for _ in range(6)]


def fuzz(command, seed, count):
    r = random.Random(seed)
    process = subprocess.Popen(command.split(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    equal = refused = different = 0
    for _ in range(count):
        pattern, texts = case(r)
        process.stdin.write(json.dumps({"pattern": pattern, "texts": texts}) + "\n")
        process.stdin.flush()
        found = json.loads(process.stdout.readline())
        try:
            expected = matches(pattern, texts)
        except Exception:
            continue
        if isinstance(found, str):
            refused += 1
        elif found == expected:
            equal += 1
        else:
            different += 1
            print("different:", repr(pattern), texts, found, expected)
    print(f"{equal} equal, {refused} refused, {different} different")


if sys.argv[1:2] == ["fuzz"]:
    fuzz(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.exit()

r = random.Random(11)
with open(os.path.join(here, "sample.txt"), encoding="utf-8", newline="") as file:
    sample = file.read()
scalars = [c for c in range(0x20000) if not 0xD800 <= c < 0xE000]
cases = []
for name, pattern in PUBLISHED.items():
    texts = ["", "don't DON'T 'ſ we'LL I'VE  x", "  a \n\n b\r\n  ", "١٢٣٤ 12345 ½²", "日本語 ひらがな 漢字kanji", "a\u0301e\u0301 \u0301"]
    for _ in range(10):
        start = r.randrange(len(sample))
        texts.append(sample[start:start + r.randrange(60)])
        texts.append("".join(chr(r.choice(scalars)) if r.random() < 0.5 else r.choice("aB1 \n'.") for _ in range(15)))
    cases.append({"name": name, "pattern": pattern, "texts": texts})
while len(cases) < 250 + len(PUBLISHED):
    pattern, texts = case(r)
    try:
        matches(pattern, texts)
    except Exception:
        continue
    cases.append({"name": "random", "pattern": pattern, "texts": texts})
for known in cases:
    known["matches"] = matches(known["pattern"], known["texts"])
with open(os.path.join(here, "patterns.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
