"""The JSON API under ``/api/v1``, and what a monitor asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from corroborate.report.document import dumps, load, loads
from corroborate.settings import masked, without_secrets
from corroborate.types import Article, Check, CheckState, Feed, Hit, Report, SearchFilter
from corroborate.web.shapes import (
    ARTICLE,
    ERRORS,
    FEED,
    OVERVIEW,
    REPORT_PLACE,
    CheckStatus,
    FoundPassage,
    Held,
    Submission,
    example,
)
from workers import outlets
from workers.language import codes

if TYPE_CHECKING:
    from corroborate.assembly import Engine
    from corroborate.web.jobs import Jobs
    from corroborate.web.safety import Rate, Turns

#: Seconds between two looks at a running check.
LOOK = 0.3
#: Passages that a search finds. Always as many, whatever is shown of them: how they are ranked
#: depends on how many are asked for, and pages must neither repeat nor lose any.
DEPTH = 100
#: States that a check stays in.
ENDED = frozenset({CheckState.DONE, CheckState.FAILED})


def _day(value: str) -> date:
    """Return the day that a query names; pydantic alone takes a number for a time since 1970."""
    try:
        day = date.fromisoformat(value)
        if day.isoformat() == value:
            return day
    except ValueError:
        pass
    raise PydanticCustomError("day", "this is not a day like 2017-04-14")


Day = Annotated[date, BeforeValidator(_day)]

router = APIRouter(prefix="/api/v1", responses=ERRORS)
monitoring = APIRouter(tags=["monitoring"])


def engine_of(request: Request) -> Engine:
    """Return the engine of the application."""
    return cast("Engine", request.app.state.engine)


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the application."""
    return cast("Jobs", request.app.state.jobs)


def take(request: Request, rate: Rate) -> None:
    """Count a request against its client's share."""
    rate.take(request.client.host if request.client else "")


def submit_limited(request: Request, source: str, *, again: bool = False) -> Check:
    """Submit a check for the client of a request, if it has not had its share."""
    take(request, request.app.state.rate)
    return jobs_of(request).submit(source, again=again)


async def search_in_turn(
    request: Request, query: str, where: SearchFilter, names: Sequence[str]
) -> list[Hit]:
    """Return the best :data:`DEPTH` hits for a query, once it is its turn.

    Args:
        request: What asks.
        query: What is searched for.
        where: The filter, but for outlets.
        names: Names or domains of the only outlets to search; blank ones say nothing.
    """
    engine = engine_of(request)
    turns: Turns = request.app.state.turns

    def search() -> list[list[Hit]]:
        only = outlets.ids([name for name in names if name.strip()], engine.store.articles)
        return engine.searcher.search([query], replace(where, outlets=only), DEPTH)

    (hits,) = await turns.run(search)
    return hits


def find_check(request: Request, check_id: str) -> Check:
    """Return a check, or answer 404."""
    check = engine_of(request).store.checks.get(check_id)
    if check is None:
        raise HTTPException(404, f"there is no check {check_id[:40]}")
    return check


def status_of(check: Check) -> CheckStatus:
    """Return what the API says of a check."""
    there = check.state is CheckState.DONE or check.report is not None
    report = f"/api/v1/checks/{check.id}/report" if there else None
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


@router.post(
    "/checks",
    status_code=202,
    tags=["checks"],
    responses={200: {"model": CheckStatus, "description": "It has ended already"}},
)
def submit(request: Request, submission: Submission, response: Response) -> CheckStatus:
    """Submit an article; the same one again is the same check unless ``again`` is true."""
    check = submit_limited(request, submission.source, again=submission.again)
    if check.state in ENDED:
        response.status_code = 200
    response.headers["Location"] = f"/api/v1/checks/{check.id}"
    return status_of(check)


@router.get("/checks", tags=["checks"])
def recent(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> list[CheckStatus]:
    """Return the latest checks, newest first."""
    found = engine_of(request).store.checks.recent(offset + limit)[offset:]
    return [status_of(check) for check in found]


@router.get("/checks/{check_id}", tags=["checks"])
def status(request: Request, check_id: str) -> CheckStatus:
    """Return how far a check is."""
    return status_of(find_check(request, check_id))


@router.get(
    "/checks/{check_id}/report",
    tags=["checks"],
    responses={200: {"content": {"application/json": {"schema": {"$ref": REPORT_PLACE}}}}},
)
def report(request: Request, check_id: str) -> Response:
    """Return the latest report of a check (``corroborate.report/1``)."""
    found = find_report(find_check(request, check_id))
    return Response(dumps(found), media_type="application/json")


def find_report(check: Check) -> Report:
    """Return the report of a check, or answer 404."""
    if check.report is None:
        raise HTTPException(404, f"this check is {check.state.value}, it has no report")
    return load(loads(check.report))


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
            if now.state in ENDED:
                return
            await asyncio.sleep(LOOK)
            now = await asyncio.to_thread(find_check, request, check_id)

    return StreamingResponse(changes(), media_type="text/event-stream")


@router.get("/search", tags=["search"])
async def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=1000, examples=["port fire"])],
    outlet: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 - FastAPI copies it
    language: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006
    since: Day | None = None,
    until: Day | None = None,
    limit: Annotated[int, Query(ge=1, le=DEPTH)] = 20,
    offset: Annotated[int, Query(ge=0, le=DEPTH)] = 0,
) -> list[FoundPassage]:
    """Return the passages that fit a query best; the best 100 can be had."""
    where = SearchFilter(
        since=since,
        until=until,
        languages=codes(filter(str.strip, language)),
    )
    hits = await search_in_turn(request, q, where, outlet)
    return [_found(hit) for hit in hits[offset : offset + limit]]


@router.get("/articles/{article_id}", tags=["articles"], responses=example(ARTICLE))
def article(request: Request, article_id: str) -> Article:
    """Return an article as it is stored."""
    return find_article(request, article_id)


def find_article(request: Request, article_id: str) -> Article:
    """Return an article, or answer 404."""
    found = engine_of(request).store.articles.get([article_id]).get(article_id)
    if found is None:
        raise HTTPException(404, f"there is no article {article_id[:40]}")
    return replace(found, feed=masked(found.feed))


@router.get("/feeds", tags=["feeds"], responses=example([FEED]))
def feeds(request: Request) -> list[Feed]:
    """Return the feeds, and how polling them has gone."""
    return [without_secrets(feed) for feed in engine_of(request).store.feeds.all()]


@router.get("/status", tags=["status"], responses=example(OVERVIEW))
def overview(request: Request, days: Annotated[int, Query(ge=0, le=366)] = 7) -> Held:
    """Return what the store holds."""
    return engine_of(request).store.overview(days=days)


@monitoring.head("/healthz", include_in_schema=False)
@monitoring.get("/healthz", response_class=PlainTextResponse)
async def alive() -> str:
    """Answer as long as the process does."""
    return "ok\n"


@monitoring.get("/readyz", response_class=PlainTextResponse)
def ready(request: Request) -> str:
    """Answer once the store can be asked."""
    engine_of(request).store.checks.recent(1)
    return "ok\n"


@monitoring.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Return the metrics of the process and of the store for Prometheus."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    from workers.metrics import StoreGauges

    said = generate_latest() + generate_latest(StoreGauges(engine_of(request).store))
    return Response(said, media_type=CONTENT_TYPE_LATEST)


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
        language=hit.language,
        score=hit.score,
        lexical=hit.lexical,
        dense=hit.dense,
    )
