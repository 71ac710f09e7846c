"""Which news agency an article credits, read from datelines, sign-offs and bylines.

Conservative: a photo credit, "X told Reuters", "AP contributed to this report" and a line
that names several agencies are not credits, since folding articles of one agency hides
reporting that is a paper's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Agency → (ways to write it, its own domains). Ways in capitals match as they are written;
#: the others in any case.
_AGENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AAP": (("AAP", "Australian Associated Press"), ("aap.com.au",)),
    "AFP": (("AFP", "Agence France-Presse", "AFP News"), ("afp.com",)),
    "ANI": (("ANI", "Asian News International"), ("aninews.in",)),
    "ANSA": (("ANSA",), ("ansa.it",)),
    "APA": (("APA",), ("apa.at",)),
    "APP": (("Associated Press of Pakistan",), ("app.com.pk",)),
    "Anadolu": (("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı"), ("aa.com.tr",)),
    "Antara": (("ANTARA", "Antara News"), ("antaranews.com",)),
    "Associated Press": (("AP", "Associated Press", "AP News"), ("apnews.com", "ap.org")),
    "Belga": (("Belga", "Belga News Agency"), ("belganewsagency.eu",)),
    "BelTA": (("BelTA",), ("belta.by",)),
    "Bernama": (("Bernama",), ("bernama.com",)),
    "Bloomberg": (("Bloomberg", "Bloomberg News"), ("bloomberg.com",)),
    "CNN": (("CNN", "CNN Newsource", "CNN Wire"), ("cnn.com",)),
    "Canadian Press": (("CP", "Canadian Press"), ("thecanadianpress.com",)),
    "EFE": (("EFE", "Agencia EFE"), ("efe.com",)),
    "Europa Press": (("Europa Press",), ("europapress.es",)),
    "Fars": (("FNA", "Fars News Agency"), ("farsnews.ir",)),
    "IANS": (("IANS", "Indo-Asian News Service"), ("ians.in",)),
    "IPS": (("IPS", "Inter Press Service"), ("ipsnews.net",)),
    "IRNA": (("IRNA", "Islamic Republic News Agency"), ("irna.ir",)),
    "ISNA": (("ISNA",), ("isna.ir",)),
    "Interfax": (("Interfax",), ("interfax.ru", "interfax.com")),
    "KCNA": (("KCNA", "Korean Central News Agency"), ("kcna.kp",)),
    "KUNA": (("KUNA", "Kuwait News Agency"), ("kuna.net.kw",)),
    "Kyodo": (("Kyodo", "Kyodo News"), ("kyodonews.net",)),
    "Lusa": (("Lusa",), ("lusa.pt",)),
    "MENA": (("Middle East News Agency",), ("mena.org.eg",)),
    "NNA": (("National News Agency",), ("nna-leb.gov.lb",)),
    "PA Media": (("PA", "PA Media", "Press Association"), ("pamediagroup.com",)),
    "PAP": (("PAP", "Polska Agencja Prasowa"), ("pap.pl",)),
    "PTI": (("PTI", "Press Trust of India"), ("ptinews.com",)),
    "Petra": (("Jordan News Agency",), ("petra.gov.jo",)),
    "RIA Novosti": (("RIA", "RIA Novosti"), ("ria.ru",)),
    "Reuters": (
        ("Reuters", "Thomson Reuters", "Thomson Reuters Foundation"),
        ("reuters.com", "trust.org"),
    ),
    "SANA": (("SANA", "Syrian Arab News Agency"), ("sana.sy",)),
    "SPA": (("SPA", "Saudi Press Agency"), ("spa.gov.sa",)),
    "Sputnik": (("Sputnik",), ("sputniknews.com", "sputnikglobe.com")),
    "TASS": (("TASS", "ITAR-TASS"), ("tass.com", "tass.ru")),
    "Tasnim": (("Tasnim", "Tasnim News Agency"), ("tasnimnews.com",)),
    "Tribune News Service": (("TNS", "Tribune News Service"), ("tribunenewsservice.com",)),
    "UPI": (("UPI", "United Press International"), ("upi.com",)),
    "Ukrinform": (("Ukrinform",), ("ukrinform.net", "ukrinform.ua")),
    "WAM": (("WAM", "Emirates News Agency"), ("wam.ae",)),
    "Xinhua": (("Xinhua", "Xinhua News Agency"), ("xinhuanet.com", "news.cn")),
    "Yonhap": (("Yonhap", "Yonhap News Agency"), ("yna.co.kr", "yonhapnews.co.kr")),
    "dpa": (("dpa", "Deutsche Presse-Agentur"), ("dpa.com",)),
}

_BY_NAME = {
    (way if way.isupper() else way.casefold()): name
    for name, (ways, _) in _AGENCIES.items()
    for way in (*ways, name)
}
_BY_DOMAIN = {domain: name for name, (_, domains) in _AGENCIES.items() for domain in domains}

#: Short forms that are also common words or initials, never trusted in a byline.
_SHORT = frozenset({"AA", "APA", "CP", "IPS", "PA", "PAP", "RIA", "SPA", "TNS", "WAM", "ANI"})

#: Words that initials leave out.
_JOINING = frozenset({"and", "for", "of", "the"})


def _way(way: str) -> str:
    return re.escape(way) if way.isupper() else f"(?i:{re.escape(way)})"


_NAME = "|".join(
    _way(way)
    for way in sorted({w for ways, _ in _AGENCIES.values() for w in ways}, key=len, reverse=True)
)

#: "SEOUL (Reuters) - …", "PARIS, May 2 (Xinhua) -- …", "MOSCOW, April 7. /TASS/. …"
_DATELINE = re.compile(
    rf"(?:^|[\s,.])(?:[(\[](?:The\ )?(?P<round>{_NAME})[)\]]\s{{0,2}}[-–—:]"
    rf"|/(?P<slash>{_NAME})/[.\s-])"
)
#: "New Delhi, Apr 4 (PTI) Three …", without a dash: the place opens a paragraph.
_DASHLESS = re.compile(
    rf"^(?:[A-Z][\w.'-]*\s){{0,3}}[A-Z][\w.'-]*(?:,\s[A-Z][a-z]+\.?\s\d{{1,2}})?"
    rf"\s\((?P<name>{_NAME})\)\s(?=[A-Z])",
    re.MULTILINE,
)
#: "Damascus, SANA – …", "AFP - …" at the start of a paragraph.
_OPENING = re.compile(
    rf"^(?:[A-Z][\w.' ]{{1,30}},\ ?)?(?P<name>{_NAME})\ ?[-–—]{{1,2}}\ ", re.MULTILINE
)
_SIGN_OFF = re.compile(
    rf"(?:^|\n|\s[-–—]\s?|[([/|©]\s?|\b(?:[Ss]ource|SOURCE|[Vv]ia):?\s)"
    rf"(?:\d{{4}}\ )?(?:[Tt]he )?(?P<name>{_NAME})[)\]/.]*\s*$"
)
#: Two agencies in the closing words: compiled, hence nobody's copy.
_SEVERAL = re.compile(rf"\b(?:{_NAME})\b\s?(?:[,/&+]|and|with)\s?(?:{_NAME}|agenc)")
_PHOTO = re.compile(r"(?i)\b(?:photo|photograph|image|picture|video|file|credit|getty)\b[^\n]*$")
_REUTERS_DESK = re.compile(
    r"\(?\b(?:Reporting|Writing|Additional reporting) by [^\n]{2,400}?\b[Ee]diting by "
)
_COPYRIGHT = re.compile(
    rf"(?:Copyright|©|\(c\))\s?(?:©|\(c\))?\s?(?:19|20)\d\d,?\s(?:[Tt]he\s)?(?P<name>{_NAME})\b"
    r"(?=[.,;\s]|$)"
)
_BYLINE = re.compile(
    rf"^\s*(?:(?:[Bb]y|BY)\s)?(?:[^\n,|]{{2,60}}[,|]\s?)?(?:[Tt]he\s)?(?P<name>{_NAME})"
    r"(?:\s(?:[Ss]taff|[Ww]riters?|[Rr]eporters?|[Cc]orrespondents?|[Aa]gency))*"
    r"(?:\sin(?:\s[A-Z][\w.'-]*){1,3})?\s*$"
)

#: Characters at the start and the end in which a credit is looked for.
_HEAD = 450
_TAIL = 900
#: Longest byline.
_LINE = 100


def canonical_name(name: str) -> str | None:
    """Return the agency that goes by a name ("The Associated Press"), if there is one."""
    name = re.sub(r"^[Tt]he ", "", name.strip())
    return _BY_NAME.get(name) or _BY_NAME.get(name.casefold())


def of_domain(domain: str) -> str | None:
    """Return the agency whose own site a registered domain is ("tass.com": "TASS")."""
    return _BY_DOMAIN.get(domain)


def credit(text: str, authors: Iterable[str] = ()) -> str | None:
    """Return the agency that an article's text or authors credit, by its canonical name."""
    head, tail = text[:_HEAD], text[-_TAIL:].rstrip()
    return (
        _byline(authors)
        or _in_dateline(head)
        or _in_first_line(head)
        or _in_sign_off(tail)
        or ("Reuters" if "diting by " in tail and _REUTERS_DESK.search(tail) else None)
        or _in_copyright(tail)
    )


def _byline(authors: Iterable[str]) -> str | None:
    found = set()
    for author in authors:
        match = _BYLINE.match(author)
        if match and match["name"] not in _SHORT:
            found.add(canonical_name(match["name"]))
    return found.pop() if len(found) == 1 else None


def _in_dateline(head: str) -> str | None:
    match = _DATELINE.search(head)
    if match and not _is_spelt_out(match["round"], head[: match.start()]):
        return canonical_name(match["round"] or match["slash"])
    match = _OPENING.search(head) or _DASHLESS.search(head)
    if match and match["name"] not in _SHORT:
        return canonical_name(match["name"])
    return None


def _is_spelt_out(name: str | None, before: str) -> bool:
    """Return whether a short form stands for the words before it ("Palestinian Authority (PA)")."""
    if name not in _SHORT:
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", before) if word not in _JOINING]
    return "".join(word[0] for word in words[-len(name) :]).upper() == name


def _in_first_line(head: str) -> str | None:
    first = head.lstrip().partition("\n")[0]
    match = _BYLINE.match(first) if len(first) <= _LINE else None
    return canonical_name(match["name"]) if match and match["name"] not in _SHORT else None


def _in_sign_off(tail: str) -> str | None:
    match = _SIGN_OFF.search(tail, max(0, len(tail) - 120))
    if match is None or match["name"] in _SHORT:
        return None
    before = tail[max(0, match.start() - 80) : match.end()]
    last = before.rpartition("\n")[2] or before
    if _SEVERAL.search(last) or _PHOTO.search(last):
        return None
    return canonical_name(match["name"])


def _in_copyright(tail: str) -> str | None:
    match = _COPYRIGHT.search(tail)
    return canonical_name(match["name"]) if match else None
