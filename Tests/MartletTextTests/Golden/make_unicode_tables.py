"""Writes UnicodeTables.swift: what `tokenizers` takes each scalar for, which no Unicode version gives as a whole.

Its normalizers, its Oniguruma expressions, BertNormalizer and Rust's `char` each follow a version of their own. So
every table is asked from the library itself, scalar by scalar, in a minute or two.

Numbers are written in base 36 with spaces between. A set of scalars is a list of steps: how many scalars are out of
it, how many in it, out, in, and so on.

Usage: python make_unicode_tables.py ../../../Sources/MartletText/Unicode/UnicodeTables.swift
"""

import sys
import textwrap

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CATEGORIES = "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co".split()
# Names of Unicode 16; the library refuses what it does not know.
SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian
Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan
Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi
Gurmukhi Gurung_Khema Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian
Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian
Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene
Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting
Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet
Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Unknown Vai
Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square""".split()


def base36(number):
    digits = ""
    while True:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits
        number //= 36
        if number == 0:
            return digits


def members(expression):
    """The scalars that a regular expression matches."""
    split = pre_tokenizers.Split(Regex(expression), "removed")
    found = set()
    for low in range(0, len(SCALARS), 0x4000):
        part = SCALARS[low:low + 0x4000]
        kept = {ord(c) for piece, _ in split.pre_tokenize_str("".join(map(chr, part))) for c in piece}
        found.update(c for c in part if c not in kept)
    return found


def where(condition):
    return {c for c in SCALARS if condition(chr(c))}


def steps(members):
    result, last, inside = [], 0, False
    for c in sorted(members | {c + 1 for c in members}):
        if (c in members) != inside:
            result.append(c - last)
            last, inside = c, not inside
    return result


def categories():
    """(length, category) of each run; surrogates count as unassigned."""
    of = {c: i for i, name in enumerate(CATEGORIES) for c in members(rf"\p{{{name}}}")}
    result, last, start = [], of[0], 0
    for c in range(1, 0x110001):
        now = of.get(c, 0) if c < 0x110000 else None
        if now != last:
            result += [c - start, last]
            start, last = c, now
    return of, result


def decompositions():
    nfd, nfkd, nfc = normalizers.NFD(), normalizers.NFKD(), normalizers.NFC()
    canonical, compatible, compositions = [], [], []
    last = {"canonical": 0, "compatible": 0, "composed": 0}
    for c in SCALARS:
        if 0xAC00 <= c < 0xD7A4:
            continue
        full, compat = nfd.normalize_str(chr(c)), nfkd.normalize_str(chr(c))
        if full != chr(c):
            canonical += [c - last["canonical"], len(full), *map(ord, full)]
            last["canonical"] = c
            # A primary composite is made of what composes before its last scalar, and that.
            if nfc.normalize_str(chr(c)) == chr(c):
                head = nfc.normalize_str(full[:-1])
                assert len(head) == 1 and nfc.normalize_str(head + full[-1]) == chr(c)
                compositions += [c - last["composed"], ord(head), ord(full[-1])]
                last["composed"] = c
        if compat != full:
            compatible += [c - last["compatible"], len(compat), *map(ord, compat)]
            last["compatible"] = c
    return canonical, compatible, compositions


def combining_classes():
    """Found by which of two neighbours moves: a mark moves before one of a higher class."""
    import unicodedata
    nfd = normalizers.NFD()
    def moves(first, second):
        return nfd.normalize_str("a" + first + second) != "a" + first + second

    # Python's Unicode may be newer than the library's; a mark of any class moves past one of these two.
    references = {1: "\u0334", 240: "\u0345"}
    for c in SCALARS:
        k = unicodedata.combining(chr(c))
        if k not in references and nfd.normalize_str(chr(c)) == chr(c) and moves(chr(c), "\u0334"):
            references[k] = chr(c)
    assert 0 not in references

    classes = sorted(references)
    for k, mark in references.items():
        for other, second in references.items():
            assert moves(mark, second) == (k > other), (k, other)
    result = {}
    low, high = references[classes[0]], references[classes[-1]]
    for c in SCALARS:
        if nfd.normalize_str(chr(c)) != chr(c):
            continue
        # A mark of any class from 1 to 240 moves one of these two or is moved by one.
        if moves(chr(c), low) or moves(high, chr(c)):
            result[c] = next(k for k in classes if not moves(chr(c), references[k]))
            assert not moves(references[result[c]], chr(c))
    runs, end = [], 0
    for c in sorted(result):
        if runs and end == c and runs[-1] == result[c]:
            runs[-2] += 1
        else:
            runs += [c - end, 1, result[c]]
        end = c + 1
    return runs


def mappings(function):
    """(distance, length, …) of each scalar that is mapped."""
    result, last = [], 0
    for c in SCALARS:
        mapped = function(chr(c))
        if mapped != chr(c):
            result += [c - last, len(mapped), *map(ord, mapped)]
            last = c
    return result


def foldings(cased):
    """The scalars equal to each other when case is ignored, and those equal to several scalars."""
    candidates = sorted(cased | {ord(x) for c in cased for x in chr(c).lower() + chr(c).upper() + chr(c).casefold()})
    # Apart, since several scalars may be equal to one.
    text = "\n".join(map(chr, candidates))
    groups = set()
    for c in candidates:
        kept = {x for piece, _ in pre_tokenizers.Split(Regex(rf"(?i:\x{{{c:x}}})"), "removed").pre_tokenize_str(text)
                for x in piece}
        group = tuple(x for x in candidates if chr(x) not in kept)
        if len(group) > 1:
            groups.add(group)
    assert len({c for group in groups for c in group}) == sum(map(len, groups))
    equal = [n for group in sorted(groups) for n in (len(group), *group)]
    several = []
    for c in candidates:
        fold = chr(c).casefold()
        if len(fold) > 1:
            expression = "".join(rf"\x{{{ord(x):x}}}" for x in fold)
            if not pre_tokenizers.Split(Regex(rf"(?i:\A{expression}\z)"), "removed").pre_tokenize_str(chr(c)):
                several += [c, len(fold), *map(ord, fold)]
    return equal, several


def words(text):
    return len(pre_tokenizers.Whitespace().pre_tokenize_str(text))


def bert(**options):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(off | options)).normalize_str


tables = []


def table(name, comment, numbers):
    text = textwrap.fill(" ".join(map(base36, numbers)), 112)
    tables.append(f'  /// {comment}\n  static let {name}: StaticString = """\n'
                  + textwrap.indent(text, "    ") + '\n    """\n')


def character_set(name, comment, members):
    table(name, comment + ".", steps(members))


of, runs = categories()
table("categories", "The length of each run and its general category, as Oniguruma has them.", runs)
character_set("word", r"Oniguruma's `\w`", members(r"\w"))
character_set("alphabetic", r"Oniguruma's `\p{Alphabetic}`", members(r"\p{Alphabetic}"))
uppercase, lowercase = members(r"\p{Uppercase}"), members(r"\p{Lowercase}")
character_set("uppercase", r"Oniguruma's `\p{Uppercase}`", uppercase)
character_set("lowercase", r"Oniguruma's `\p{Lowercase}`", lowercase)
character_set("ideographic", r"Oniguruma's `\p{Ideographic}`", members(r"\p{Ideographic}"))
character_set("emoji", r"Oniguruma's `\p{Emoji}`", members(r"\p{Emoji}"))
character_set("pictographic", r"Oniguruma's `\p{Extended_Pictographic}`", members(r"\p{Extended_Pictographic}"))
cased = uppercase | lowercase | members(r"\p{Lt}") | {0x345}
equal, several = foldings(cased)
table("equalCases", "Groups of scalars that are equal when case is ignored, each after its size.", equal)
table("longCases", "Scalars equal to several when case is ignored: the scalar, how many, and those.", several)
canonical, compatible, compositions = decompositions()
table("canonicalDecompositions", "The step to the scalar, how many it becomes in NFD, and those.", canonical)
table("compatibleDecompositions", "As above in NFKD, where that is not NFD.", compatible)
table("compositions", "The step to the composite, and the two scalars that NFC makes it of.", compositions)
table("combiningClasses", "Out, in and the canonical combining class, for each run of one class.",
      combining_classes())
table("lowercasings", "Rust's `char::to_lowercase`: the step to the scalar, how many it becomes, and those.",
      mappings(normalizers.Lowercase().normalize_str))
character_set("numeric", "Rust's `char::is_numeric`",
              where(lambda c: len(pre_tokenizers.Digits().pre_tokenize_str(f"a{c}a")) == 3))
character_set("regexWord", r"`\w` of Rust's `regex`", where(lambda c: words(f"a{c}a") == 1))
character_set("marks", "Marks as StripAccents knows them",
              where(lambda c: normalizers.StripAccents().normalize_str(c) == ""))
character_set("bertMarks", "Nonspacing marks as BertNormalizer knows them",
              where(lambda c: bert(strip_accents=True)(c) == ""))
character_set("bertControls", "Controls as BertNormalizer removes them", where(lambda c: bert(clean_text=True)(c) == ""))
character_set("bertPunctuation", "Punctuation as BertPreTokenizer and Punctuation know it",
              where(lambda c: len(pre_tokenizers.Punctuation().pre_tokenize_str(f"a{c}a")) == 3))

found = set()
for name in SCRIPTS:
    script = members(rf"\p{{{name}}}")
    assert not found & script
    found |= script
    tables.append(f'    ("{name.replace("_", "").lower()}", "{" ".join(map(base36, steps(script)))}"),\n')
assert found == set(SCALARS)
scripts = "".join(tables[-len(SCRIPTS):])
del tables[-len(SCRIPTS):]

with open(sys.argv[1], "w") as file:
    file.write(
        "// Made by Tests/MartletTextTests/Golden/make_unicode_tables.py from tokenizers "
        f"{tokenizers.__version__}.\n// swift-format-ignore-file\n\n"
        "/// What `tokenizers` takes each scalar for, in numbers of base 36 that `NumberList` reads.\n"
        "enum UnicodeTables {\n"
        "  /// The general categories in the order of their numbers.\n"
        f'  static let categoryNames = "{" ".join(CATEGORIES)}"\n\n' + "\n".join(tables)
        + "\n  /// The scalars of each script, as sets.\n  static let scripts: [(name: String, steps: StaticString)] = [\n"
        + scripts + "  ]\n}\n")
