"""Every operation of the OpenAPI document, called with what a program makes up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.web.conftest import Site

COMMAND = Path(sys.executable).with_name("schemathesis")


def test_no_made_up_call_fails_the_server(site: Site, tmp_path: Path) -> None:
    """No call, valid or not, is answered with a server error; answers fit the document."""
    done = subprocess.run(
        [
            COMMAND, "run", f"{site.url}/api/v1/openapi.json",
            "--checks", "not_a_server_error,response_schema_conformance,content_type_conformance",
            "--max-examples", "25", "--seed", "1", "--generation-database", "none",
            "--request-timeout", "30", "--phases", "examples,coverage,fuzzing", "--no-color",
        ],
        capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "COLUMNS": "100"},
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
