"""Long sentences taken apart where a second statement plainly begins.

Each part must stand alone, so a part begins with its own subject: the one it has, the one
its relative pronoun refers to, or that of the main clause.
"""

from __future__ import annotations

import re

#: Sentences of fewer words stay whole.
LONG = 18
#: Words that a part must have.
LEAST = 5

_VERB = (
    r"(?:is|are|was|were|has|have|had|will|would|can|could|did|does|said|says|came|took|gave|went|"
    r"made|got|left|lost|won|held|led|fell|rose|became|began|broke|appeared|brought|hit|kept|put|ran|sent|"
    r"set|shot|told|saw|found|fired|[a-z]{3,}ed)"
)
_DETERMINER = r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts)"
_NAME = r"[A-Z][\w’'-]*(?:\s+(?:of\s+)?[A-Z][\w’'-]*){0,4}(?:[’']s?\s+[\w-]+)?"
_INSIDE = r"(?!(?:to|of|in|on|at|for|with|by|from|and|that|as|the|an?)\s)[\w’'-]+"
_SUBJECT = rf"(?:{_DETERMINER}\s+(?:{_INSIDE}\s+){{0,4}}?{_INSIDE}|{_NAME})"
_HEAD = re.compile(rf"^(?P<subject>{_SUBJECT})\s+(?:[a-z]+ly\s+|later\s+|also\s+)?(?={_VERB}\b)")
#: ", but Netanyahu had …": a clause with a subject and a verb of its own.
_COORDINATE = re.compile(
    rf",?\s+(?:but|while|whereas)\s+(?P<part>{_SUBJECT}\s+(?:[a-z]+\s+)?{_VERB}\b)"
    rf"|,\s+and\s+(?P<and_part>{_SUBJECT}\s+(?:[a-z]+\s+)?{_VERB}\b)"
)
#: ", even though it acknowledged …": the pronoun is the main clause's subject.
_CONCESSION = re.compile(
    rf",?\s+(?:even though|although|though|but|and then)\s+(?:it|he|she|they)\s+(?={_VERB}\b)"
)
_SAID = {
    "claiming": "claimed", "saying": "said", "arguing": "argued", "insisting": "insisted",
    "alleging": "alleged", "adding": "added", "warning": "warned",
}  # fmt: skip
#: "…, claiming that it was a forgery": the main clause's subject says so.
_SAYING = re.compile(rf",?\s+(?:and\s+)?(?P<verb>{'|'.join(_SAID)})\s+(?P<that>that\s+)?(?=\w)")
#: "the Trump administration who in return launched …"
_WHO = re.compile(
    rf"(?P<whom>{_SUBJECT}),?\s+who\s+(?=(?:[a-z]+\s+){{0,4}}?{_VERB}\b|(?:[a-z]+\s+){{0,3}}\d)"
)
#: "…in early April 2017, which left about 100 people dead": no noun stands nearer to the
#: pronoun than the main clause's subject.
_WHICH = re.compile(rf"(?<=\d),\s+which\s+(?={_VERB}\b)")
#: "When the council heard of it, the mayor left": what the sentence states is the rest.
_SUBORDINATE = re.compile(
    r"^(?:When|While|Although|Though|Even though|After|Before|As|Since|Because|Despite)\s"
    rf"[^,;:]{{15,160}},"
    rf"\s+(?={_SUBJECT}\s+(?:[a-z]+ly\s+|later\s+|also\s+)?{_VERB}\b)"
)
#: "It was the first time that the council met": that it met is what others can report.
_FIRST_TIME = re.compile(
    r"^(?:It|This|That) (?:was|is|marks?|marked) the (?:first|second|third|last|latest) time "
    r"(?:that\s+)?"
)
#: "fired 59 missiles at the base, sending a clear message": beside a figure, what it was
#: meant or taken for is no part of the statement.
_COMMENT = re.compile(
    r"(?<=\w),?\s+(?:sending|showing|signal?ling|suggesting|proving|marking|prompting|raising|drawing|"
    r"underlining|highlighting|demonstrating)\s[^\d,;]*$"
)
_FIGURE = re.compile(r"\d")
_QUOTED = re.compile(r"[\"“][^\"”]*(?:[\"”]|$)|\([^)]*\)")


def take_apart(sentence: str) -> list[str]:
    """Return the statements of a sentence; one, the sentence itself, where it stays whole."""
    if len(sentence.split()) < LONG:
        return [sentence]
    sentence = _main_clause(sentence)
    cut = _first_cut(sentence)
    if cut is None:
        return [sentence]
    head, tail = cut
    tail = _main_clause(tail)
    if min(len(head.split()), len(tail.split())) < LEAST:
        return [sentence]
    return [_whole(head), *take_apart(_whole(tail))]


def _main_clause(sentence: str) -> str:
    """Return a sentence without what leads up to its statement or comments on it."""
    comment = _COMMENT.search(_blanked(sentence))
    if comment and _FIGURE.search(sentence[: comment.start()]):
        sentence = _whole(sentence[: comment.start()])
    for pattern in (_SUBORDINATE, _FIRST_TIME):
        match = pattern.match(_blanked(sentence))
        rest = sentence[match.end() :] if match else ""
        if len(rest.split()) >= LEAST:
            return _whole(rest)
    return sentence


def _blanked(sentence: str) -> str:
    """Return a sentence whose quotations are blanked, of the same length."""
    return _QUOTED.sub(lambda m: "\N{WHITE SQUARE}" * len(m[0]), sentence)


def _first_cut(sentence: str) -> tuple[str, str] | None:
    """Return what lies before and after the first place where a statement begins."""
    # Nothing is cut within a quotation.
    blank = _blanked(sentence)
    cuts: list[tuple[int, str]] = []
    if match := _COORDINATE.search(blank):
        start = match.start("part") if match["part"] else match.start("and_part")
        cuts.append((match.start(), sentence[start:]))
    head = _HEAD.match(blank)
    if head:
        if match := _SAYING.search(blank):
            said = f"{head['subject']} {_SAID[match['verb']]} {match['that'] or ''}"
            cuts.append((match.start(), said + sentence[match.end() :]))
        found = filter(None, (p.search(blank) for p in (_CONCESSION, _WHICH)))
        cuts += [(m.start(), f"{head['subject']} {sentence[m.end() :]}") for m in found]
    if match := _WHO.search(blank):
        whom = match["whom"]
        end = match.start("whom") + len(whom)
        tail = sentence[match.end() :]
        # "…, who …, did …": the main clause goes on behind the second comma; leave it whole.
        if match.start("whom") > 0 or not re.search(rf",\s+{_VERB}\b", tail):
            cuts.append((end, f"{whom} {tail}"))
    if not cuts:
        return None
    place, tail = min(cuts)
    return sentence[:place], tail


def _whole(part: str) -> str:
    part = part.strip().rstrip(",;–—-").strip()
    if not part.endswith((".", "!", "”", '"', "…")):
        part += "."
    return part[0].upper() + part[1:]
