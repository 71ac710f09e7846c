"""Of whom or what a share or a sum is told, and whether it grew."""

from __future__ import annotations

import re

from corroborate.numbers.context import stems

_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|won|lost|took|got|gets?|makes?|made|costs?|paid|pays|"
    r"spent|r[oi]ses?|rose|grew|f[ae]lls?|fell|stands?|stood|led|owes?|gave|gives|holds?|held|cut|[a-z]+ed)\b"
)
#: "Officials said that": who tells is not of whom it is told.
_TELLS = re.compile(
    r"^.*?\b(?:said|says|told\s+\w+|reported|announced|added|confirmed|claimed)\b"
    r"(?:\s+on\s+\w+)?(?:\s+that)?\s+|^[^,]*\baccording to\b[^,]*,\s+",
    re.IGNORECASE,
)
_UP = (
    r"ris(?:es?|ing|en)|rose|gr[eo]w\w*|increas\w+|climb\w*|jump\w*|soar\w*|surg\w+|rais\w+"
    r"|gain\w*|up"
)
_DOWN = (
    r"f[ae]ll\w*|drop\w*|declin\w+|decreas\w+|cut\w*|reduc\w+|lower\w*|slash\w*|slip\w*|slid|shrank"
    r"|shrink\w*|plung\w+|tumbl\w+|los[te]\w*|down"
)
_MOVED = re.compile(rf"\b(?:(?P<up>{_UP})|{_DOWN})\b", re.IGNORECASE)


def other_subject(ours: str, theirs: str) -> bool:
    """Return whether two sentences have subjects of which the other knows nothing."""
    mine, other = _subject(ours), _subject(theirs)
    return bool(mine and other) and not (mine & stems(theirs) or other & stems(ours))


def _subject(sentence: str) -> frozenset[str]:
    """Return the stems of the words before a sentence's verb; none where it has no verb."""
    told = _TELLS.sub("", sentence, count=1)
    verb = _VERB.search(told)
    return stems(told[: verb.start()]) if verb else frozenset()


def opposite(ours: str, theirs: str) -> bool:
    """Return whether of two stretches of text one says "rose" where the other says "fell".

    Args:
        ours: What stands before a number of the claim.
        theirs: What stands before one of the passage.
    """
    ways = {_way(ours), _way(theirs)}
    return ways == {True, False}


def _way(text: str) -> bool | None:
    """Return whether the last movement that a text tells is upwards; None for none."""
    last = max(_MOVED.finditer(text), key=re.Match.end, default=None)
    return None if last is None else bool(last["up"])
