"""Makes the byte pairs that Martlet must learn from its embedded text, with the `tokenizers` library.

Writes, beside this script, tales-merges.txt: the 3,839 merges of a vocabulary of 4,096, and tales.json: how many ids
the tales have and their checksum. The tales come from the test that reads these files:

    MARTLET_WRITE_TALES=/tmp/tales.json swift test --filter EmbeddedTextTokenizerTests
    python make_tales_merges.py /tmp/tales.json
"""

import json
import pathlib
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

here = pathlib.Path(__file__).resolve().parent
tales = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.train_from_iterator(
    tales,
    trainers.BpeTrainer(
        vocab_size=4096,
        special_tokens=["<|endoftext|>"],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    ),
)
merges = [" ".join(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]
(here / "tales-merges.txt").write_text("\n".join(merges) + "\n", encoding="utf-8")
ids = [i for tale in tales for i in tokenizer.encode(tale).ids]
checksum = 0xCBF29CE484222325
for i in ids:  # FNV-1a over the ids as 32-bit words
    checksum = ((checksum ^ i) * 0x100000001B3) % 2**64
figures = {"ids": len(ids), "checksum": f"{checksum:016x}"}
(here / "tales.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
