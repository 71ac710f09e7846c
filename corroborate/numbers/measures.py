"""Tells what a count counts: the head noun, and what befell those who are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corroborate.numbers.words import words_of

#: Words for people that say nothing more of them, and classes of people that do.
CLASSES = {
    "people": "people person persons civilian civilians victim victims individual individuals "
    "others resident residents lives soul souls inhabitants residents citizen citizens "
    "human humans",
    "children": "child children kid kids minor minors schoolchildren schoolchild girls boys "
    "infants babies students pupils",
    "women": "woman women",
    "men": "man men",
    "soldier": "soldier soldiers troop troops serviceman servicemen personnel forces guards "
    "conscripts recruits",
    "fighter": "fighter fighters rebel rebels militant militants terrorist terrorists insurgent "
    "insurgents jihadist jihadists gunman gunmen militiaman militiamen extremist extremists "
    "combatants attackers",
    "officer": "officer officers policeman policemen police",
}
GROUP = {word: name for name, words in CLASSES.items() for word in words.split()}
#: Groups that a count of "people" contains.
PERSONS = frozenset(CLASSES)

#: What befell them: nouns and verbs, by state.
STATES = {
    "killed": r"kill(?:s|ed|ing)?|dead|died|dies|dying|deaths?|fatalit(?:y|ies)|perished|slain"
    r"|murder(?:ed|s|ing)?|massacred?|massacring|martyred|lost their lives|claim(?:ed|s|ing)"
    r"(?=.{0,25}\blives\b)|drown(?:ed|ing)|executed|beheaded|shot dead",
    "injured": r"wound(?:s|ed|ing)?|injur(?:e|es|ed|ing|ies|y)|hurt",
    "missing": r"missing|unaccounted for|disappeared",
    "arrested": r"arrest(?:s|ed|ing)?|detain(?:s|ed|ing)?|detainees|in custody|jailed|imprisoned",
    "displaced": r"displac(?:e|es|ed|ing)|fled|flee(?:s|ing)?|homeless|refugees",
    "evacuated": r"evacuat(?:e|es|ed|ing)|evacuees",
    "abducted": r"abduct(?:s|ed|ing)?|kidnap(?:s|ped|ping)?|hostages?|taken hostage",
    "infected": r"infect(?:s|ed|ing)?|infections|tested positive|cases",
    "freed": r"freed|freeing|released|releasing|rescued?|rescuing",
    "fired": r"fir(?:ed|es|ing)|launch(?:es|ed|ing)?|lunched",
    "intercepted": r"intercept(?:s|ed|ing)?|shot down|shooting down|downed",
    "destroyed": r"destroy(?:s|ed|ing)?|demolished|levelled|leveled",
}
#: Counts that grow as news comes in.
TOLLS = frozenset(
    {"killed", "injured", "missing", "displaced", "arrested", "infected", "evacuated"}
)
#: Only beside one of these are "12 cases" people who fell ill.
_ILLNESS = re.compile(
    r"infect|virus|disease|illness|flu\b|influenza|cholera|ebola|measles|malaria|covid|dengue|plague"
    r"|typhoid|polio|outbreak|epidemic|pandemic|tested|symptom|patient|vaccin|health",
    re.IGNORECASE,
)
_AROUND = 120
_STATE = "|".join(f"(?P<{name}>{words})" for name, words in STATES.items())
_FILL = (
    r"(?:at|least|more|than|over|about|around|some|nearly|almost|up|to|as|many|also|another|"
    r"further|the|a|an|of|its|their|other|others|so|far|reportedly|were|was|are|is|have|has|had|"
    r"been|be|being|who|that|severely|seriously|critically|slightly|left|both|all|confirmed|"
    r"believed|feared|reported|said|went|lost|still|remain|remained|either)"
)
_NEXT = re.compile(rf"\W{{0,3}}(?:{_FILL}\W+){{0,5}}(?:{_STATE})\b", re.IGNORECASE)
_BEFORE = re.compile(rf"\b(?:{_STATE})\W+(?:{_FILL}\W+){{0,4}}$", re.IGNORECASE)
_TOLL = re.compile(
    r"\b(?:(?:death|casualty) toll|number of (?:dead|deaths|people killed)|the dead|toll|deaths?|"
    r"fatalities)\b[^.;]{0,160}?\b(?:to|at|as|was|is|were|of|reached|hit|stood at|stands at|"
    r"passed|topped)\W+$",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf"[^.;]{{0,60}}?\b(?:{_STATE})\b"
    r"(?!\W+(?:(?!(?:in|on|at|near|during|since)\b)\w+\W+)?(?:a|the|an|by)\b)",
    re.IGNORECASE,
)
_OTHER_CLAUSE = re.compile(r"\b(?:while|but|after|when|as|where|\w+ing)\b", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:including|among (?:them|the dead)|of (?:them|whom)|them|among|includes?)\W+"
    r"(?:at least |about |some |more than )?$",
    re.IGNORECASE,
)
_EXTRA = re.compile(r"\b(?:another|additional|further|extra)\W+$", re.IGNORECASE)
_PARTIAL = re.compile(
    r"\s+(?:(?:more|additional|further|extra)\b|of (?:the|its|their|them|his|her|whom)\b)",
    re.IGNORECASE,
)
#: "By 20 votes", "two seats short": a margin, no more the whole than a part is.
_MARGIN = re.compile(r"\bby\s+(?:(?:a margin of|only|just|some|about)\s+)*$", re.IGNORECASE)
_SHORT = re.compile(r"\s+(?:short|shy)\b", re.IGNORECASE)
#: What contests are won and lost by.
_WON = frozenset({"vote", "seat", "goal"})
#: All of them, and the words for people: what they share says nothing of the event.
BEFALLEN = re.compile(
    rf"\b(?:{'|'.join(STATES.values())}|{'|'.join(GROUP)}|toll|casualties)\b", re.IGNORECASE
)
_WORD = re.compile(r"[\s-]+([^\W\d_][\w’'-]*)")
#: Words at which the noun phrase after a number ends.
STOPS = words_of("""
in at on from by with for during after before to as since near across against among including
between and or but while who that which when where were was are is have has had been be being
will would could should may might than into over under out off up down per last this these
those next ago also a an the its their his her our if not said says say later earlier early
late on so far only both there here it they he she we you i did do does can must because amid
following according inside outside around about through throughout within without toward
towards until
""")
#: Words before the head that belong to the number or say nothing.
SKIPPED = words_of("""
more additional further extra others of the its their them such
""")
LONGEST = 4
PAST = re.compile(r"\w{2,}(?:ed|ing)$")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count counts."""

    head: str
    state: str
    modifiers: frozenset[str]
    partial: bool
    #: Where the words that name it end.
    end: int


def counted(text: str, start: int, end: int, left: int, right: int) -> Counted:
    """Return what the number at ``text[start:end]`` counts.

    Args:
        text: The text.
        start: Where the number, its qualifier included, begins.
        end: Where the number ends.
        left: Where the clause, or the number before, ends.
        right: Where the clause ends, or the next number begins.
    """
    words, stop = _phrase(text, end, right)
    head = GROUP.get(words[-1], singular(words[-1])) if words else ""
    state = _state(text, start, stop, end, left, right)
    if not head and state in TOLLS:
        head = "people"
    if words and words[-1] == "lives":
        state = state or "killed"
    partial = bool(
        _EXTRA.search(text[left:start])
        or _PARTIAL.match(text, end, right)
        or _SHORT.match(text, stop, right)
        or (head in _WON and _MARGIN.search(text[left:start]))
    )
    return Counted(head, state, frozenset(words[:-1]) - SKIPPED, partial, stop)


def part_of(text: str, left: int, start: int) -> bool:
    """Return whether a number is said to be part of the one before it ("including 11 …")."""
    return bool(_PART.search(text[left:start]))


def _phrase(text: str, end: int, right: int) -> tuple[list[str], int]:
    """Return the words of the noun phrase after a number, and where it ends."""
    words: list[str] = []
    position = end
    while len(words) < LONGEST and (found := _WORD.match(text, position, right)):
        word = found[1].lower().replace("’", "'").removesuffix("'s")
        if word in {"of", "the", "its", "their", "them"} and not words:
            position = found.end()
            continue
        if word in STOPS or word == "of" or re.fullmatch(_STATE, word, re.IGNORECASE):
            break
        if words and PAST.fullmatch(word):
            break
        words.append(word)
        position = found.end()
        if word in GROUP or found[1].endswith(("'s", "’s")):
            break
        following = _WORD.match(text, position, right)
        if _plural(found[1]) and not (following and _plural(following[1])):
            break
    counts = bool(words) and any(word in GROUP or word.endswith("s") for word in words)
    return (words, position) if counts else ([], end)


def _plural(word: str) -> bool:
    """Return whether a word looks like a plural noun that can end a phrase; names go on."""
    return word.islower() and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _state(text: str, start: int, stop: int, end: int, left: int, right: int) -> str:
    before = text[left:start]
    after = _NEXT.match(text, end, right)
    if after and not re.search(r"\band\b", after[0]):
        return _name(after)
    if verb := _BEFORE.search(before):
        return _name(verb)
    if after := _NEXT.match(text, stop, right):
        return _name(after)
    if _TOLL.search(before):
        return "killed"
    later = _LATER.match(text, stop, right)
    # A verb right before the next number speaks of that one: "15 women and injured 400".
    if not later or later.lastgroup not in TOLLS or _OTHER_CLAUSE.search(later[0][:-4]):
        return ""
    active = text[right : right + 1].isalnum() and not text[later.end() : right].strip()
    return "" if active else _name(later)


def _name(found: re.Match[str]) -> str:
    state = found.lastgroup or ""
    if state and found[state].lower() == "cases":
        text, around = found.string, max(0, found.start() - _AROUND)
        return state if _ILLNESS.search(text, around, found.end() + _AROUND) else ""
    return state


def singular(noun: str) -> str:
    """Return the singular of a noun, by its ending."""
    if noun.endswith("ies") and len(noun) > 4:  # noqa: PLR2004 -- "ties", "lies"
        return f"{noun[:-3]}y"
    if noun.endswith(("ches", "shes", "xes", "sses")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun
