"""What a page has put into a sentence that is no part of it: links, buttons, its headline."""

from __future__ import annotations

import re

#: Words that a headline must have to be taken out of a sentence that begins with it.
LEAST_TITLE = 4
#: Words that must be left of such a sentence.
LEAST_LEFT = 5

#: "Sen. Anton Keld Anton Otto KeldMayor calls for talks Port to reopen MORE (R-Ore.)": beside a
#: name, the name in full, and run into it other headlines.
_RELATED = re.compile(
    r"\b(?P<last>[A-Z][\w’'-]+)\s*(?:[A-Z(][\w().’'-]*\s+){1,4}(?P=last)"
    r"(?:(?=[A-Z0-9‘“'\"]).{10,600}?\s+)?MORE\b"
)
#: "— Anton Keld is the editor of the Post.": who wrote the article.
_BYLINE = re.compile(
    r"[—–-]+\s*(?:[A-Z][\w.’'-]*\s+){2,4}is\s+(?:an?|the)\b[^,.;]*\b(?:author|columnist|commentator|"
    r"contributor|correspondent|director|editor|fellow|journalist|lecturer|professor|reporter|"
    r"researcher|scholar|writer)\b"
)
#: Buttons above a caption, a day above a text, the picture of a post.
_BUTTONS = re.compile(
    r"^(?:(?:Share|Tweet|Email|Print|Facebook|Twitter|Pinterest|WhatsApp|LinkedIn|Reddit)\s+){2,}(?=[A-Z])"
    r"|^(?:CLOSE|Play Video)\s+(?=[A-Z])"
    r"|^Date of publication:?\s+\d{1,2}\s+[A-Z]\w+,?\s+\d{4}\s+(?=[A-Z])"
    r"|\s*\bpic\.twitter\.com/\w+|\s*\bhttps?://t\.co/\w+"
)
#: "We now know that the port was sold", "Here’s the problem: The port was sold": that it was.
_LEAD_IN = re.compile(
    r"^(?:(?:But|And|So|Yet)\s+)?(?:We\s+(?:now\s+|also\s+)?know(?:\s+now)?\s+that|It\s+turns\s+out"
    r"(?:,|\s+that)|The\s+(?:fact|reality)\s+is(?:,|\s+that)|"
    r"(?:Note|Remember)\s+that|Here(?:[’']s|\s+is)\b[^:.,;]{0,60}:)\s+(?=\w)",
    re.IGNORECASE,
)
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"{_WEEKDAY}(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?"
#: "(Agency photo: Anton Keld)" at the end of a paragraph: what stands before it is a caption.
_CREDIT = re.compile(
    r"[^\S\n]+[(\[]?(?:(?i:(?:[A-Z]+\s+)?(?:photo|image|picture)s?(?:\s+(?:source|credit|by|courtesy(?:\s+of)?))?"
    r"\s*[:/])|(?:AP|AFP|Reuters|Getty)(?:\s+(?:[Pp]hoto|[Ii]mages?))?\s*[:/])[^\n]{2,80}(?:\n|$)"
)
#: A day before a headline.
_DAY = (
    rf"(?:{_WEEKDAY}(?:[A-Z][a-z]{{2,8}}\.?\s+\d{{1,2}},?|\d{{1,2}}\s+[A-Z][a-z]{{2,8}}\.?,?)"
    r"\s+\d{4}\s+)?"
)
_AGENCY = r"(?:AFP|AP|UPI|DPA|dpa|EFE|ANSA|TASS|SANA|Reuters|Xinhua|Agencies)"
#: Where the statement begins.
_STATEMENT = r"(?=[A-Z\d“‘\"])"
#: "City name (Agency) -", "CITY NAME, Country, March 3 —", "Reuters -" or "(Agency)" before the
#: first sentence of a wire story; what is left of one that was cut, and a bullet. Not "Sen. Anton
#: Keld (R-Ore.) —", "Keld, March 3: “", nor "NATO — the alliance of Talvia — left".
_DATELINE = re.compile(
    r"^[A-Z][\w .,/’'-]{1,60}\s*\((?![DRI]-)(?:[^()]{2,30})\)\s*[-–—]+\s*"
    rf"|^[A-Z]{{2}}[A-Z .’'-]{{1,30}}(?:,\s+(?!{_MONTH}\s)[A-Z][\w.’' ]{{1,25}})?(?:,\s+{_DATE})?"
    rf"(?:\s+[-–—]+|\s*—)\s*{_STATEMENT}"
    rf"|^[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){{0,3}},\s+{_DATE}\s*[-–—]+\s*(?=[A-Z\d])"
    r"|^(?:[A-Z][\w.’'-]*,?\s+){1,4}\((?:CNN|AFP|AP|UPI|Reuters)\)\s+(?=[A-Z])"
    rf"|^\([A-Z][A-Za-z]{{1,15}}\)\s+(?:[-–—]+\s+)?(?=[A-Z])|^\([A-Z]{{2,5}}\)(?=[A-Z])"
    rf"|^{_AGENCY}\s+(?:[-–—]+|{_DATE})\s+{_STATEMENT}"
    r"|^[-–—●•*]\s+(?=[A-Z])"
)
#: "BREAKING:", "UPDATE 2-" and "Watch |" before the statement.
_LABEL = re.compile(
    r"^(?:(?i:(?:breaking(?:\s+news)?|exclusive|just\s+in|updated?|wrapup|refile|corrected|rpt|developing)"
    r"(?:\s+\d{1,2}(?![:.]\d))?\s*[-–—:|]|(?:watch|video|live(?:\s+updates?)?)(?:\s*[:|]|\s+[-–—]+\s))"
    rf"\s*)+{_STATEMENT}"
)


def without_leftovers(sentence: str, title: str = "") -> str:
    """Return a sentence without what the page has put into it, nor words that only lead up to it.

    Args:
        sentence: A sentence of an article.
        title: The article's title, which a page may run into the first sentence.
    """
    sentence = _BUTTONS.sub("", _RELATED.sub(lambda m: m["last"], sentence)).strip()
    sentence = _LABEL.sub("", _DATELINE.sub("", _LABEL.sub("", _without_title(sentence, title))))
    bare = _LEAD_IN.sub("", sentence)
    return bare[0].upper() + bare[1:] if bare else sentence


def is_caption(text: str, start: int, end: int) -> bool:
    """Return whether the sentence text[start:end] is a paragraph but for whose picture it is."""
    if not _CREDIT.match(text, end):
        return False
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


def is_byline(sentence: str) -> bool:
    """Return whether a sentence tells, behind a dash, who wrote the article."""
    return _BYLINE.match(sentence) is not None


def is_title(sentence: str, title: str) -> bool:
    """Return whether a sentence is the title, whatever the punctuation and the day before it."""
    words = _words(title)
    return (
        bool(words) and re.fullmatch(rf"\W*{_DAY}{words}\W*", sentence, re.IGNORECASE) is not None
    )


def _without_title(sentence: str, title: str) -> str:
    words = _words(title)
    if len(title.split()) < LEAST_TITLE or not words:
        return sentence
    match = re.match(rf"\W*{_DAY}{words}[\s.:|–—-]+(?=[A-Z“\"‘])", sentence)
    if match is None or len(sentence[match.end() :].split()) < LEAST_LEFT:
        return sentence
    return sentence[match.end() :]


def _words(text: str) -> str:
    """Return a pattern for the words of a text, whatever stands between them."""
    return r"\W+".join(map(re.escape, re.findall(r"\w+", text)))
