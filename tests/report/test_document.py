"""The JSON document: its schema, and the way back."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from corroborate.report.document import dump, dumps, load, schema
from corroborate.types import Verdict
from tests.samples import report


def test_the_schema_is_one() -> None:
    """The shipped schema is itself valid JSON Schema, draft 2020-12."""
    Draft202012Validator.check_schema(schema())


def test_a_document_fulfils_the_schema() -> None:
    """Every field is described, of the described type, and none is missing."""
    document = json.loads(dumps(report()))
    errors = [e.message for e in Draft202012Validator(schema()).iter_errors(document)]
    assert errors == []


def test_there_and_back() -> None:
    """A report that was written and read again writes the same document."""
    document = json.loads(dumps(report()))
    assert dump(load(document)) == document


def test_origins_are_counted_by_stance() -> None:
    """The document counts origins, not pages: the reprint adds none."""
    counts = [f["origins"] for f in dump(report())["findings"]]
    assert counts == [
        {"agrees": 0, "conflicts": 1, "unrelated": 0},
        {"agrees": 1, "conflicts": 0, "unrelated": 0},
        {"agrees": 1, "conflicts": 1, "unrelated": 1},
        {"agrees": 0, "conflicts": 0, "unrelated": 0},
    ]


def test_receipts_lead_back_to_the_words() -> None:
    """Start and end are the passage's offsets, and the span lies within it."""
    for finding in dump(report())["findings"]:
        for evidence in finding["evidence"]:
            assert evidence["end"] - evidence["start"] == len(evidence["passage"])
            assert 0 <= evidence["span"][0] < evidence["span"][1] <= len(evidence["passage"])


def test_summary_counts_every_verdict() -> None:
    """The summary names each verdict, also those that did not occur."""
    assert dump(report())["summary"] == {
        Verdict.CORROBORATED: 0,
        Verdict.SINGLE_SOURCE: 1,
        Verdict.CONTESTED: 1,
        Verdict.CONTRADICTED: 1,
        Verdict.NO_COVERAGE: 1,
    }


def test_another_schema_is_refused() -> None:
    """A document of a later schema is not half understood."""
    with pytest.raises(ValueError, match=r"corroborate\.report/2"):
        load({**dump(report()), "schema": "corroborate.report/2"})
