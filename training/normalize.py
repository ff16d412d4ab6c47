"""Text normalisation of the builtin model: the specification, version 1.

`normalize(text)` gives exactly the string that goes to the tokenizer. Training, the fixture and
the TypeScript runtime must agree on every code point. All steps work on code points, in this order:

1. REMOVE: drop lone surrogates (U+D800-DFFF), control characters that are not white space
   (U+0000-0008, U+000E-001F, U+007F-0084, U+0086-009F), and invisible format characters:
   U+00AD, U+061C, U+180E, U+200B-200F, U+202A-202E, U+2060-206F, U+FE00-FE0F, U+FEFF,
   U+FFF9-FFFB, U+E0000-E007F, U+E0100-E01EF.
2. NFKC (full-width to half-width, compatibility forms).
3. LOWER: lower-case every code point by itself (JS: `c.toLowerCase()` for each `c` of the string's
   iterator; Python: `c.lower()`), so there is no final-sigma or locale rule.
4. SIMPLIFY: every code point that is a traditional character of `simplify.json` becomes its
   simplified one. The file holds one JSON string of pairs: traditional, simplified, traditional,
   simplified, ... (all in the Basic Multilingual Plane, so UTF-16 units and code points agree).
5. SPACE: every run of white space (U+0009-000D, U+0020, U+0085, U+00A0, U+1680, U+2000-200A,
   U+2028, U+2029, U+202F, U+205F, U+3000) becomes one U+0020; then trim at both ends.
6. HAN SPACING: delete a U+0020 that stands directly before or directly after a Han character.
   Han: U+3400-4DBF, U+4E00-9FFF, U+F900-FAFF, U+20000-323AF.
7. WORD START: put one U+0020 before every word character (0-9, a-z, U+00DF-024F) that stands at the
   start of the text, or directly after a Han character or a character of U+3001-303F. (So a text
   that begins with a Latin word begins with one blank: the tokenizer writes it as U+2581, and the
   same word has the same piece at the start, after a blank and inside Chinese text.)

The result of an empty or blank text is "".
"""
import json
import re
import unicodedata

VERSION = 1

_REMOVE = re.compile(
    "[\ud800-\udfff\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_SPACE = re.compile("[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_SPACE = re.compile(f"(?<=[{HAN}]) | (?=[{HAN}])")
_WORD_START = re.compile(f"(?:^|(?<=[{HAN}\u3001-\u303f]))(?=[0-9a-z\u00df-\u024f])")


def load_simplify(path):
    """Read simplify.json into a table for str.translate."""
    with open(path, encoding="utf8") as file:
        pairs = json.load(file)
    return {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}


def normalize(text, simplify):
    """Normalise `text` as specified above; `simplify` comes from `load_simplify`."""
    text = _REMOVE.sub("", text)
    text = unicodedata.normalize("NFKC", text)
    text = "".join([c.lower() for c in text]) if not text.isascii() else text.lower()
    text = text.translate(simplify)
    text = _SPACE.sub(" ", text).strip(" ")
    text = _HAN_SPACE.sub("", text)
    return _WORD_START.sub(" ", text)
