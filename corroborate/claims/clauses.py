"""Long sentences taken apart where a second statement plainly begins.

Each part must stand alone, so a part begins with its own subject: the one it has, the one
its relative pronoun refers to, or that of the main clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corroborate.claims.quotations import QUOTED

#: Sentences of fewer words stay whole.
LONG = 18
#: Words that a part must have.
LEAST = 5

_PAST = (
    r"(?:was|were|has|have|had|did|said|came|took|gave|went|made|got|left|lost|won|held|led|fell|rose|"
    r"became|began|broke|brought|hit|kept|put|ran|sent|set|shot|told|saw|found|beat|met|built|bought|"
    r"caught|chose|cut|drew|drove|fought|flew|laid|paid|sold|spent|spoke|stood|struck|swore|threw|"
    r"wrote|[a-z]{3,}ed)"
)
#: What a clause with a subject goes on with.
VERB = rf"(?:is|are|will|would|can|could|does|says|{_PAST})"
_DETERMINER = r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts)"
_NAME = r"[A-Z][\w’'-]*(?:\s+(?:of\s+)?[A-Z][\w’'-]*){0,4}(?:[’']s?\s+[\w-]+)?"
_INSIDE = (
    r"(?!(?:to|of|in|on|at|for|with|by|from|among|about|against|and|that|as|the|an?|who|which|is|are|"
    r"was|were|has|have|had|will|would|can|could|may|might|must|should)\s)[\w’'-]+"
)
_SUBJECT = rf"\b(?:{_DETERMINER}\s+(?:{_INSIDE}\s+){{0,4}}?{_INSIDE}|{_NAME})"
_PLACE = rf"(?:in|at|near)\s+(?:the\s+[a-z]+\s+of\s+)?{_NAME}"
_HEAD = re.compile(
    rf"^(?P<subject>{_SUBJECT}(?:\s+{_PLACE})?)\s+(?:[a-z]+ly\s+|later\s+|also\s+)?(?={VERB}\b)"
)
#: ", but Netanyahu had …": a clause with a subject and a verb of its own, not "and the group
#: that …", nor "and men accused of …".
_COORDINATE = re.compile(
    rf"(?:,?\s+but|,\s+(?:while|whereas|and))\s+(?P<part>{_SUBJECT}\s+"
    rf"(?:(?!(?:that|who|which)\s)[a-z]+\s+)?(?!\w+ed\s+(?:in|of|with|by)\s){VERB}\b)"
)
#: What is stated on a condition is not stated.
_CONDITION = re.compile(r"\b(?:[Ii]f|[Uu]nless)\b")
#: "not a judge but a party", "everyone but the mayor".
_CONTRAST = re.compile(
    r"\b(?:not|no|never|nothing|neither|\w+n[’']t)\b[^,]*$|\b(?:any|every|no)(?:one|body|thing)$|\ball$"
)
#: ", even though it acknowledged …": who speaks is the main clause's subject.
_CONCESSION = re.compile(
    r",?\s+(?:even though|although|though|but|and then)\s+it\s+"
    r"(?=(?:acknowledged|admitted|said|denied|claimed|insisted|promised|confirmed|announced)\b)"
)
_SAID = {
    "claiming": "claimed", "saying": "said", "arguing": "argued", "insisting": "insisted",
    "alleging": "alleged", "adding": "added", "warning": "warned",
}  # fmt: skip
#: "…, claiming that it was a forgery": the main clause's subject says so.
_SAYING = re.compile(
    rf"(?:,(?:\s+and)?|\s+and)\s+(?P<verb>{'|'.join(_SAID)})\s+(?P<that>that\s+)?(?!(?:to|his|her|their|its)\s)(?=\w)"
)
#: "The port was lost, Lind wrote, adding …": it is she who adds.
_SPEAKER = re.compile(
    r",\s+(?!(?:and|but)\s)(?P<who>[^,]*?)\s*\b(?:said|says|wrote|told|tweeted|posted|argued|recalled|"
    r"announced|claimed|explained|insisted|noted)\b[^,]*$"
)
#: "the Trump administration who in return launched …"; without a comma only after a body, or
#: "Republicans who objected" would be all of them.
_BODY = rf"[Tt]he\s+{_NAME}\s+(?:administration|government|regime|army|ministry|council|coalition)"
_NO_SUBJECT = r"(?!(?:the|an?|he|she|it|we|they|his|her|its|their)\s)"
_WHO = re.compile(
    rf"(?:(?P<whom>{_SUBJECT}),|(?P<name>\b{_BODY}))\s+who\s+"
    rf"(?=(?:{_NO_SUBJECT}[a-z]+\s+){{0,4}}?{VERB}\b|(?:{_NO_SUBJECT}[a-z]+\s+){{0,3}}\d)"
)
#: "…in early April 2017, which left about 100 people dead": no noun stands nearer to the
#: pronoun than the main clause's subject.
_WHICH = re.compile(rf"(?<=\d),\s+which\s+(?!(?:is|are|was|were|has|have|had)\b)(?={_PAST}\b)")
#: "When the council heard of it, the mayor left": what the sentence states is the rest.
_SUBORDINATE = re.compile(
    r"^(?P<how>When|While|Although|Though|Even though|After|Before|As(?!\s+for\b)|Since|Because|"
    rf"Despite)\s(?P<clause>[^,;:]{{15,160}}),"
    rf"\s+(?={_SUBJECT}\s+(?:[a-z]+ly\s+|later\s+|also\s+)?{VERB}\b(?!,))"
)
#: "When a ship is lost, the owner will pay": not without the loss.
_DEPENDS = re.compile(rf"^{_SUBJECT}\s+(?:[a-z]+\s+)?(?:will|would|can|could)\b")
#: "When cranes are counted, the loss is 3 million", "When he came, the port was the topic": only
#: then is it so.
_WHENEVER = re.compile(r"\b(?:is|are|has|have|does|do)\b")
_STATE = re.compile(
    rf"^{_SUBJECT}\s+(?:was|were)\s+(?!(?:[a-z]+ly\s+)?(?:[a-z]+ed|shot|hit|struck|found|told|held|sent|"
    r"made|taken|given|thrown|driven|born)\b)"
)
#: "While the port is open, the bridge is not."
_ELLIPSIS = re.compile(r"\bnot\W*$")
#: What a subordinate clause must not be dropped for.
_TOLL = re.compile(r"\d|\b(?:killed|died|dead|injured|wounded|hurt|missing|arrested|drowned)\b")
_STATED = re.compile(rf"^(?:\d|{_SUBJECT}|[a-z]+\s+people\b)[^,]*?\s{_PAST}\b")
#: "It was the first time that the council met": that it met is what others can report.
_FIRST_TIME = re.compile(
    r"^(?:It|This|That) (?:was|is|marks?|marked) the (?:first|second|third|last|latest) time "
    rf"(?:that\s+)?(?={_DETERMINER}\s|[A-Z])"
)
#: "The fire came days after parliament passed the law": that it did is what others can report. Not
#: "… after it passed the law and a day before it was to meet".
_CAME_AFTER = re.compile(
    r"^[A-Z][^,;:]{1,60}?\s(?:came|comes)\s+(?:(?:just|only|nearly|roughly|about|barely)\s+)*"
    r"(?:(?:the|an?|\w+)\s+)?(?:hour|day|week|month|year)s?\s+after\s+"
    rf"(?=(?:{_DETERMINER}\s|[A-Z])[^,;:]*?\s{VERB}\b)"
    r"(?!.*\band\s+(?:\w+\s+){0,3}?(?:hour|day|week|month|year)s?\s+(?:before|after|ahead)\b)"
)
#: "fired 59 missiles at the base, sending a clear message": beside a figure, what it was
#: meant or taken for is no part of the statement.
_COMMENT = re.compile(
    r"(?<=\w)(?:,\s+(?:sending|showing|signal?ling|suggesting|proving|marking|prompting|raising|drawing|"
    r"underlining|highlighting|demonstrating)|\s+sending\s+an?\s+(?:\w+\s+)?(?:message|signal))\s[^\d,;]*$"
)
_DONE = {
    "arresting": "arrested", "attacking": "attacked", "banning": "banned", "blocking": "blocked",
    "bombarding": "bombarded", "bombing": "bombed", "closing": "closed", "cutting": "cut",
    "detaining": "detained", "executing": "executed", "expelling": "expelled", "firing": "fired",
    "hitting": "hit", "imposing": "imposed", "jailing": "jailed", "killing": "killed",
    "launching": "launched", "opening": "opened", "raiding": "raided", "recalling": "recalled",
    "seizing": "seized", "shelling": "shelled", "shooting": "shot", "striking": "struck",
    "suspending": "suspended", "withdrawing": "withdrew",
}  # fmt: skip
#: "responded to the raid by closing the border": others can report what was done, not why.
_MEANS = re.compile(
    rf"^(?P<subject>{_SUBJECT})\s+(?:[a-z]+ly\s+)?"
    r"(?:(?:(?:decided|chose|wanted|tried|sought)\s+to\s+)?sen[dt]\s+an?\s+(?:\w+\s+)?(?:message|signal)|"
    r"responded|retaliated|reacted|hit\s+back|took\s+revenge)\b[^,;]*?\s+by\s+"
    rf"(?P<verb>{'|'.join(_DONE)})\s+(?=\w)"
)
#: "these were all forged pictures": the pictures were.
_THESE = re.compile(
    r"\b(?:this|these|those)\s+(?P<be>is|was|are|were)\s+(?:all\s+)?(?:an?\s+)?"
    r"(?P<how>fabricated|fake|faked|false|forged|invented|staged|doctored|baseless|untrue)\s+"
    r"(?P<what>[a-z]+(?:\s+and\s+[a-z]+)?)(?=[.,]?$)"
)
#: Where a part cannot end.
_OPEN = re.compile(
    r"\b(?:of|as|in|on|at|for|with|by|to|from|into|that|and|or|but|while|than|when|if|the|an?|his|her|"
    r"its|their|\w+n[’']t)$|[’']s?$"
)
#: What tells of something else than the main clause, and so does a verb in it.
_RELATIVE = re.compile(
    r"\b(?:who|which|that|whom|whose|where)\b[^,]*|^(?:Even\s+)?(?:When|While|Although|Though|After|"
    r"Before|As|Since|Because|If)\b[^,]*,"
)
_ANY_VERB = re.compile(rf"\b{VERB}\b")
#: Another clause, with whose subject a participle or a pronoun may go.
_CLAUSE = re.compile(r"\b(?:but|while|whereas|who|which|because|when|after)\b")
_RESUMES = re.compile(rf",\s+(?:(?:[a-z]+ly\s+)?{VERB}\b|\N{{WHITE SQUARE}})")
#: "said that mayor Keld, who …": what he did comes behind it.
_EMBEDDED = re.compile(rf"\bthat\s+(?:(?!{VERB}\b)[a-z]+\s+){{0,4}}$")
_PASSIVE = re.compile(r"\b(?:was|were|been)\s+(?:[a-z]+ly\s+)?(?:[a-z]+ed|hit|struck|shot|cut)\b")
#: Names that "it" might be: not possessives, nor places something is in, nor days.
_RUN = r"[A-Z][\w-]*+(?:\s+[A-Z][\w-]*+)*+"
_OTHER_NAME = re.compile(rf"\b(?:(?:in|at|near|into|on|\d+)\s+{_RUN}|{_RUN}[’']|(?P<name>{_RUN}))")
#: "a mayor of Sessen, who": the mayor, not the town; "Lind and Keld, who": both.
_OF = re.compile(r"\b(?:of|in|from|at|near|on|for|like|and|or|not)\s+$")
#: "Anton Keld, the head of the port": nearer names are no subject.
_APPOSITION = re.compile(r"\b[A-Z][\w’'.-]*,\s+(?:(?:the|an?|his|her|its|their|from|of)\s[^,]*)?$")
#: "their lawyer", "the latter’s rival": no subject of a sentence that stands alone.
_LEANS = re.compile(r"(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|the\s+(?:latter|former)(?:[’']s)?)\s")
#: "by Lind, who won, and in Sessen by Keld": the main clause goes on.
_SECOND_OBJECT = re.compile(r",\s+and\s+(?:in|at|on|by|with|from|to|for)\s")
#: Who was named in what is cut off: in "the council said he would", though not in "Lind said he
#: would", and in "Lind thanked him".
_PRONOUN = re.compile(r"\b(?:he|she|him|his|her)\b")
_OWN_PERSON = re.compile(
    r"(?!(?:The|An?|This|That|These|Those|Some|Many|Most|All)\s)(?:[A-Z][\w.’'-]*\s+)*[A-Z][\w’'-]*"
    r"[^\Ws]\s+(?![a-z]+\s+(?:him\b|her\b(?!\s+[a-z])))"
)
_DEFINITE = re.compile(r"\b[Tt]he\s+([a-z]{4,})\b")
_SOMEBODY = re.compile(rf"(?<!\bin\s)(?<!\bat\s)(?<!\bnear\s)\b{_NAME}")
_CLEFT = re.compile(r"^It (?:is|was)\b")
_SINGULAR, _PLURAL = re.compile(r"(?:is|was|has)\b"), re.compile(r"(?:are|were|have)\b")
_MANY = re.compile(r"(?:[a-z]+[^su’'\W]s|people|police|men|women|children)$")
_FIGURE = re.compile(r"\d")
_QUOTED = re.compile(rf"{QUOTED.pattern}|\([^)]*\)")


def take_apart(sentence: str) -> list[str]:
    """Return the statements of a sentence; one, the sentence itself, where it stays whole."""
    return [_stated(part) for part in _parts(sentence)]


def _stated(part: str) -> str:
    """Return a statement of what was done rather than why, and of things by their names."""
    blank = _blanked(part)
    if match := _MEANS.match(blank):
        return f"{match['subject']} {_DONE[match['verb']]} {part[match.end() :]}"
    if match := _THESE.search(blank):
        said = f"the {match['what']} {match['be']} {match['how']}"
        return part[: match.start()] + said + part[match.end() :]
    return part


def _parts(sentence: str) -> list[str]:
    if len(sentence.split()) < LONG:
        return [sentence]
    *before, sentence = _main_clause(sentence)
    cut = _first_cut(sentence)
    if cut is None:
        return [*before, sentence]
    head, tail = cut
    *between, tail = _main_clause(tail)
    if min(len(head.split()), len(tail.split())) < LEAST:
        return [*before, sentence]
    return [*before, _whole(head), *between, *_parts(_whole(tail))]


def _main_clause(sentence: str) -> list[str]:
    """Return a sentence without what leads up to its statement or comments on it.

    What leads up to it comes first, as a statement of its own, where it tells of a figure.
    """
    comment = _COMMENT.search(_blanked(sentence))
    if comment and _FIGURE.search(sentence[: comment.start()]):
        sentence = _whole(sentence[: comment.start()])
    blank = _blanked(sentence)
    match = _FIRST_TIME.match(blank) or _CAME_AFTER.match(blank)
    if match and _stands(sentence[match.end() :], match[0]):
        return [_whole(sentence[match.end() :])]
    match = _SUBORDINATE.match(blank)
    if match is None or not _stands(sentence[match.end() :], match["clause"]):
        return [sentence]
    rest, clause = _whole(sentence[match.end() :]), match["clause"]
    depends = match["how"] in {"When", "Before", "After"} and _DEPENDS.match(rest)
    only_then = match["how"] == "When" and (_WHENEVER.search(clause) or _STATE.match(rest))
    if depends or only_then or _ELLIPSIS.search(rest):
        return [sentence]
    if not _TOLL.search(clause):
        return [rest]
    stated = match["how"] not in {"Before", "Despite"} and _STATED.match(clause)
    return (
        [_whole(sentence[match.start("clause") : match.end("clause")]), rest]
        if stated
        else [sentence]
    )


def _stands(part: str, before: str) -> bool:
    """Return whether a part says enough, without what stood before it."""
    return len(part.split()) >= LEAST and not _leans(part, before)


def _leans(part: str, before: str) -> bool:
    """Return whether a part speaks of somebody, or something, whom only the text before it names.

    By a pronoun, or as "the university" that was "Velmar University" there.
    """
    if _LEANS.match(part):
        return True
    if any(re.search(rf"\b{noun.title()}\b", before) for noun in _DEFINITE.findall(part)):
        return True
    named = _SOMEBODY.search(before) and not _OWN_PERSON.match(part)
    return bool(named and _PRONOUN.search(part))


def _blanked(sentence: str) -> str:
    """Return a sentence whose quotations are blanked, of the same length."""
    return _QUOTED.sub(lambda m: "\N{WHITE SQUARE}" * len(m[0]), sentence)


def _first_cut(sentence: str) -> tuple[str, str] | None:
    """Return what lies before and after the first place where a statement begins."""
    # Nothing is cut within a quotation.
    blank = _blanked(sentence)
    cuts = [
        *_coordinate(sentence, blank),
        *_of_subject(sentence, blank),
        *_of_name(sentence, blank),
    ]
    whole = [(place, tail) for place, tail in cuts if _is_whole(blank[:place])]
    if not whole:
        return None
    place, tail = min(whole)
    return sentence[:place], tail


def _coordinate(sentence: str, blank: str) -> Iterator[tuple[int, str]]:
    match = _COORDINATE.search(blank)
    if match is None:
        return
    head = blank[: match.start()]
    contrast = match[0].lstrip().startswith("but") and _CONTRAST.search(head)
    leans = _leans(blank[match.start("part") :], head)
    if not contrast and not leans and not _CONDITION.search(head):
        yield match.start(), sentence[match.start("part") :]


def _of_subject(sentence: str, blank: str) -> Iterator[tuple[int, str]]:
    """Yield the cuts before what is said of the main clause's subject."""
    head = _HEAD.match(blank)
    if not head:
        return
    subject = head["subject"]
    if (
        (match := _SAYING.search(blank))
        and not _CLAUSE.search(blank, 0, match.start())
        and (speaker := _speaker(subject, blank[: match.start()]))
        and not (
            speaker == subject
            and _PRONOUN.search(blank, match.end())
            and _SOMEBODY.search(blank, head.end("subject"), match.start())
        )
    ):
        said = f"{speaker} {_SAID[match['verb']]} {match['that'] or ''}"
        yield match.start(), said + sentence[match.end() :]
    if (match := _CONCESSION.search(blank)) and not any(
        other["name"] for other in _OTHER_NAME.finditer(blank, head.end("subject"), match.start())
    ):
        yield match.start(), f"{subject} {sentence[match.end() :]}"
    if (match := _WHICH.search(blank)) and not _PASSIVE.search(blank, 0, match.start()):
        yield match.start(), f"{subject} {sentence[match.end() :]}"


def _speaker(subject: str, before: str) -> str | None:
    """Return who goes on to say something: the subject, or whom the clause names at its end."""
    match = _SPEAKER.search(before)
    if match is None:
        return subject
    who = match["who"]
    return who if re.fullmatch(_SUBJECT, who) and not _LEANS.match(who) else None


def _of_name(sentence: str, blank: str) -> Iterator[tuple[int, str]]:
    """Yield the cut behind one of whom a relative clause tells, if it is plain who that is."""
    match = _WHO.search(blank)
    if not match:
        return
    group = "whom" if match["whom"] else "name"
    whom, before, tail = match[group], blank[: match.start(group)], blank[match.end() :]
    # "…, who …, did …": the main clause goes on behind the second comma; leave it whole.
    doubtful = (
        _OF.search(before)
        or _APPOSITION.search(before)
        or _EMBEDDED.search(before)
        or _RESUMES.search(tail)
        or _ANY_VERB.search(whom)
        or _CLEFT.search(blank)
        or _LEANS.match(whom)
        or _SECOND_OBJECT.search(tail)
    )
    many = _MANY.search(whom) is not None
    if not doubtful and not (_SINGULAR if many else _PLURAL).match(tail):
        yield match.end(group), f"{whom} {sentence[match.end() :]}"


def _is_whole(head: str) -> bool:
    """Return whether what stands before a cut is a sentence of its own."""
    return (
        not _OPEN.search(head.rstrip(" ,"))
        and head.count("—") % 2 == 0
        and _ANY_VERB.search(_RELATIVE.sub(" ", head)) is not None
    )


def _whole(part: str) -> str:
    part = part.strip().rstrip(",;:–—-").strip()
    if not part.endswith((".", "!", "”", '"', "…")):
        part += "."
    return part[0].upper() + part[1:]
