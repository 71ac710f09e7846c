"""Long sentences taken apart where a second statement plainly begins.

Each part must stand alone, so a part begins with its own subject: the one it has, the one
its relative pronoun refers to, or that of the main clause.
"""

from __future__ import annotations

import re

#: Sentences of fewer words stay whole.
LONG = 20
#: Words that a part must have.
LEAST = 5

_VERB = (
    r"(?:is|are|was|were|has|have|had|will|would|can|could|did|does|said|says|came|took|gave|went|"
    r"made|got|left|lost|won|held|led|fell|rose|became|began|broke|brought|hit|kept|put|ran|sent|"
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
#: "the Trump administration who in return launched …"
_WHO = re.compile(
    rf"(?P<whom>{_SUBJECT}),?\s+who\s+(?=(?:[a-z]+\s+){{0,4}}?{_VERB}\b|(?:[a-z]+\s+){{0,3}}\d)"
)
#: "…in early April 2017, which left about 100 people dead": no noun stands nearer to the
#: pronoun than the main clause's subject.
_WHICH = re.compile(rf"(?<=\d),\s+which\s+(?={_VERB}\b)")
_QUOTED = re.compile(r"[\"“][^\"”]*(?:[\"”]|$)|\([^)]*\)")


def take_apart(sentence: str) -> list[str]:
    """Return the statements of a sentence; one, the sentence itself, where it stays whole."""
    if len(sentence.split()) < LONG:
        return [sentence]
    cut = _first_cut(sentence)
    if cut is None:
        return [sentence]
    head, tail = cut
    if min(len(head.split()), len(tail.split())) < LEAST:
        return [sentence]
    return [_whole(head), *take_apart(_whole(tail))]


def _first_cut(sentence: str) -> tuple[str, str] | None:
    """Return what lies before and after the first place where a statement begins."""
    # Quotations are blanked, of the same length, so that nothing is cut within one.
    blank = _QUOTED.sub(lambda m: "\N{WHITE SQUARE}" * len(m[0]), sentence)
    cuts: list[tuple[int, str]] = []
    if match := _COORDINATE.search(blank):
        start = match.start("part") if match["part"] else match.start("and_part")
        cuts.append((match.start(), sentence[start:]))
    head = _HEAD.match(blank)
    if head:
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
