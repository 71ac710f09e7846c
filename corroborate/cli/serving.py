"""``corroborate serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from corroborate.cli import common


def serve(
    host: Annotated[str | None, typer.Option(help="Address to answer on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port.")] = None,
) -> None:
    """Serve the web pages and the API."""
    import uvicorn

    from corroborate.web.app import create_app

    with common.engine(host=host, port=port) as parts:
        settings = parts.settings
        common.notices().print(f"Corroborate on http://{settings.host}:{settings.port}/")
        uvicorn.run(
            create_app(parts), host=settings.host, port=settings.port, log_level="warning",
            timeout_graceful_shutdown=5,
        )  # fmt: skip
