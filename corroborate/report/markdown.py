"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corroborate.report import view
from corroborate.types import Evidence, Finding, Report, Stance, Verdict

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def render(report: Report) -> str:
    """Return a report as CommonMark text, ending in a newline."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    article = report.article
    yield f"# {_text(view.title(article))}"
    yield ""
    if not view.is_one_claim(report):
        yield f"{_text(article.outlet.name)}, {view.day(article.published)}"
        yield ""
    yield f"**{view.headline(report)}** {view.searched(report)}"
    yield ""
    for gap in report.coverage.gaps:
        yield f"- {_text(view.note(gap))}"
    for feed in report.coverage.failing:
        yield f"- Feed failing: {_text(feed.title or feed.url)} ({_text(feed.reason)})"
    for reprint in report.reprints:
        name = _link(reprint.outlet.name, reprint.url)
        yield f"- Reprint, not counted: {name} ({reprint.overlap:.0%} the same wording)"
    for number, finding in enumerate(report.findings, 1):
        yield ""
        yield from _finding(number, finding)
    yield ""
    yield "---"
    yield ""
    thresholds = ", ".join(f"{name} {p:.2f}" for name, p in report.models.thresholds.items())
    yield (
        f"Made {report.created:%Y-%m-%d %H:%M} UTC by Corroborate {report.version}; judge "
        f"`{report.models.judge}` (thresholds: {thresholds}), embedder "
        f"`{report.models.embedder}`. {view.skipped(report)}"
    )


def _finding(number: int, finding: Finding) -> Iterator[str]:
    yield f"## {number}. {_text(finding.claim.text)}"
    yield ""
    sign, verdict = view.SIGN[finding.verdict], finding.verdict.value
    sure = f" (confidence: {view.likelihood(finding.confidence)})"
    sure = "" if finding.verdict is Verdict.NO_COVERAGE else sure
    yield f"**{sign} {verdict.capitalize()}**{sure}. {_text(finding.summary)}"
    for stance in Stance:
        origins = finding.of(stance)
        if not origins:
            continue
        yield ""
        if stance is Stance.UNRELATED:
            passages = sum(len(o.evidence) for o in origins)
            found = view.count(passages, "passage")
            yield f"{view.GROUP[stance]}: {found} found, not speaking to the claim."
            continue
        yield f"### {view.GROUP[stance]} ({len(origins)})"
        for origin in origins:
            yield ""
            yield from _evidence(origin.evidence[0])
            for other in view.others(origin):
                why = _text(view.why_folded(finding, other))
                yield f"  - Counted with it: {_link(other.hit.outlet.name, other.hit.url)}, {why}"
    for origin in finding.own:
        yield ""
        yield "### Agreeing, but of the article's own origin"
        yield ""
        yield from _evidence(origin.evidence[0])


def _evidence(evidence: Evidence) -> Iterator[str]:
    hit = evidence.hit
    sure = view.percent(evidence.judgement.probabilities.of(evidence.stance))
    title = _link(hit.title or "untitled", hit.url)
    yield f"- **{_text(hit.outlet.name)}**, {view.day(hit.published)}, {title} ({sure})"
    yield ""
    yield f"  > {_text(hit.passage.text)}"
    for line in view.differences([evidence]):
        yield ""
        yield f"  Numbers: {_text(line)}"


def _text(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(view.plain(text).split()))


def _link(text: str, url: str | None) -> str:
    if not url or not url.startswith(("http://", "https://")):
        return _text(text)
    safe = re.sub(r"[\s<>()\\]", lambda m: f"%{ord(m[0]):02X}", view.plain(url))
    return f"[{_text(text)}](<{safe}>)"
