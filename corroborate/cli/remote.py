"""``--server URL``: a check or a search that another machine's web API answers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corroborate.cli import common
from corroborate.errors import FetchError, InputError
from corroborate.settings import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from corroborate.types import Hit, Report

#: Seconds that a server may take to answer, and between two looks at a check.
PATIENCE, LOOK = 60.0, 0.3


def check(
    server: str, source: str, *, again: bool, progress: Callable[[str, int, int], None]
) -> Report:
    """Return the report of a server on a file, a URL or ``-``.

    Raises:
        InputError: The source cannot be read, or the server refuses it.
        FetchError: The server does not answer, or not as ours do.
    """
    from corroborate.report.document import load

    with _client(server) as client:
        body = {"source": _read(source), "again": again}
        place = f"checks/{_ask(client, 'POST', 'checks', json=body)['id']}"
        while (state := _ask(client, "GET", place))["state"] not in {"done", "failed"}:
            progress(state["stage"] or state["state"], state["done"], state["total"])
            time.sleep(LOOK)
        if state["state"] == "failed":
            raise InputError(state["error"])
        return load(_ask(client, "GET", f"{place}/report"))


def search(server: str, query: Mapping[str, str | int | Sequence[str] | None]) -> list[Hit]:
    """Return the passages that a server finds.

    Args:
        server: Its URL.
        query: Parameters of the API's search.

    Raises:
        InputError: The server refuses the query, or holds no articles.
        FetchError: The server does not answer, or not as ours do.
    """
    with _client(server) as client:
        given = {name: value for name, value in query.items() if value is not None}
        hits = [_hit(row) for row in _ask(client, "GET", "search", params=given)]
        if not hits and not _ask(client, "GET", "status", params={"days": 0})["articles"]:
            raise InputError(f"the store of {masked(server)} {common.EMPTY}")
        return hits


def _read(source: str) -> str:
    """Return what to submit: the server fetches a URL, files are read here."""
    from workers.markup import decode

    if source.lower().startswith(("http://", "https://")):
        return source
    if source == "-":
        return decode(sys.stdin.buffer.read(), {})
    try:
        return decode(Path(source).read_bytes(), {})
    except OSError as exc:
        raise InputError(f"{source} cannot be read: {exc.strerror}") from exc


@contextmanager
def _client(server: str) -> Iterator[httpx.Client]:
    """Yield a client of a server's API; its errors, and answers that are not ours, are mapped."""
    import httpx

    name = masked(server)
    if not server.startswith(("http://", "https://")):
        raise InputError(f"--server: '{name}' is not a URL like http://127.0.0.1:8000")
    try:
        with httpx.Client(base_url=f"{server.rstrip('/')}/api/v1/", timeout=PATIENCE) as client:
            yield client
    except httpx.InvalidURL as exc:
        raise InputError(f"--server: {name}: {exc}") from exc
    except httpx.TimeoutException as exc:
        raise FetchError(name, f"no answer within {PATIENCE:.0f} s", retry=True) from exc
    except httpx.HTTPError as exc:
        raise FetchError(name, f"the server cannot be reached ({exc})", retry=True) from exc
    except (KeyError, TypeError, ValueError) as exc:
        raise FetchError(name, "this is not the API of a Corroborate server") from exc


def _ask(client: httpx.Client, method: str, place: str, **given: Any) -> Any:
    """Return the JSON of an answer; a problem that it tells of is an error."""
    answer = client.request(method, place, **given)
    if answer.is_success:
        return answer.json()
    if answer.headers.get("content-type") != "application/problem+json":
        raise FetchError(
            masked(str(answer.url)), f"status {answer.status_code}; is this a Corroborate server?"
        )
    said = answer.json()["detail"]
    if answer.is_client_error:
        raise InputError(said)
    raise FetchError(masked(str(client.base_url)), said, retry=True)


def _hit(row: Mapping[str, Any]) -> Hit:
    from corroborate.types import Hit, Outlet, Passage

    return Hit(
        passage=Passage(row["article_id"], row["start"], row["end"], row["passage"]),
        outlet=Outlet(row["outlet_id"], row["outlet"]),
        title=row["title"],
        url=row["url"],
        published=datetime.fromisoformat(row["published"]) if row["published"] else None,
        day_only=row["day_only"],
        score=row["score"],
        lexical=row["lexical"],
        dense=row["dense"],
        language=row["language"],
    )
