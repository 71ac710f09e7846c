"""One word, two spellings: "Khan Sheikoun" and "Khan Shaykhun", "lunched" and "launched".

Names from other scripts have as many spellings as newsrooms, and input has slips. The network
takes them for other words, so the claim is given the passage's spelling before it reads.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: Letters below which a word that is no name is left as it is: short words differ by a vowel.
LEAST_LETTERS = 7
#: Letters of a name's skeleton below which names are too easily confused.
LEAST_SKELETON = 3

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def align(claim: str, context: str) -> str:
    """Return a claim with words spelt as the context spells them.

    A word is replaced if the context does not have it, but has exactly one that begins with
    the same letter, has the same consonants, and is a name if it is one.

    Args:
        claim: The claim.
        context: The passage with its title.
    """
    there = set(_WORD.findall(context))
    known = {word.lower() for word in there}
    by_sound: dict[tuple[str, bool], set[str]] = {}
    for word in there:
        by_sound.setdefault((_skeleton(word), word[0].isupper()), set()).add(word)

    def respelt(match: re.Match[str]) -> str:
        word = match[0]
        name = word[0].isupper()
        skeleton = _skeleton(word)
        if word.lower() in known or not _is_telling(word, skeleton, name=name):
            return word
        alike = by_sound.get((skeleton, name), set())
        return next(iter(alike)) if len(alike) == 1 else word

    return _WORD.sub(respelt, claim)


def _is_telling(word: str, skeleton: str, *, name: bool) -> bool:
    return len(skeleton) >= LEAST_SKELETON and (name or len(word) >= LEAST_LETTERS)


@lru_cache(maxsize=65_536)
def _skeleton(word: str) -> str:
    """Return a word's first letter and its further consonants, none twice in a row."""
    lower = word.lower()
    consonants = re.sub(r"[aeiouyhw'’-]", "", lower[1:])
    return lower[0] + re.sub(r"(.)\1+", r"\1", consonants)
