"""The web application, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteError

from corroborate import __version__
from corroborate.errors import CorroborateError, InputError, StoreUnavailable
from corroborate.report.html import TEMPLATES
from corroborate.web import api, pages
from corroborate.web.jobs import Jobs
from corroborate.web.safety import HEADERS, Bounded, Rate, Turns, add_headers, check_host
from corroborate.web.shapes import report_shapes

if TYPE_CHECKING:
    from corroborate.assembly import Engine

#: Searches that run at once (each uses all processors), and that wait.
SEARCHES, WAITING = 2, 100
#: Tries of a client a minute to change feeds, right or wrong.
CHANGES = 10
STATIC = Path(__file__).with_name("static")


class _App(FastAPI):
    """Describes a report by the schema that ships with it."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            super().openapi()["components"]["schemas"] |= report_shapes()
        return super().openapi()


def create_app(engine: Engine) -> FastAPI:
    """Return the application over an engine; whoever made the engine closes it.

    The process that serves it is one: jobs run in its threads.
    """
    jobs = Jobs(engine)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        jobs.resume()
        yield
        jobs.close()

    app = _App(
        title="Corroborate",
        version=__version__,
        summary="Which other sources agree with a news article, claim by claim.",
        lifespan=life,
        dependencies=[Depends(check_host)],
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        license_info={"name": "Apache-2.0"},
    )
    app.state.engine, app.state.jobs = engine, jobs
    app.state.turns = Turns(SEARCHES, WAITING)
    app.state.rate, app.state.changes = Rate(engine.settings.submissions), Rate(CHANGES)
    app.add_middleware(Bounded, most=engine.settings.max_upload_bytes)
    app.middleware("http")(add_headers)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/shared", StaticFiles(directory=TEMPLATES), name="shared")
    app.include_router(api.router)
    app.include_router(api.monitoring)
    app.include_router(pages.router)
    app.add_exception_handler(CorroborateError, _expected)
    app.add_exception_handler(StarletteError, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
    return app


def _expected(request: Request, error: Exception) -> Response:
    status = HTTPStatus.BAD_REQUEST if isinstance(error, InputError) else HTTPStatus.BAD_GATEWAY
    if isinstance(error, StoreUnavailable):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return _answer(request, status, str(error))


def _http_error(request: Request, error: Exception) -> Response:
    exception = cast("HTTPException", error)
    said = str(exception.detail)
    if said == HTTPStatus.NOT_FOUND.phrase:
        said = "there is nothing at this address"
    response = _answer(request, exception.status_code, said)
    response.headers.update(exception.headers or {})
    return response


def _invalid(request: Request, error: Exception) -> Response:
    first = cast("RequestValidationError", error).errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {first['msg']}")


def _unexpected(request: Request, _error: Exception) -> Response:
    """Answer what nobody foresaw: the server logs it, outside of what adds our headers."""
    said = "something went wrong on our side; the server's log has the details"
    response = _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, said)
    response.headers.update(HEADERS)
    return response


def _answer(request: Request, status: int, detail: str) -> Response:
    """Return an error: a page for people, problem details (RFC 9457) for programs."""
    if not request.url.path.startswith("/api/"):
        return pages.error(request, status, detail)
    title = HTTPStatus(status).phrase
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail},
        status_code=status,
        media_type="application/problem+json",
    )
