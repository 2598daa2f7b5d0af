"""Writes ScalarClassTable.swift: which scalars are letters, numbers, marks, … for `tokenizers`.

The classes are asked from `tokenizers` itself, because its regular expressions decide where words end, and
the Unicode version of a Swift runtime differs from machine to machine.

Usage: python make_scalar_classes.py ../../../Sources/MartletText/Unicode/ScalarClassTable.swift
"""

import sys

import tokenizers
from tokenizers import Regex, pre_tokenizers


def members(expression):
    runs = pre_tokenizers.Split(Regex(expression + "+"), "isolated")
    single = pre_tokenizers.Split(Regex(expression), "removed")
    found = set()
    for low in range(0, 0x110000, 0x1000):
        text = "".join(chr(c) for c in range(low, low + 0x1000) if not 0xD800 <= c < 0xE000)
        for piece, _ in runs.pre_tokenize_str(text) if text else []:
            if not single.pre_tokenize_str(piece[0]):
                found.update(map(ord, piece))
    return found


def ranges(values):
    result = []
    for value in sorted(values):
        if result and result[-1][1] == value - 1:
            result[-1][1] = value
        else:
            result.append([value, value])
    return result


def literal(name, comment, values):
    lines, line = [], "   "
    for low, high in ranges(values):
        entry = f" {low:#x}, {high:#x},"
        if len(line) + len(entry) > 110:
            lines.append(line)
            line = "   "
        line += entry
    lines.append(line)
    return f"  /// {comment}: first and last scalar of each range.\n  static let {name}: [UInt32] = [\n" + \
        "\n".join(lines) + "\n  ]\n"


parts = [
    literal("letters", "`\\p{L}`", members(r"\p{L}")),
    literal("numbers", "`\\p{N}`", members(r"\p{N}")),
    literal("marks", "`\\p{M}`", members(r"\p{M}")),
    literal("whitespace", "`\\s`", members(r"\s")),
    literal("capitals", "`[\\p{Lu}\\p{Lt}]`", members(r"[\p{Lu}\p{Lt}]")),
    literal("lowercase", "`\\p{Ll}`", members(r"\p{Ll}")),
    literal("signs", "`\\p{P}`", members(r"\p{P}")),
    literal("symbols", "`\\p{S}`", members(r"\p{S}")),
]
with open(sys.argv[1], "w") as file:
    file.write(
        f"// Made by Tests/MartletTextTests/Golden/make_scalar_classes.py from tokenizers {tokenizers.__version__}.\n"
        "// swift-format-ignore-file\n\n"
        "/// The ranges of each class of scalars.\nenum ScalarClassTable {\n" + "\n".join(parts) + "}\n")
