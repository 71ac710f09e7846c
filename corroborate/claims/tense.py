"""Whether what a sentence tells of a day lies ahead of it or behind, by the verb nearest to it."""

from __future__ import annotations

import re

#: What follows "has" where it is no auxiliary.
_OWNED = r"(?:an?|the|no|their|its|his|her|two|three)"
_AHEAD = (
    r"(?:will|would|shall|must|should|may|might|could|can|won[’']t|(?<=\w)[’']ll)\b"
    rf"(?!\s+have\b(?!\s+{_OWNED}\b))(?:\s+(?:not|also|be|[a-z]+ly)\b)*(?:\s+[a-z]+\b)?"
    r"|(?:due|scheduled|slated|expected|(?:(?<=\bis )|(?<=\bare ))planned|planned(?!\s+to\b)|"
    r"poised|set|likely)\s+(?:to(?:\s+be)?\s+[a-z]+|for|on|in|by)\b"
    r"|(?:plans?|planning|intends?|hopes?|aims?|wants?|vow(?:s|ed)|promis(?:es|ed)|agreed|"
    r"threaten(?:s|ed)|preparing|going|needs?|is|are|has|have)\s+to(?:\s+be)?\s+[a-z]+\b"
    r"|(?:scheduled|slated|planned|expected|due)(?=\s+(?:for|on|in|by)?\s*$)"
    r"|(?<!\b[Ii]t\s)(?:is|are)(?=\s+(?:on|in)?\s*$)"
    r"|(?:begin|start|(?:re)?open|resume|end|expire|close|return|arrive|travel|meet|visit|vote|wrap|leave"
    r"|retire)s|(?:plays|faces|hosts)(?=\s+[A-Z])"
    r"|(?:takes|comes|goes|is going) (?:place|effect|into|to)|kicks off|ahead of|upcoming|on tap"
    r"|(?<!\bbecame\s)(?<!\bbecome\s)(?<!\bwas\s)effective(?=\s+(?:in|on|from)?\s*$)"
)
#: "Talks resume on Monday", "is published on Friday", "was leaving on Sunday", "planned to leave on
#: Monday", "has a match on Monday": maybe a plan.
_PLANNED = (
    r"(?:[Tt]hey|[Ww]e|[A-Za-z][a-z]+[^su\W]s|people|police|and)\s+(?:begin|start|open|resume|end|close|"
    r"go|return|arrive|travel|meet|visit|vote|leave|rise|play|face|host|come)"
    rf"|[A-Z]\w+\s+(?:travel|play|face|host)|(?:has|have)\s+{_OWNED}\b"
    r"|(?:is|are)\s+(?!(?:accused|charged|suspected|alleged|believed|reported|scheduled|slated|"
    r"planned|expected|wanted|pictured|arrested)\b)[a-z]+ed"
    r"|planned\s+to\s+[a-z]+"
    r"|(?:was|were)\s+(?:leaving|going|flying|coming|returning|arriving|meeting|travelling|traveling|"
    r"retiring|resigning|stepping\s+down)|takes\s+office"
)
_BEHIND = (
    r"[a-z]{2,}(?<!e)ed|says|said|told|was|were|had|has|have|did|came|went|took|gave|got|made|saw|"
    r"found|left|lost|won|met|held|led|fell|rose|grew|became|began|broke|brought|built|bought|"
    r"caught|chose|cut|drew|drove|fought|flew|hit|kept|laid|paid|put|ran|sent|shot|shut|sold|"
    r"spent|spoke|stood|struck|swore|thought|threw|wrote|beat|sank|shook|sought|withdrew|agreed|"
    r"sworn|swept|quit|burst|split|stole|stuck|rang|hid|hurt|lay|rode|heard|felt|dealt|"
    r"knew|let|cost|wore|woke|tore|froze|slid|spread|read|dead|taken|given|been|gone|born"
)
_CUE = re.compile(
    rf"\b(?:(?P<ahead>{_AHEAD})|(?P<planned>{_PLANNED})|{_BEHIND})(?!\w)|(?<=\w)[’'](?P<will>ll)\b"
)
#: "calls on the storm to roar ashore on Sunday": no more than a hint.
_INFINITIVE = re.compile(r"\bto\s+(?!the\b|an?\b|his\b|her\b|its\b|their\b|one\b)[a-z]+\b")
_CLAUSE = re.compile(
    r"[,;:–—“”\"]|\b(?:that|who|which|while|whereas|after|when|because|but|if|although)\b"
)


#: Characters on either side of a day in which its verb is looked for.
_REACH = 200


def lies_ahead(before: str, after: str) -> bool | None:
    """Return whether the verb nearest to a day speaks of the future; None where that is in doubt.

    The verb before the day in its own clause decides, then the one after it there, then those
    of the clauses before.

    Args:
        before: The sentence up to the day.
        after: The sentence from behind the day.
    """
    before, after = before[-_REACH:], after[:_REACH]
    own = _CLAUSE.split(before)[-1]
    found = _last(own) or _CUE.search(_CLAUSE.split(after, maxsplit=1)[0])
    if found is None and _INFINITIVE.search(own):
        return True
    found = found or _last(before) or _CUE.search(after)
    if found is None or found["planned"]:
        return None
    return bool(found["ahead"] or found["will"])


def _last(text: str) -> re.Match[str] | None:
    return max(_CUE.finditer(text), key=re.Match.end, default=None)
