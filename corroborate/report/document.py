"""A report as a JSON document, there and back: ``corroborate.report/1``.

``schema.json`` beside this file is the contract, ``docs/report.md`` explains it. A change
that an existing reader would trip over raises the number in the schema's name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from corroborate.settings import without_secrets
from corroborate.types import (
    REPORT_SCHEMA,
    Article,
    Claim,
    Coverage,
    Evidence,
    FailingFeed,
    Finding,
    Fold,
    FoldReason,
    Hit,
    Judgement,
    Models,
    NumberComparison,
    NumberOutcome,
    Origin,
    Outlet,
    Passage,
    Probabilities,
    Report,
    Reprint,
    Skipped,
    Stance,
    Verdict,
)

Document = dict[str, Any]


def schema() -> Document:
    """Return the JSON Schema (draft 2020-12) that every document fulfils."""
    path = Path(__file__).with_name("schema.json")
    loaded: Document = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def dump(report: Report) -> Document:
    """Return a report as JSON-ready data."""
    return {
        "schema": report.schema,
        "version": report.version,
        "created": report.created.isoformat(),
        "seconds": report.seconds,
        "summary": {verdict.value: n for verdict, n in report.counts().items()},
        "article": _plain(asdict(report.article)),
        "coverage": _plain(asdict(report.coverage)),
        "models": asdict(report.models),
        "reprints": [asdict(r) for r in report.reprints],
        "skipped": [asdict(s) for s in report.skipped],
        "findings": [_dump_finding(f) for f in report.findings],
    }


def dumps(report: Report) -> str:
    """Return a report as JSON text, ending in a newline."""
    return json.dumps(dump(report), ensure_ascii=False, indent=2) + "\n"


def loads(text: str) -> Document:
    """Return the document in JSON text."""
    document: Document = json.loads(text)
    return document


def load(document: Mapping[str, Any]) -> Report:
    """Return the report that a document was made from.

    Raises:
        ValueError: The document is of another schema.
    """
    if document.get("schema") != REPORT_SCHEMA:
        raise ValueError(f"not a {REPORT_SCHEMA} document: {document.get('schema')!r}")
    return Report(
        article=_load_article(document["article"]),
        findings=tuple(_load_finding(f) for f in document["findings"]),
        coverage=_load_coverage(document["coverage"]),
        models=Models(**document["models"]),
        reprints=tuple(
            Reprint(**{**r, "outlet": Outlet(**r["outlet"])}) for r in document["reprints"]
        ),
        skipped=tuple(Skipped(**s) for s in document["skipped"]),
        created=datetime.fromisoformat(document["created"]),
        seconds=document["seconds"],
        version=document["version"],
    )


def _plain(values: Document) -> Document:
    """Return a copy in which dates are ISO 8601 text."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else [_plain(v) if isinstance(v, dict) else v for v in value]
        if isinstance(value, tuple)
        else value
        for name, value in values.items()
    }


def _dump_finding(finding: Finding) -> Document:
    return {
        "claim": asdict(finding.claim),
        "verdict": finding.verdict.value,
        "confidence": round(finding.confidence, 4),
        "summary": finding.summary,
        "origins": {stance.value: len(finding.of(stance)) for stance in Stance},
        "evidence": [_dump_evidence(e) for o in finding.origins for e in o.evidence],
        "folds": [
            {"origin": o.id, "stance": o.stance.value, **asdict(f)}
            for o in finding.origins
            for f in o.folds
        ],
    }


def _dump_evidence(evidence: Evidence) -> Document:
    hit, judgement = evidence.hit, evidence.judgement
    return {
        "stance": judgement.stance.value,
        "probabilities": {name: round(p, 4) for name, p in asdict(judgement.probabilities).items()},
        "abstained": judgement.abstained,
        "origin": evidence.origin,
        "passage": hit.passage.text,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "span": list(judgement.span),
        "numbers": [asdict(n) for n in judgement.numbers],
        "outlet": hit.outlet.name,
        "outlet_id": hit.outlet.id,
        "family": hit.outlet.family,
        "agency": evidence.agency,
        "article_id": hit.passage.article_id,
        "title": hit.title,
        "url": hit.url,
        "published": hit.published.isoformat() if hit.published else None,
        "day_only": hit.day_only,
        "language": hit.language,
        "fetched": evidence.fetched.isoformat() if evidence.fetched else None,
        "content_hash": evidence.content_hash,
        "scores": {"fused": hit.score, "lexical": hit.lexical, "dense": hit.dense},
    }


def _load_finding(data: Mapping[str, Any]) -> Finding:
    folds = data["folds"]

    def key(evidence: Evidence) -> tuple[Stance, str]:
        return evidence.stance, evidence.origin

    origins = [
        Origin(
            id=name,
            stance=stance,
            evidence=tuple(group),
            folds=tuple(
                _load_fold(f) for f in folds if (f["stance"], f["origin"]) == (stance.value, name)
            ),
        )
        for (stance, name), group in groupby(map(_load_evidence, data["evidence"]), key)
    ]
    return Finding(
        claim=Claim(**data["claim"]),
        verdict=Verdict(data["verdict"]),
        confidence=data["confidence"],
        origins=tuple(origins),
        summary=data["summary"],
    )


def _load_evidence(data: Mapping[str, Any]) -> Evidence:
    passage = Passage(data["article_id"], data["start"], data["end"], data["passage"])
    first, last = data["span"]
    return Evidence(
        hit=Hit(
            passage=passage,
            outlet=Outlet(data["outlet_id"], data["outlet"], data["family"]),
            title=data["title"],
            url=data["url"],
            published=_time(data["published"]),
            day_only=data["day_only"],
            score=data["scores"]["fused"],
            lexical=data["scores"]["lexical"],
            dense=data["scores"]["dense"],
            # Reports of the first weeks have none.
            language=data.get("language"),
        ),
        judgement=Judgement(
            stance=Stance(data["stance"]),
            probabilities=Probabilities(**data["probabilities"]),
            span=(first, last),
            numbers=tuple(
                NumberComparison(**{**n, "outcome": NumberOutcome(n["outcome"])})
                for n in data["numbers"]
            ),
            abstained=data["abstained"],
        ),
        content_hash=data["content_hash"],
        fetched=_time(data["fetched"]),
        agency=data["agency"],
        origin=data["origin"],
    )


def _load_fold(data: Mapping[str, Any]) -> Fold:
    return Fold(
        FoldReason(data["reason"]),
        data["article_id"],
        data["onto"],
        data["shared"],
        data["overlap"],
    )


def _load_article(data: Mapping[str, Any]) -> Article:
    times = {name: _time(data[name]) for name in ("published", "modified", "fetched")}
    authors = tuple(data["authors"])
    return Article(**{**data, **times, "authors": authors, "outlet": Outlet(**data["outlet"])})


def _load_coverage(data: Mapping[str, Any]) -> Coverage:
    return Coverage(
        articles=data["articles"],
        outlets=tuple(Outlet(**o) for o in data["outlets"]),
        since=date.fromisoformat(data["since"]) if data["since"] else None,
        until=date.fromisoformat(data["until"]) if data["until"] else None,
        languages=tuple(data["languages"]),
        feeds=data["feeds"],
        failing=tuple(
            without_secrets(FailingFeed(**{**f, "succeeded": _time(f["succeeded"])}))
            for f in data["failing"]
        ),
        gaps=tuple(data["gaps"]),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
