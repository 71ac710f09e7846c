"""The JSON API under ``/api/v1``, and what a monitor asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from corroborate.types import Article, Check, CheckState, Hit, SearchFilter
from workers.outlets import outlet as known_outlet

if TYPE_CHECKING:
    from corroborate.assembly import Engine
    from corroborate.web.jobs import Jobs

#: Seconds between two looks at a running check.
LOOK = 0.3


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
                    "stage": "judging",
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
    stage: str = Field(description="What is under way: reading, claims, searching, judging …")
    done: int
    total: int
    error: str | None
    report: str | None = Field(description="Where the report is, once the check is done.")


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
    score: float
    lexical: float | None
    dense: float | None


_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, text in (
        (400, "Bad input"),
        (404, "Unknown"),
        (413, "Too large"),
        (422, "Invalid"),
        (429, "Too many submissions"),
        (503, "The store does not answer"),
    )
}

router = APIRouter(prefix="/api/v1", responses=_ERRORS)
monitoring = APIRouter(tags=["monitoring"])


def engine_of(request: Request) -> Engine:
    """Return the engine of the application."""
    return cast("Engine", request.app.state.engine)


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the application."""
    return cast("Jobs", request.app.state.jobs)


def submit_limited(request: Request, source: str, *, again: bool = False) -> Check:
    """Submit a check for the client of a request, if it has not had its share."""
    request.app.state.rate.take(request.client.host if request.client else "")
    return jobs_of(request).submit(source, again=again)


def search_in_turn(request: Request, query: str, where: SearchFilter, limit: int) -> list[Hit]:
    """Search, few at a time: a search uses all processors, and many at once only wait longer."""
    with request.app.state.turns:
        (hits,) = engine_of(request).searcher.search([query], where, limit)
    return hits


def find_check(request: Request, check_id: str) -> Check:
    """Return a check, or answer 404."""
    check = engine_of(request).store.checks.get(check_id)
    if check is None:
        raise HTTPException(404, f"there is no check {check_id[:40]}")
    return check


def status_of(check: Check) -> CheckStatus:
    """Return what the API says of a check."""
    report = f"/api/v1/checks/{check.id}/report" if check.state is CheckState.DONE else None
    return CheckStatus(
        id=check.id,
        state=check.state,
        created=check.created,
        title=check.title,
        stage=check.stage,
        done=check.done,
        total=check.total,
        error=check.error,
        report=report,
    )


@router.post("/checks", status_code=202, tags=["checks"])
def submit(request: Request, submission: Submission, response: Response) -> CheckStatus:
    """Submit an article; the same one again is the same check unless ``again`` is true."""
    check = submit_limited(request, submission.source, again=submission.again)
    response.headers["Location"] = f"/api/v1/checks/{check.id}"
    return status_of(check)


@router.get("/checks", tags=["checks"])
def recent(request: Request, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[CheckStatus]:
    """Return the latest checks, newest first."""
    return [status_of(c) for c in engine_of(request).store.checks.recent(limit)]


@router.get("/checks/{check_id}", tags=["checks"])
def status(request: Request, check_id: str) -> CheckStatus:
    """Return how far a check is."""
    return status_of(find_check(request, check_id))


@router.get("/checks/{check_id}/report", tags=["checks"])
def report(request: Request, check_id: str) -> Response:
    """Return the report of a check that is done (``corroborate.report/1``)."""
    check = find_check(request, check_id)
    if check.report is None:
        raise HTTPException(404, f"this check is {check.state.value}, it has no report")
    return Response(check.report, media_type="application/json")


@router.get(
    "/checks/{check_id}/events",
    tags=["checks"],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
def events(request: Request, check_id: str) -> StreamingResponse:
    """Return server-sent events: the check's status whenever it changes, until it ends."""
    check = find_check(request, check_id)

    async def changes() -> AsyncIterator[str]:
        last, now = "", check
        while True:
            said = status_of(now).model_dump_json()
            if said != last:
                last = said
                yield f"data: {said}\n\n"
            if now.state in {CheckState.DONE, CheckState.FAILED}:
                return
            await asyncio.sleep(LOOK)
            now = await asyncio.to_thread(find_check, request, check_id)

    return StreamingResponse(changes(), media_type="text/event-stream")


@router.get("/search", tags=["search"])
def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=1000, examples=["port fire"])],
    outlet: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 - FastAPI copies it
    language: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006
    since: date | None = None,
    until: date | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[FoundPassage]:
    """Return the passages that fit a query best."""
    where = SearchFilter(
        outlets=frozenset(known_outlet(name).id for name in outlet if name.strip()),
        since=since,
        until=until,
        languages=frozenset(code.lower() for code in language if code.strip()),
    )
    hits = search_in_turn(request, q, where, limit)
    return [_found(hit) for hit in hits]


@router.get("/articles/{article_id}", tags=["articles"])
def article(request: Request, article_id: str) -> Response:
    """Return an article as it is stored."""
    found = find_article(request, article_id)
    return JSONResponse(json.loads(json.dumps(asdict(found), default=str)))


def find_article(request: Request, article_id: str) -> Article:
    """Return an article, or answer 404."""
    found = engine_of(request).store.articles.get([article_id]).get(article_id)
    if found is None:
        raise HTTPException(404, f"there is no article {article_id[:40]}")
    return found


@router.get("/feeds", tags=["feeds"])
def feeds(request: Request) -> Response:
    """Return the feeds, and how polling them has gone."""
    found = [asdict(feed) for feed in engine_of(request).store.feeds.all()]
    return JSONResponse(json.loads(json.dumps(found, default=str)))


@router.get("/status", tags=["status"])
def overview(request: Request, days: Annotated[int, Query(ge=0, le=366)] = 7) -> Response:
    """Return what the store holds."""
    found = asdict(engine_of(request).store.overview(days=days))
    return JSONResponse(json.loads(json.dumps(found, default=str)))


@monitoring.get("/healthz", response_class=PlainTextResponse)
def alive() -> str:
    """Answer as long as the process does."""
    return "ok\n"


@monitoring.get("/readyz", response_class=PlainTextResponse)
def ready(request: Request) -> str:
    """Answer once the store can be asked."""
    engine_of(request).store.checks.recent(1)
    return "ok\n"


@monitoring.get("/metrics", response_class=PlainTextResponse)
def metrics() -> Response:
    """Return the process's metrics for Prometheus."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _found(hit: Hit) -> FoundPassage:
    return FoundPassage(
        passage=hit.passage.text,
        article_id=hit.passage.article_id,
        start=hit.passage.start,
        end=hit.passage.end,
        outlet=hit.outlet.name,
        outlet_id=hit.outlet.id,
        title=hit.title,
        url=hit.url,
        published=hit.published,
        day_only=hit.day_only,
        score=hit.score,
        lexical=hit.lexical,
        dense=hit.dense,
    )
