"""Writes GraphemeTables.swift: which scalars join those beside them in a grapheme, for `tokenizers`.

Asked from the normalizer Precompiled, the one part of `tokenizers` that works on graphemes: it looks up a whole grapheme of
fewer than six bytes by any text that it begins with, and so swallows what is joined. The `regex` module names the
scalars worth asking about.

Usage: python make_grapheme_tables.py ../../../Sources/MartletText/Unicode/GraphemeTables.swift
"""

import struct
import sys

import regex
import tokenizers
from tokenizers import normalizers


def replacing(text):
    """Precompiled with a map that makes an X of `text`."""
    units, place = {}, 0
    for number, byte in enumerate(text.encode()):
        base = (number + 1) * 512
        units[place] = units.get(place, 0) | (base ^ place) << 10
        place = base ^ byte
        units[place] = byte
    leaf = (len(text.encode()) + 1) * 512
    units[place] |= (leaf ^ place) << 10 | 1 << 8
    units[leaf] = 1 << 31
    array = [units.get(i, 0) for i in range(leaf + 512)]
    return normalizers.Precompiled(
        struct.pack("<I", 4 * len(array)) + struct.pack(f"<{len(array)}I", *array) + b"X\0").normalize_str


def base36(number):
    digits = ""
    while number or not digits:
        digits, number = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits, number // 36
    return digits


def steps(members):
    """How many scalars are out of the set, in it, out, in, and so on."""
    result, last, inside = [], 0, False
    for c in sorted(members | {c + 1 for c in members}):
        if (c in members) != inside:
            result.append(c - last)
            last, inside = c, not inside
    return result


def table(name, comment, members):
    lines, line = [], "   "
    for number in map(base36, steps(members)):
        if len(line) + len(number) > 115:
            lines.append(line)
            line = "   "
        line += " " + number
    return (f"  /// {comment}\n  static let {name}: StaticString = \"\"\"\n" + "\n".join(lines + [line])
            + "\n    \"\"\"\n")


scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
after_a = replacing("a")
joined = {c for c in scalars if after_a("a" + chr(c)) == "X"}
# A scalar of four bytes and a mark have six, which is too many to tell; nor does it matter then.
controls = {c for c in scalars if c < 0x10000 and regex.fullmatch(r"\p{GCB=Control}|[\r\n]", chr(c)) and c
            and replacing(chr(c))(chr(c) + "\u0301") == "X\u0301"}
prefixes = {c for c in scalars if regex.fullmatch(r"\p{GCB=Prepend}", chr(c)) and replacing(chr(c))(chr(c) + "a") == "X"}
with open(sys.argv[1], "w") as file:
    file.write(
        f"// Made by Tests/MartletTextTests/Golden/make_grapheme_tables.py from tokenizers {tokenizers.__version__}.\n"
        "// swift-format-ignore-file\n\n"
        "/// Sets of scalars by how they join others in a grapheme, as `ScalarSet` reads them.\n"
        "enum GraphemeTables {\n"
        + "\n".join([table("joined", "Those that belong to the grapheme before them.", joined),
                     table("controls", "Those that nothing joins.", controls | {0}),
                     table("prefixes", "Those that belong to the grapheme after them.", prefixes)])
        + "}\n")
