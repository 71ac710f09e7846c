"""A report for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from corroborate.report import view
from corroborate.types import Evidence, Finding, Report, Stance, Verdict

if TYPE_CHECKING:
    from rich.console import Console

_STYLE = {
    Verdict.CORROBORATED: "bold green",
    Verdict.SINGLE_SOURCE: "bold cyan",
    Verdict.CONTESTED: "bold yellow",
    Verdict.CONTRADICTED: "bold red",
    Verdict.NO_COVERAGE: "bold bright_black",
}
_STANCE_STYLE = {Stance.AGREES: "green", Stance.CONFLICTS: "red", Stance.UNRELATED: "dim"}


def show(report: Report, console: Console, *, everything: bool = False) -> None:
    """Print a report.

    Args:
        report: The report.
        console: Where to.
        everything: Print unrelated passages too, which are only counted otherwise.
    """
    article = report.article
    console.print(Text(view.title(article), style="bold"))
    if not view.is_one_claim(report):
        source = f"{view.plain(article.outlet.name)} · {view.day(article.published)}"
        console.print(Text(source, style="dim"))
    console.print()
    console.print(Text(view.headline(report), style="bold"))
    console.print(view.searched(report))
    for gap in report.coverage.gaps:
        console.print(Text(view.note(gap), style="yellow"))
    for reprint in report.reprints:
        console.print(
            Text(
                f"Reprint, not counted: {view.plain(reprint.outlet.name)}, "
                f"“{view.plain(reprint.title)}” ({reprint.overlap:.0%} the same wording)",
                style="yellow",
            )
        )
    for number, finding in enumerate(report.findings, 1):
        console.print()
        _show_finding(number, finding, console, everything=everything)
    console.print()
    console.print(Rule(style="dim"))
    console.print(
        Text(
            f"{view.skipped(report)} "
            f"Judge {report.models.judge}, embedder {report.models.embedder}; "
            f"{report.seconds:.1f} s.",
            style="dim",
        )
    )


def _show_finding(number: int, finding: Finding, console: Console, *, everything: bool) -> None:
    head = Text()
    head.append(f"{number}. ", style="bold")
    style = _STYLE[finding.verdict]
    head.append(f"{view.SIGN[finding.verdict]} {finding.verdict.value.upper()}", style=style)
    if finding.verdict is not Verdict.NO_COVERAGE:
        head.append(f"  confidence: {view.likelihood(finding.confidence)}", style="dim")
    console.print(Rule(style="dim"))
    console.print(head)
    _print(console, Text(view.plain(finding.claim.text), style="bold"), 3)
    _print(console, Text(view.plain(finding.summary)), 3)
    for stance in Stance:
        origins = finding.of(stance)
        if not origins:
            continue
        passages = sum(len(o.evidence) for o in origins)
        title = Text(f"{view.GROUP[stance]}: ", style=_STANCE_STYLE[stance])
        title.append(f"{view.count(len(origins), 'origin')}, {view.count(passages, 'passage')}")
        _print(console, title, 3)
        if stance is Stance.UNRELATED and not everything:
            continue
        for origin in origins:
            strongest = origin.evidence[0]
            _show_evidence(strongest, console)
            for line, sign in view.differences([strongest]).items():
                said = Text(f"{sign} {view.plain(line)}", style="yellow")
                _print(console, said, 7)
            for other in view.others(origin):
                _print(console, _folded(finding, other), 7)
    for origin in finding.own:
        title = Text("Agreeing, but of the article's own origin:", style="dim")
        _print(console, title, 3)
        _show_evidence(origin.evidence[0], console)


def _print(console: Console, text: Text, indent: int) -> None:
    console.print(Padding(text, (0, 0, 0, indent)))


def _show_evidence(evidence: Evidence, console: Console) -> None:
    hit = evidence.hit
    stance = evidence.stance
    head = Text("● ", style=_STANCE_STYLE[stance])
    link = f" link {hit.url}" if hit.url and hit.url.isprintable() and " " not in hit.url else ""
    head.append(view.plain(hit.outlet.name), style=f"not dim default bold{link}")
    sure = view.percent(evidence.judgement.probabilities.of(stance))
    said = f" · {view.day(hit.published)} · {view.plain(hit.title)} · {sure}"
    head.append(said, style="default dim")
    _print(console, head, 5)
    text = Text("“")
    for run in view.marked_passage(evidence):
        style = "bold underline" if view.NUMBER in run.marks else ""
        style = style or ("default" if view.DECIDED in run.marks else "dim")
        text.append(view.plain(run.text).replace("\n", " "), style=style)
    text.append("”")
    _print(console, text, 7)
    if hit.url and console.color_system is None:
        # There the link of the head is lost. Wrapped or cut, a URL leads nowhere.
        console.print(Text(f"{'':7}{view.plain(hit.url)}", style="dim"), soft_wrap=True)


def _folded(finding: Finding, evidence: Evidence) -> Text:
    text = Text("counted with it: ", style="dim")
    text.append(f"{view.plain(evidence.hit.outlet.name)}, “{view.plain(evidence.hit.title)}”")
    text.append(f" ({view.plain(view.why_folded(finding, evidence))})")
    return text
