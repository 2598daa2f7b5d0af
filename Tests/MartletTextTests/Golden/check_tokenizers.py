"""Checks that a tokenizer written by Martlet is the same in `tokenizers` and in transformers.

Loads DIRECTORY with `Tokenizer.from_file` and `AutoTokenizer.from_pretrained`, encodes the "text" of each line of
TEXTS.jsonl, and compares with the "ids" of the same line of IDS.jsonl (what `martlet tokenize` printed; both may be
one file). Decoding must give the text back, but for unknown tokens. Special tokens written out in a text are
taken as plain text, as Martlet takes them by default.

Usage: python check_tokenizers.py DIRECTORY TEXTS.jsonl IDS.jsonl
"""

import json
import os
import sys

from tokenizers import Tokenizer
from transformers import AutoTokenizer

directory, texts_file, ids_file = sys.argv[1:]
texts = [json.loads(line)["text"] for line in open(texts_file, encoding="utf-8")]
expected = [json.loads(line)["ids"] for line in open(ids_file, encoding="utf-8")]
assert len(texts) == len(expected), f"{len(texts)} texts but {len(expected)} lines of ids"

library = Tokenizer.from_file(os.path.join(directory, "tokenizer.json"))
library.encode_special_tokens = True
automatic = AutoTokenizer.from_pretrained(directory)
unknown = automatic.unk_token_id

failures = undecoded = 0
for text, ids in zip(texts, expected):
    results = {
        "tokenizers": library.encode(text).ids,
        "transformers": automatic(text, split_special_tokens=True)["input_ids"],
    }
    for name, found in results.items():
        if found != ids:
            failures += 1
            print(f"{name}: {text!r}\n  martlet {ids[:40]}\n  {name} {found[:40]}")
    if unknown is not None and unknown in ids:
        undecoded += 1
        continue
    for name, found in {"tokenizers": library.decode(ids),
                        "transformers": automatic.decode(ids, skip_special_tokens=True)}.items():
        if found != text:
            failures += 1
            print(f"{name} decodes {text!r}\n  to {found!r}")
print(f"{len(texts)} texts, {undecoded} with unknown tokens, vocabulary {library.get_vocab_size()}: "
      f"{failures} differences")
sys.exit(1 if failures else 0)
