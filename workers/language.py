"""Which language a text is in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corroborate.errors import InputError

#: Fewer letters than this say too little.
_ENOUGH = 25
#: Characters that are looked at.
_SAMPLE = 600
_CODE = re.compile(r"^([a-zA-Z]{2})(?:[-_].*)?$")


def detect(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language; None where there is too little text."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _ENOUGH:
        return None
    import py3langid

    best = code(py3langid.classify(sample)[0])
    if best is None:  # a creole or dialect without such a code: the likeliest that has one
        best = next(filter(None, (code(label) for label, _ in py3langid.rank(sample))), None)
    return best


def code(value: object) -> str | None:
    """Return the ISO 639-1 code of a language tag ("en-GB": "en"), if it is one."""
    match = _CODE.match(value.strip()) if isinstance(value, str) else None
    return match[1].lower() if match else None


def codes(tags: Iterable[str]) -> frozenset[str]:
    """Return the ISO 639-1 codes of the language tags that a user asks for.

    Raises:
        InputError: One is not such a tag: no article would be found in it.
    """
    found = set()
    for tag in tags:
        if (one := code(tag)) is None:
            raise InputError(f"'{tag}' is not the code of a language, two letters like en")
        found.add(one)
    return frozenset(found)
