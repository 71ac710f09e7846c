"""The pages. Each works without JavaScript; ``app.js`` only saves reloads."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import hmac
import io
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from corroborate.errors import CorroborateError, InputError
from corroborate.report import html, markdown, view
from corroborate.report.document import dumps
from corroborate.settings import without_secrets
from corroborate.types import Feed, Hit, Report, SearchFilter, Stance, Verdict
from corroborate.web import safety
from corroborate.web.api import (
    DEPTH,
    engine_of,
    find_article,
    find_check,
    find_report,
    search_in_turn,
    submit_limited,
    take,
)
from workers.discover import discover
from workers.language import codes
from workers.markup import decode
from workers.opml import read_opml, write_opml

if TYPE_CHECKING:
    from corroborate.protocols import FeedBook

#: Passages on a page of search results, and pages that can be leafed through.
PER_PAGE = 20
MOST_PAGES = DEPTH // PER_PAGE
#: What is said of a change of the feeds.
SAID = {"add": "added", "pause": "paused", "resume": "resumed", "remove": "removed"}


class _Forms(APIRoute):
    """Reads forms of whatever size a request may have."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request, whose form is read before FastAPI reads it."""
        answer = super().get_route_handler()

        async def read(request: Request) -> Response:
            await request.form(max_part_size=engine_of(request).settings.max_upload_bytes)
            return await answer(request)

        return read


router = APIRouter(include_in_schema=False, route_class=_Forms)


@cache
def _environment() -> Environment:
    folders = (Path(__file__).with_name("templates"), html.TEMPLATES)
    return html.furnish(
        Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ),
        stored="/articles/",
    )


def _page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    token = safety.form_token(request)
    text = (
        _environment()
        .get_template(template)
        .render(path=request.url.path, form_token=token, **values)
    )
    response = HTMLResponse(text, status)
    safety.remember(response, token, secure=request.url.scheme == "https")
    return response


def error(request: Request, status: int, detail: str) -> HTMLResponse:
    """Return an error as a page."""
    return _page(request, "error.html", status, title=HTTPStatus(status).phrase, detail=detail)


@router.head("/")
@router.get("/")
def home(request: Request) -> HTMLResponse:
    """Submit an article; recent checks; what the index holds."""
    store = engine_of(request).store
    return _page(request, "home.html", overview=store.overview(), recent=store.checks.recent(10))


@router.post("/checks")
def submit(
    request: Request,
    form: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
    again: Annotated[bool, Form()] = False,  # noqa: FBT002 - FastAPI's way
) -> RedirectResponse:
    """Submit what the form holds, and go to the check."""
    safety.check_form(request, form)
    uploaded = decode(file.file.read(), {}) if file else ""
    source = url.strip() or text.strip() or uploaded.strip()
    if not source:
        raise HTTPException(400, "nothing was submitted: give a link, a text or a file")
    check = submit_limited(request, source, again=again)
    return RedirectResponse(f"/checks/{check.id}", status_code=303)


@router.get("/checks/{check_id}")
def check_page(
    request: Request,
    check_id: str,
    verdict: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    stance: Annotated[list[str], Query()] = [],  # noqa: B006
) -> HTMLResponse:
    """Show progress, the reason of a failure, or the report, filtered as asked."""
    check = find_check(request, check_id)
    if check.report is None:
        return _page(request, "running.html", check=check)
    report = find_report(check)
    verdicts = [v for v in Verdict if v.value in verdict]
    stances = [s for s in Stance if s.value in stance]
    shown = [
        i
        for i, finding in enumerate(report.findings, 1)
        if (not verdicts or finding.verdict in verdicts)
        and (not stances or any(finding.of(s) for s in stances))
    ]
    return _page(
        request, "report_page.html", check=check, report=report, shown=shown,
        verdicts=verdicts, stances=stances,
    )  # fmt: skip


@router.get("/checks/{check_id}/report.{form}")
def download(request: Request, check_id: str, form: str) -> Response:
    """Return the report as a file: json, md, html or csv."""
    check = find_check(request, check_id)
    report = find_report(check)
    if form not in _KINDS:
        raise HTTPException(404, f"there is no report.{form[:10]}")
    kind, write = _KINDS[form]
    name = f'attachment; filename="corroborate-{check.id}.{form}"'
    return Response(write(report), media_type=kind, headers={"Content-Disposition": name})


@router.get("/search")
async def search(
    request: Request,
    q: Annotated[str, Query(max_length=1000)] = "",
    outlet: Annotated[str, Query(max_length=200)] = "",
    language: Annotated[str, Query(max_length=10)] = "",
    since: str = "",
    until: str = "",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> HTMLResponse:
    """Search the index; words of the query are marked in what was found."""
    q = q.strip()
    asked = {"q": q, "outlet": outlet, "language": language, "since": since, "until": until}
    hits: list[Hit] = []
    wrong = ""
    try:
        where = SearchFilter(
            languages=codes([language] if language.strip() else ()),
            since=_day(since),
            until=_day(until),
        )
    except InputError as exc:
        wrong = f"{exc}."
    except ValueError:
        wrong = "A day is written like 2017-04-14."
    else:
        hits = await search_in_turn(request, q, where, [outlet]) if q else []
    overview = engine_of(request).store.overview
    empty = bool(q) and not hits and not (await asyncio.to_thread(overview)).articles
    first = (page - 1) * PER_PAGE
    return _page(
        request, "search.html", 400 if wrong else 200, asked=asked, wrong=wrong,
        hits=hits[first : first + PER_PAGE], page=page, first=first,
        more=len(hits) > first + PER_PAGE, empty=empty,
    )  # fmt: skip


@router.get("/articles/{article_id}")
def article(request: Request, article_id: str) -> HTMLResponse:
    """Show an article as it is stored."""
    return _page(request, "article.html", article=find_article(request, article_id))


@router.get("/feeds")
def feeds(
    request: Request, did: str = "", n: Annotated[int, Query(ge=0, le=100_000)] = 1
) -> HTMLResponse:
    """Show the feeds, those that fail first, and forms to change them."""
    return _feeds_page(request, said=f"{n} {SAID[did]}." if did in SAID else "")


def _feeds_page(
    request: Request, status: int = 200, *, said: str = "", wrong: str = "", url: str = ""
) -> HTMLResponse:
    engine = engine_of(request)
    found = engine.store.feeds.all()
    states = Counter(
        "paused" if f.paused else "failing" if f.failing else "ok" if f.succeeded else "new"
        for f in found
    )
    return _page(
        request, "feeds.html", status, feeds=[
            (_name(feed), without_secrets(feed))
            for feed in _failing_first(found)
        ],
        states=states, said=said, wrong=wrong, url=url,
        locked=not engine.settings.token.get_secret_value(),
    )  # fmt: skip


@router.post("/feeds")
def change_feeds(
    request: Request,
    form: Annotated[str, Form()] = "",
    token: Annotated[str, Form()] = "",
    action: Annotated[str, Form()] = "",
    url: Annotated[str, Form(max_length=2000)] = "",
    feed: Annotated[str, Form(max_length=100)] = "",
    opml: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Add, pause, resume, remove or import feeds, for those who know the token."""
    safety.check_form(request, form)
    take(request, request.app.state.changes)
    engine = engine_of(request)
    secret = engine.settings.token.get_secret_value()
    if not secret or not hmac.compare_digest(secret.encode(), token.encode()):
        wrong = "The token is wrong, so nothing was changed."
        return _feeds_page(request, 403, wrong=wrong, url=url)
    book = engine.store.feeds
    try:
        if action == "import":
            done = ("add", _add(book, read_opml(opml.file.read() if opml else b"")))
        elif action == "add":
            done = ("add", _add(book, discover(url.strip(), engine.fetcher)))
        else:
            done = (action, _change(book, action, feed))
    except CorroborateError as exc:
        return _feeds_page(
            request, 400, wrong=f"Nothing was changed: {str(exc).rstrip('.')}.", url=url
        )
    return RedirectResponse(f"/feeds?did={done[0]}&n={done[1]}", status_code=303)


def _failing_first(feeds: list[Feed]) -> list[Feed]:
    return sorted(feeds, key=lambda feed: not feed.failing)


def _name(feed: Feed) -> str:
    """Return what a form calls a feed: its URL may hold a secret."""
    return hashlib.sha256(feed.url.encode()).hexdigest()[:20]


def _add(book: FeedBook, feeds: list[Feed]) -> int:
    known = {feed.url for feed in book.all()}
    new = [replace(feed, added=datetime.now(UTC)) for feed in feeds if feed.url not in known]
    book.put(new)
    return len(new)


def _change(book: FeedBook, action: str, name: str) -> int:
    feed = next((feed for feed in book.all() if _name(feed) == name), None)
    if feed is None:
        raise HTTPException(404, "this feed is not configured")
    match action:
        case "remove":
            book.remove(feed.url)
        case "pause" | "resume":
            book.put([replace(feed, paused=action == "pause")])
        case _:
            raise HTTPException(400, "a feed can be paused, resumed and removed")
    return 1


@router.get("/feeds.opml")
def export_opml(request: Request) -> Response:
    """Return the feeds as OPML."""
    text = write_opml(without_secrets(feed) for feed in engine_of(request).store.feeds.all())
    return Response(text, media_type="text/x-opml")


@router.get("/api")
def api(request: Request) -> HTMLResponse:
    """Show what the JSON API offers, from its OpenAPI document."""
    document = request.app.openapi()
    calls = [
        (method.upper(), place, call)
        for place, methods in document["paths"].items()
        for method, call in methods.items()
    ]
    base = str(request.base_url).rstrip("/")
    shapes = document["components"]["schemas"]
    return _page(request, "api.html", calls=calls, shapes=shapes, base=base)


@router.get("/status")
def status(request: Request) -> HTMLResponse:
    """Show what the store holds."""
    store = engine_of(request).store
    overview = store.overview(days=14)
    found = Counter[date]()
    for _, day, n in overview.daily:
        found[day] += n
    days = _every_day(min(found), max(found)) if found else []
    outlets = Counter[str]()
    for name, _, n in overview.daily:
        outlets[name] += n
    return _page(
        request, "status.html", overview=overview, days=[(day, found[day]) for day in days],
        outlets=outlets.most_common(12), more_outlets=max(0, len(outlets) - 12),
        pages=store.pages.counts(),
        quarantined=[without_secrets(page) for page in store.pages.quarantined(20)],
        feeds=[without_secrets(f) for f in _failing_first(store.feeds.all())],
    )  # fmt: skip


def _every_day(first: date, last: date) -> list[date]:
    """Return the days from the first to the last, the latest four weeks of them at most."""
    length = min((last - first).days, 27)
    return [last - timedelta(days=back) for back in range(length, -1, -1)]


def _csv(report: Report) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ("claim", "verdict", "stance", "probability", "origin", "counted", "outlet", "published",
         "title", "url", "passage", "numbers")
    )  # fmt: skip
    for finding in report.findings:
        for origin in finding.origins:
            for e in origin.evidence:
                row = (
                    finding.claim.text, finding.verdict.value, e.stance.value,
                    f"{e.judgement.probabilities.of(e.stance):.3f}", e.origin,
                    "no" if origin.own else "yes", e.hit.outlet.name,
                    view.day(e.hit.published), e.hit.title, e.hit.url or "", e.hit.passage.text,
                    " ".join(view.differences([e])),
                )  # fmt: skip
                table.writerow([_cell(value) for value in row])
    # Without a byte order mark, spreadsheets take UTF-8 for something else.
    return "\ufeff" + out.getvalue()


_KINDS: dict[str, tuple[str, Callable[[Report], str]]] = {
    "json": ("application/json", dumps),
    "md": ("text/markdown", markdown.render),
    "html": ("text/html", html.render),
    "csv": ("text/csv", _csv),
}


def _cell(value: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    value = view.plain(value)
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value


def _day(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text.strip() else None
