"""Results of votes: "passed the House 231-199", "on a vote of 217 to 213"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corroborate.numbers.quantity import Kind, Quantity

_RESULT = re.compile(
    r"(?<![\w.,/:$€£–-])(?P<first>\d{1,3})(?:\s+votes)?(?:\s?[-–]\s?|\s+to\s+)(?P<second>\d{1,3})"
    r"(?![\w/:%–-]|[.,]\d|\s+(?:per\s?cent|million|billion|years?|months?|weeks?|days?|hours?|"
    r"people|points?|[ap]\.?m)\b)"
)
#: What says, so near before a result or after it, that it is one of a vote.
_CUE = re.compile(
    r"\b(?:vot(?:e|es|ed|ing)|ballot|pass(?:ed|es|ing)?|approv(?:ed|es|al)|adopt(?:ed|s)|"
    r"confirmed|tally)\b",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 60, 25
#: What is counted first, as results are told, and second.
SIDES = {"first": "in favour", "second": "against"}


def ballots(text: str) -> Iterator[Quantity]:
    """Yield the votes in favour and against of each result in a text."""
    for match in _RESULT.finditer(text):
        around = text[max(0, match.start() - _BEFORE) : match.end() + _AFTER]
        if not _CUE.search(around):
            continue
        for side, state in SIDES.items():
            value = float(match[side])
            yield Quantity(
                kind=Kind.COUNT,
                value=value,
                low=value,
                high=value,
                head="vote",
                state=state,
                text=match[side],
                start=match.start(side),
                end=match.end(side),
            )
