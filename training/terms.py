"""Terms of a normalised text, for the exact part of the lexical embedding: the specification.

A term is a Han character, a pair of neighbouring Han characters, or a run of Latin letters and digits, of the first
256 code points. Its id is a hash of its code points: h = 0; for each c: h = (h ^ c) * 0x9E3779B1 mod 2^32, then
h = h ^ (h >> 15); id = h mod 131071 + 1, and 131072 more for a run of Latin letters and digits. A term counts once,
however often it stands in the text; order does not count.
"""
import re

from normalize import HAN

LONGEST = 256
BUCKETS = 262144  # ids are less; 0 is padding
LATIN = 131072  # from here on the ids of Latin runs
_RUNS = re.compile(f"([{HAN}]+)|[0-9a-z\u00df-\u024f]+")


def hashed(term):
    h = 0
    for c in term:
        h = ((h ^ ord(c)) * 0x9E3779B1) & 0xFFFFFFFF
        h ^= h >> 15
    return h % (LATIN - 1) + 1 + (0 if term[0] >= "\u3400" else LATIN)


class TermIds(dict):
    """Term to id, remembered."""

    def __missing__(self, term):
        self[term] = found = hashed(term)
        return found


def terms(text):
    for run in _RUNS.finditer(text):
        term = run[0]
        if not run[1]:
            yield term
            continue
        for i, character in enumerate(term):
            yield character
            if i:
                yield term[i - 1:i + 1]


def term_ids(text, known, longest=LONGEST):
    """The distinct ids of a normalised text, in the order in which they come first. `known`: a TermIds."""
    return list(dict.fromkeys(known[t] for t in terms(text[:longest])))
