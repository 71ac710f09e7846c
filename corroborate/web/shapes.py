"""What the JSON API takes and gives beside our types, and examples of both."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema

from corroborate.report.document import schema
from corroborate.types import CheckState, Overview

#: Where the description of the API has the schema of a report.
REPORT_PLACE = "#/components/schemas/Report"


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no check c5d0a1e27b9f4c3e"])


class Submission(BaseModel):
    """An article to check."""

    source: str = Field(
        min_length=1,
        description="A URL, or the article as text or HTML.",
        examples=["https://news.example/story"],
    )
    again: bool = Field(default=False, description="Check anew what was checked before.")


class CheckStatus(BaseModel):
    """How far a check is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "c5d0a1e27b9f4c3e",
                    "state": "running",
                    "created": "2026-03-10T07:31:02Z",
                    "title": "https://news.example/story",
                    "stage": "judging passages",
                    "done": 40,
                    "total": 120,
                    "error": None,
                    "report": None,
                }
            ]
        }
    )

    id: str
    state: CheckState
    created: datetime
    title: str
    stage: str = Field(description="What is under way: reading, judging passages …")
    done: int
    total: int
    error: str | None
    report: str | None = Field(description="Where the report is, once there is one.")


class FoundPassage(BaseModel):
    """A passage that search found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "passage": "Fourteen people died in the port fire, the fire service said.",
                    "article_id": "9a1f63c0de27b814",
                    "start": 0,
                    "end": 61,
                    "outlet": "Harbour Herald",
                    "outlet_id": "harbour-herald.example",
                    "title": "Fire at the port of Velmar",
                    "url": "https://harbour-herald.example/fire",
                    "published": "2026-03-09T18:30:00Z",
                    "day_only": False,
                    "language": "en",
                    "score": 0.93,
                    "lexical": 11.2,
                    "dense": 0.71,
                }
            ]
        }
    )

    passage: str
    article_id: str
    start: int
    end: int
    outlet: str
    outlet_id: str
    title: str
    url: str | None
    published: datetime | None
    day_only: bool
    language: str | None
    score: float
    lexical: float | None
    dense: float | None


_OVERVIEW = TypeAdapter(Overview).json_schema(mode="serialization")
# Readers of OpenAPI trip over the description of a tuple.
_OVERVIEW["properties"]["daily"]["items"] = {
    "type": "array",
    "description": "The name of an outlet, a day, and the articles it published then.",
}
#: :class:`~corroborate.types.Overview`, as the API describes it.
Held = Annotated[Overview, WithJsonSchema(_OVERVIEW)]

#: Errors that any call may answer with.
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, text in (
        (400, "Bad input"),
        (404, "Unknown"),
        (413, "Too large"),
        (421, "Not a name of this server"),
        (422, "Invalid"),
        (429, "Too many submissions"),
        (503, "The store does not answer, or too many searches wait"),
    )
}


def example(value: object) -> dict[int | str, dict[str, Any]]:
    """Return what the description of a call says of its answer: an example."""
    return {200: {"content": {"application/json": {"example": value}}}}


ARTICLE = {
    "id": "9a1f63c0de27b814",
    "outlet": {
        "id": "harbour-herald.example",
        "name": "Harbour Herald",
        "family": None,
    },
    "title": "Fire at the port of Velmar",
    "text": "Fourteen people died in the port fire, the fire service said. …",
    "url": "https://harbour-herald.example/fire",
    "authors": ["Ada Lindqvist"],
    "agency": None,
    "published": "2026-03-09T18:30:00Z",
    "day_only": False,
    "language": "en",
    "fetched": "2026-03-09T18:41:12Z",
    "content_hash": "5f70bf18a0860070…",
}
FEED = {
    "url": "https://harbour-herald.example/feed",
    "title": "Harbour Herald",
    "outlet": "",
    "kind": "rss",
    "paused": False,
    "added": "2026-03-01T09:00:00Z",
    "etag": None,
    "last_modified": None,
    "polled": "2026-03-10T07:30:00Z",
    "succeeded": "2026-03-10T07:30:00Z",
    "unconditional": None,
    "due": "2026-03-10T08:00:00Z",
    "interval": 1800.0,
    "failures": 0,
    "error": None,
    "articles": 214,
}
OVERVIEW = {
    "articles": 20514,
    "passages": 65775,
    "backlog": 0,
    "outlets": 41,
    "first": "2026-02-24",
    "last": "2026-03-10",
    "embedder": "shipped-5f70bf18",
    "size": 240000000,
    "daily": [["Harbour Herald", "2026-03-10", 12]],
}


def report_shapes() -> dict[str, Any]:
    """Return the JSON Schema of a report as components of OpenAPI: ``Report`` and its parts."""
    text = json.dumps(schema())
    text = re.sub(r"#/\$defs/(\w+)", lambda m: REPORT_PLACE + m[1].capitalize(), text)
    whole: dict[str, Any] = json.loads(text)
    del whole["$schema"]
    parts = whole.pop("$defs")
    return {"Report": whole, **{f"Report{name.capitalize()}": part for name, part in parts.items()}}
