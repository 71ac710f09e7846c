"""The words of a query, in as many parts as a server takes at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

#: Words of a query that are searched; the rest of one so long adds nothing.
WORDS = 256
#: Words times fields in one search. A server takes 1,024 or more, as its heap and cores allow:
#: https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-settings.html; the rest is
#: for the filter, and for what an analyzer takes for two words.
CLAUSES = 800

# Scripts without spaces, of which analyzers make a word of each character or two, and emoji.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef"
    "\U0001f000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s\x00-/:-@\[-`{{-\x7f\u2000-\u206f{_UNSPACED}]{{1,255}}")


def matches(query: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    """Return queries that together match a query's words in the passages of these languages.

    A passage is under one language only, so that each is found by one of them at most.
    """
    ends = [word.end() for word in islice(_WORD.finditer(query), WORDS)]
    text = query[: ends[-1]] if ends else ""
    together = max(1, CLAUSES // (2 * max(1, len(ends))))
    return [
        {
            "multi_match": {
                "query": text,
                "fields": [
                    f"prose.{language}.{part}"
                    for language in languages[start : start + together]
                    for part in ("text", "title")
                ],
                "type": "most_fields",
            }
        }
        for start in range(0, len(languages), together)
    ]
