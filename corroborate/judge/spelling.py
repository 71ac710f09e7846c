"""One word, two spellings: "Khan Sheikoun" and "Khan Shaykhun", "lunched" and "launched".

Names from other scripts have as many spellings as newsrooms, and input has slips. The network
takes them for other words, so the claim is given the passage's spelling before it reads. Words
that the network knows are left alone: Sudan is no spelling of Sweden, nor "minutes" of "months".
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from corroborate import models

#: Letters below which a word that is no name is left as it is: short words differ by a vowel.
LEAST_LETTERS = 7
#: Letters of a name's skeleton below which names are too easily confused.
LEAST_SKELETON = 3

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
#: What British and American newsrooms write in two ways, with the American one.
_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})our"), "or"),
    (re.compile(r"(?<=[a-z]{2})tre(s?)$"), r"ter\1"),
    (re.compile(r"(?<=[a-z]{3})is(?=e|ing|ation)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})ence(s?)$"), r"ense\1"),
    (re.compile(r"^hizb[aou]llah"), "hezbollah"),
)


def align(claim: str, context: str) -> str:
    """Return a claim with words spelt as the context spells them.

    A word is replaced if the context does not have it, but has exactly one that is British
    for American, or begins with the same letter, has the same consonants, and is a name if it
    is one. The latter takes a word that the network does not know: a name for a name that it
    does not know either, a slip for a word that it does.

    Args:
        claim: The claim.
        context: The passage with its title.
    """
    there = set(_WORD.findall(context))
    known = {word.lower() for word in there}
    by_sound: dict[tuple[str, bool], set[str]] = {}
    american: dict[tuple[str, bool], set[str]] = {}
    for word in there:
        name = word[0].isupper()
        american.setdefault((_american(word), name), set()).add(word)
        if _is_known(word) is not name:
            by_sound.setdefault((_skeleton(word), name), set()).add(word)

    def respelt(match: re.Match[str]) -> str:
        word = match[0]
        name = word[0].isupper()
        if word.lower() in known:
            return word
        alike = american.get((_american(word), name), set())
        if not alike and not _is_known(word) and _is_telling(word, name=name):
            alike = by_sound.get((_skeleton(word), name), set())
        return next(iter(alike)) if len(alike) == 1 else word

    return _WORD.sub(respelt, claim)


def _is_telling(word: str, *, name: bool) -> bool:
    return len(_skeleton(word)) >= LEAST_SKELETON and (name or len(word) >= LEAST_LETTERS)


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    """Return the words, in lower case, that the shipped network reads as one token."""
    tokenizer = json.loads((models.JUDGE / "tokenizer.json").read_text(encoding="utf-8"))
    return frozenset(tokenizer["model"]["vocab"])


@lru_cache(maxsize=65_536)
def _is_known(word: str) -> bool:
    return re.sub(r"['’]s?$", "", word.lower()) in _vocabulary()


@lru_cache(maxsize=65_536)
def _american(word: str) -> str:
    word = word.lower()
    for british, american in _BRITISH:
        word = british.sub(american, word)
    return word


@lru_cache(maxsize=65_536)
def _skeleton(word: str) -> str:
    """Return a word's first letter and its further consonants, none twice in a row."""
    lower = word.lower()
    consonants = re.sub(r"[aeiouyhw'’-]", "", lower[1:])
    return lower[0] + re.sub(r"(.)\1+", r"\1", consonants)
