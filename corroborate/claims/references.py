"""Who "he" or "the ministry" is and where "the attack" was, from what the article said before.

Careful on purpose: a wrong name makes a false claim, a pronoun only a vague one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corroborate.claims.clauses import VERB

_PARTICLE = r"(?:al-|el-|Al-|El-|de |van |von |bin |ibn |der |da |di )?"
_NAME = rf"[A-Z][\w’'-]*[\w](?:\s+[A-Z]\.)*(?:\s+{_PARTICLE}[A-Z][\w’'-]*\w)*"
_TITLES = (
    "Mr|Mrs|Ms|Dr|Sir|Lord|Lady|President|Prime Minister|Minister|Senator|Sen|Rep|Gov|Governor|"
    "Mayor|General|Gen|Colonel|Col|King|Queen|Prince|Princess|Pope|Chancellor|Secretary of State|"
    "Secretary|Ambassador|Judge|Justice|Professor|Prof|Inspector|Captain|Lieutenant|Sergeant|Officer"
)
#: "Defense Secretary" and "Former Talvian President" before a first and a last name. Other words
#: may make the person no subject ("Unlike President …").
_OFFICE = re.compile(
    r"^(?:(?:Acting|Attorney|Defen[cs]e|Deputy|Education|Energy|Finance|Foreign|Former|Health|"
    r"Homeland|House|Interior|Justice|Labou?r|Press|Security|State|Treasury|U\.S\.|US|Vice|White|"
    r"French|Greek|Dutch|Democratic|[A-Z]\w{2,}(?:an|ish|ese|i))\s+)*"
    rf"(?:{_TITLES})\.?\s+(?=[A-Z][\w’'-]+\s+(?:[A-Z]\.\s+)*{_PARTICLE}[A-Z])"
)
#: "Port minister" and "Chief inspector" before both names, at the beginning. Not "Unlike minister".
_ROLE = re.compile(
    r"^(?!(?:After|Against|Although|And|As|At|Because|Before|Behind|But|By|Despite|For|From|If|In|Like|"
    r"Neither|Not|On|Only|Since|Though|Under|Unlike|Until|When|While|With|Without)\s)"
    r"[A-Z][\w’-]+\s+(?:[a-z][\w-]+\s+)?(?:ambassador|analyst|captain|chairman|chairwoman|chancellor|"
    r"chief|coach|commander|commissioner|director|economist|general|governor|inspector|judge|lawyer|"
    r"leader|manager|mayor|minister|officer|owner|president|professor|prosecutor|secretary|senator|"
    r"spokesman|spokeswoman|spokesperson)\s+(?=[A-Z][\w’'-]+\s+(?:[A-Z]\.\s+)*"
    rf"{_PARTICLE}[A-Z])"
)
_SPEECH = (
    r"(?:said|says|told|added|announced|argued|asked|claimed|confirmed|denied|explained|insisted|"
    r"noted|promised|stated|tweeted|urged|vowed|warned|wrote|resigned|was born|has been arrested)"
)
#: A person: a title before the name, or a verb that only people do beside it.
_PERSON = re.compile(
    rf"(?:\b(?P<title>{_TITLES})\.?\s+(?P<titled>{_NAME}))"
    rf"|(?:(?P<before>{_NAME})(?:,[^,.;]{{3,80}},)?(?=\s+{_SPEECH}\b))"
    rf"|(?:\b{_SPEECH}\s+(?P<after>{_NAME})\b)"
)
_NOT_PEOPLE = re.compile(
    r"\b(?:Agency|Army|Association|Authority|Bank|Board|Bureau|Center|Centre|Church|City|Club|"
    r"College|Commission|Committee|Company|Congress|Corp|Council|County|Court|Defen[cs]e|Department|"
    r"Force|Forces|Foundation|Government|Group|Guard|Hospital|House|Inc|Institute|Kremlin|League|"
    r"Ltd|Media|Ministry|Moscow|Movement|Nations|News|Observatory|Office|Organi[sz]ation|Parliament|"
    r"Party|Pentagon|Police|Post|Press|Reporter|Republic|Research|School|Senate|Service|Society|"
    r"State|States|Syria|Russia|Times|Tribunal|Union|University|Washington|Watch|White|Yard|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|The|This|That|These|Those|He|She|"
    r"It|They|We|I|But|And|In|On|At|As|A|An|Officials?|Sources?|Activists|Rescuers|Witnesses)\b"
)
#: Not "group": nearly anything is one.
_HEADS = (
    "ministry|company|agency|party|council|committee|commission|court|university|hospital|"
    "department|association|union|army|police|observatory|organisation|organization|bank|airline"
)
#: "the Ministry of Health", "Brandt Shipping Company": what "the ministry" will mean.
_BODY = re.compile(
    rf"\b(?P<of>(?:{_HEADS.title()})\s+of\s+(?:the\s+)?{_NAME})"
    rf"|(?P<name>(?!The\b){_NAME}\s+(?i:{_HEADS}))\b"
)
#: Sentences for which a body that was named is remembered.
RECENT = 3
#: What a body's name does not begin with ("On Monday police").
_NO_BODY = re.compile(
    r"(?:On|In|At|By|For|From|After|Before|When|While|As|Since|But|And|This|That|These|Those|An?|"
    r"Meanwhile|However|Earlier|Later|Last|Local|Then|\w+day|January|February|March|April|May|June|"
    r"July|August|September|October|November|December)\b"
)
#: A sentence that begins with a full name and goes on in lower case.
_INITIAL = re.compile(r"^(?P<name>[A-Z][a-z’-]+(?:\s[A-Z]\.)?\s[A-Z][\w’-]+)\s+[a-z]")
#: One that begins with a last name.
_LAST = re.compile(r"^[A-Z][a-z’-]+[a-z](?=\s+[a-z])")
_POSSESSIVE = re.compile(r"(?:[A-Z][\w.-]*\s+)*[A-Z][\w-]*[’']s?\s")
#: Names beside a person's: not where or when something was, nor what somebody is mayor of.
_RUN = r"[A-Z][\w’'-]*+(?:\s+[A-Z][\w’'-]*+)*+"
_OTHER = re.compile(
    rf"\b(?:(?:in|at|near|into|on|since|until|\d+)\s+{_RUN}|of\s+[A-Z][\w’'-]*+(?!\s+[A-Z])"
    rf"|(?P<name>{_RUN}))"
)
_HE, _SHE = (
    re.compile(r"\b(?:[Hh]e|[Hh]is|[Hh]im|Mr)\b"),
    re.compile(r"\b(?:[Ss]he|[Hh]er|Mrs|Ms)\b"),
)
_SUBJECT = re.compile(r"^(?P<pronoun>He|She)\s+(?=[a-z’'])")
#: "Anton Keld, the mayor of Velmar, left": who he is.
_APPOSITION = re.compile(r"(?<=\w),\s+(?:the|an?|his|her|its)\s[^,]*(?:,|$)")
#: Somebody without a name, who may be "he" as well: "said the suspect had been found".
_SOMEBODY = re.compile(
    r"(?<!\bis\s)(?<!\bwas\s)(?<!\bas\s)(?<!\bbecame\s)(?<!\bbe\s)"
    r"\b(?:[Tt]he|[Aa]n?|[Aa]nother|[Hh]is|[Hh]er|[Tt]heir|[’']s)\s+(?:(?!(?:of|in|on|at|to|and|by)\b)[\w-]+\s+){0,2}?"
    r"(?:man|woman|boy|girl|baby|teenager|suspect|victim|gunman|attacker|assailant|killer|driver|cyclist|"
    r"pedestrian|patient|doctor|judge|referee|goalkeeper|boss|deputy|predecessor|successor|colleague|"
    r"friend|neighbou?r|brother|sister|father|mother|son|daughter|husband|wife|partner|girlfriend|"
    r"boyfriend|uncle|aunt|cousin|nephew|niece|counterpart|rival|opponent|president|minister|mayor|"
    r"chancellor|governor|king|queen|officer|soldier|policeman|lawyer|prosecutor|defendant|prisoner|"
    r"hostage|employee|candidate)\b(?!-)"
)
#: "He said": by what one says after another has been told of, the speaker is still meant.
_GOES_ON = re.compile(rf"^(?:He|She)\s+(?:also\s+|later\s+|then\s+)?{_SPEECH}\b")
#: Not "The committee leaders", nor "The police and the mayor".
_BARE_BODY = re.compile(
    rf"^The\s+(?P<head>{_HEADS})\s+(?=(?:(?:[a-z]+ly|later|also)\s+)?"
    rf"(?:{VERB}|expects|plans|wants|denies|must|may|might|should)\b)"
)
_SOURCE = re.compile(
    r"^The\s+(?P<who>source|official|witness|activist|spokesman|spokeswoman|spokesperson)\b"
    r"(?=\s+[a-z])"
)
_INDEFINITE = re.compile(
    r"\b(?P<whole>[Aa]n?\s+(?:[a-z-]+\s+){0,2}"
    r"(?P<who>source|official|witness|activist|spokesman|spokeswoman|spokesperson)"
    r"(?:\s+(?:for|of|at|in|from|close\s+to)\s+(?:the\s+)?[\w’' -]{3,50}?)?)"
    r"(?=\s+(?:said|says|told|revealed|added|confirmed|denied|who|that)\b|,)"
)
_EVENTS = (
    "accident|airstrike|attack|avalanche|battle|blast|blaze|bombing|clashes|collapse|collision|crash|"
    "derailment|earthquake|election|elections|eruption|explosion|fire|flood|floods|hurricane|killing|"
    "killings|landslide|massacre|protest|protests|raid|raids|riot|riots|robbery|shooting|siege|"
    "stabbing|strike|strikes|summit|wildfire"
)
_WHAT = rf"(?:(?!the\b|an?\b|this\b|that\b)[a-z-]+\s+)?(?:{_EVENTS})"
#: "the chemical attack in Velmar": where "the chemical attack" will have been.
_EVENT = re.compile(
    rf"\b(?P<what>(?i:{_WHAT}))[”\"’']?\s+(?P<where>(?:in|at|near)\s+"
    rf"(?:the\s+(?:town|city|village|district|port)\s+of\s+)?(?P<name>{_NAME}))(?<![’']s)(?<!\bSt)(?![\w’'])"
)
_BARE_EVENT = re.compile(rf"^The\s+(?P<what>{_WHAT})(?=\s+(?:[a-z]+ly\s+|also\s+)?{VERB}\b)")


@dataclass(slots=True)
class Mentions:
    """What has been mentioned so far. Sentences are noted in order."""

    #: Last name → fullest name heard.
    full: dict[str, str] = field(default_factory=dict)
    #: Last names of two.
    shared: set[str] = field(default_factory=set)
    #: The person that the last sentence began with, if it named no other.
    person: str | None = None
    #: The pronouns that sentence used ("He", "She"); none where it used none.
    pronouns: frozenset[str] = frozenset()
    #: Whether that sentence told of somebody else, without a name.
    somebody: bool = False
    #: Head ("ministry") → the one body of that kind; "" where there were two.
    bodies: dict[str, str] = field(default_factory=dict)
    #: Head → the number of the sentence that last named it.
    named: dict[str, int] = field(default_factory=dict)
    #: Sentences so far.
    count: int = 0
    #: "source" → "a special source".
    sources: dict[str, str] = field(default_factory=dict)
    #: "chemical attack" → "in Velmar"; "" where there were two.
    places: dict[str, str] = field(default_factory=dict)

    def note_title(self, title: str) -> None:
        """Take in the article's title: its capitals tell nobody's name, but a place."""
        self._note_places(title)

    def note(self, sentence: str) -> None:
        """Take in a sentence of the article."""
        self.count += 1
        people = list(dict.fromkeys(self._people(sentence)))
        if people or not _SUBJECT.match(sentence):
            self.person = self._sole(sentence, people)
            self.somebody = _SOMEBODY.search(_APPOSITION.sub(" ", sentence)) is not None
            used = {"He": _HE.search(sentence), "She": _SHE.search(sentence)}
            self.pronouns = frozenset(pronoun for pronoun, found in used.items() if found)
        self._note_bodies(sentence)
        for match in _INDEFINITE.finditer(sentence):
            self.sources[match["who"].lower()] = match["whole"]
        self._note_places(sentence)

    def _note_bodies(self, sentence: str) -> None:
        for match in _BODY.finditer(sentence):
            found = match["of"] or match["name"]
            words = found.split()
            head = (words[0] if match["of"] else words[-1]).lower()
            if len(words) > 1 and not _NO_BODY.match(found):
                known = self.bodies.get(head, found)
                # "the Senate Judiciary Committee" is "the Judiciary Committee" too.
                fuller, shorter = sorted((known, found), key=len, reverse=True)
                same = fuller.lower().endswith(shorter.lower())
                self.bodies[head] = fuller if same and shorter else ""
                self.named[head] = self.count

    def _note_places(self, text: str) -> None:
        for match in _EVENT.finditer(text):
            if not _NO_BODY.match(match["name"]):
                what = " ".join(match["what"].lower().split())
                where = self.places.setdefault(what, match["where"])
                self.places[what] = where if where == match["where"] else ""

    def _sole(self, sentence: str, people: list[str]) -> str | None:
        """Return the person a sentence begins with, if it names nobody else.

        "Keld’s army" begins with the army.
        """
        sentence = _ROLE.sub("", _OFFICE.sub("", sentence))
        if _POSSESSIVE.match(sentence):
            return None
        initial = _INITIAL.match(sentence)
        if len(people) == 1 and sentence.startswith(tuple(people[0].split())):
            person = people[0]
        elif not people and initial and not _NOT_PEOPLE.search(initial["name"]):
            person = initial["name"]
        elif not people and (last := _LAST.match(sentence)) and last[0] in self.full:
            person = self.full[last[0]]
        else:
            return None
        own = {*person.split(), *_TITLES.split("|")}
        others = (m["name"] for m in _OTHER.finditer(sentence) if m["name"])
        return person if all(own.issuperset(name.split()) for name in others) else None

    def _people(self, sentence: str) -> list[str]:
        found = []
        for match in _PERSON.finditer(sentence):
            name = match["titled"] or match["before"] or match["after"]
            if name is None:
                continue
            name = _OFFICE.sub("", name).removesuffix("’s").removesuffix("'s")
            if _NOT_PEOPLE.search(name):
                continue
            last = name.split()[-1]
            known = self.full.get(last)
            if known and _are_two(known, name):
                # "Lind" may be either from now on.
                self.full[last] = last
                self.shared.add(last)
                found.append(name)
                continue
            if known is None or (len(name) > len(known) and last not in self.shared):
                titled = match["titled"] and " " not in name
                self.full[last] = f"{match['title']} {name}" if titled else name
            found.append(self.full[last])
        return found

    def _body(self, head: str) -> str | None:
        recent = self.count - self.named.get(head, 0) < RECENT
        return self.bodies.get(head) if recent else None

    def _is_sole(self, sentence: str) -> bool:
        """Return whether nobody else can be meant by the pronoun that a sentence begins with."""
        return not self.somebody or _GOES_ON.match(sentence) is not None

    def resolve(self, sentence: str) -> str:
        """Return a sentence with its subject named, where that is beyond doubt."""
        match = _SUBJECT.match(sentence)
        fits = match and self.pronouns <= {match["pronoun"]} and self._is_sole(sentence)
        if match and fits and self.person and self.person.split()[-1] not in sentence:
            return f"{self.person} {sentence[match.end() :]}"
        match = _BARE_BODY.match(sentence)
        if match and (body := self._body(match["head"])):
            return f"The {body} {sentence[match.end() :]}"
        match = _SOURCE.match(sentence)
        if match and match["who"] in self.sources:
            whole = self.sources[match["who"]]
            return f"{whole[0].upper()}{whole[1:]}{sentence[match.end() :]}"
        match = _BARE_EVENT.match(sentence)
        if match and (where := self.places.get(match["what"])):
            return f"{match[0]} {where}{sentence[match.end() :]}"
        return sentence


def _are_two(known: str, name: str) -> bool:
    """Return whether two names that end alike are of two people: "Anton Keld", "Ruta Keld"."""
    one, other = (set(full.split()) - set(_TITLES.split("|")) for full in (known, name))
    return not (one <= other or other <= one)
