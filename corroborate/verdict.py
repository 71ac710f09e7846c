"""What independent origins, taken together, say of a claim."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corroborate.types import Claim, Finding, FoldReason, NumberOutcome, Origin, Stance, Verdict

#: Independent agreeing origins that corroborate a claim.
ENOUGH = 2
_TELLING = frozenset({NumberOutcome.CONFLICT, NumberOutcome.UPDATE})


def conclude(claim: Claim, origins: Sequence[Origin]) -> Finding:
    """Return the finding that a claim's origins amount to.

    One origin that conflicts is enough for "contested" or "contradicted": the reader, not
    a majority, decides who is right. The article's own origin is named, and counts nowhere.
    """
    own = [o for o in origins if o.own]
    others = [o for o in origins if not o.own]
    agreeing = [o for o in others if o.stance is Stance.AGREES]
    conflicting = [o for o in others if o.stance is Stance.CONFLICTS]
    verdict = _verdict(len(agreeing), len(conflicting))
    return Finding(
        claim=claim,
        verdict=verdict,
        confidence=_confidence(verdict, others),
        origins=tuple(origins),
        summary=_summary(verdict, agreeing, conflicting, others) + _not_counted(own),
    )


def _verdict(agreeing: int, conflicting: int) -> Verdict:
    if agreeing and conflicting:
        return Verdict.CONTESTED
    if conflicting:
        return Verdict.CONTRADICTED
    if agreeing >= ENOUGH:
        return Verdict.CORROBORATED
    if agreeing:
        return Verdict.SINGLE_SOURCE
    return Verdict.NO_COVERAGE


def _confidence(verdict: Verdict, origins: Sequence[Origin]) -> float:
    """Return the probability that the judge's calls behind a verdict hold.

    Each origin counts with the calibrated probability of its strongest evidence, and
    origins are taken as independent of each other: that is what makes them origins.
    """
    agrees = _strengths(origins, Stance.AGREES)
    conflicts = _strengths(origins, Stance.CONFLICTS)
    match verdict:
        case Verdict.CORROBORATED:
            return _at_least_two(agrees)
        case Verdict.SINGLE_SOURCE:
            return _at_least_one(agrees)
        case Verdict.CONTESTED:
            return _at_least_one(agrees) * _at_least_one(conflicts)
        case Verdict.CONTRADICTED:
            return _at_least_one(conflicts)
        case Verdict.NO_COVERAGE:
            return math.prod(_strengths(origins, Stance.UNRELATED))


def _strengths(origins: Sequence[Origin], stance: Stance) -> list[float]:
    """Return, per origin of a stance, the probability that it has that stance.

    An origin is unrelated only if all of its evidence is; it agrees if any of it does.
    """
    pick = min if stance is Stance.UNRELATED else max
    return [
        pick(e.judgement.probabilities.of(stance) for e in o.evidence)
        for o in origins
        if o.stance is stance
    ]


def _at_least_one(strengths: Sequence[float]) -> float:
    return 1 - math.prod(1 - p for p in strengths)


def _at_least_two(strengths: Sequence[float]) -> float:
    none = math.prod(1 - p for p in strengths)
    one = sum(
        p * math.prod(1 - q for j, q in enumerate(strengths) if j != i)
        for i, p in enumerate(strengths)
    )
    return max(0.0, 1 - none - one)


def _summary(
    verdict: Verdict,
    agreeing: Sequence[Origin],
    conflicting: Sequence[Origin],
    origins: Sequence[Origin],
) -> str:
    match verdict:
        case Verdict.CORROBORATED:
            text = f"{_count(agreeing, 'report')} this: {_names(agreeing)}."
        case Verdict.SINGLE_SOURCE:
            text = f"Only one independent origin reports this: {_names(agreeing)}."
        case Verdict.CONTESTED:
            text = (
                f"{_count(agreeing, 'report')} this ({_names(agreeing)}); "
                f"{_count(conflicting, 'say')} otherwise ({_names(conflicting)})."
            )
        case Verdict.CONTRADICTED:
            text = (
                f"Nobody else reports this; {_count(conflicting, 'say')} otherwise: "
                f"{_names(conflicting)}."
            )
        case Verdict.NO_COVERAGE:
            text = (
                "Passages on the subject were found, but none speaks to this claim."
                if origins
                else "No independent article in the index writes about this."
            )
    return " ".join([text, *_differences([*conflicting, *agreeing])])


def _not_counted(own: Sequence[Origin]) -> str:
    """Return who says the same without being independent of the article, and why not."""
    why = {
        f.article_id: "same wording" if f.reason is FoldReason.WORDING else f.shared
        for o in own
        for f in o.folds
    }
    names: dict[str, str] = {}
    for e in (e for o in own for e in o.evidence):
        reason = why.get(e.hit.passage.article_id)
        names.setdefault(e.hit.outlet.name, f" ({reason})" if reason else "")
    told = _listed([name + reason for name, reason in names.items()])
    return f" Not counted, since of the article's own origin: {told}." if told else ""


def _count(origins: Sequence[Origin], verb: str) -> str:
    n = len(origins)
    return f"1 independent origin {verb}s" if n == 1 else f"{n} independent origins {verb}"


def _names(origins: Sequence[Origin]) -> str:
    """Return the outlets of origins, one each."""
    return _listed([o.evidence[0].hit.outlet.name for o in origins])


def _listed(names: Sequence[str], most: int = 4) -> str:
    """Return names, at most so many."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _differences(origins: Sequence[Origin], most: int = 1) -> list[str]:
    """Return what the strongest evidence says of differing numbers, and who says it."""
    found = [
        n.explanation.replace("this passage", e.hit.outlet.name)
        for o in origins
        for e in o.evidence
        for n in e.judgement.numbers
        if n.outcome in _TELLING
    ]
    return list(dict.fromkeys(found))[:most]
