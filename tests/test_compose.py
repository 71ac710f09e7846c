"""The deployment that compose.yaml describes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "compose.yaml"


def services() -> dict[str, Any]:
    """Return the services, by name."""
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]
    return found


def ours() -> list[str]:
    """Return the names of the services that run our image."""
    return [name for name, service in services().items() if service.get("image") == "corroborate"]


def test_it_keeps_the_schema_of_compose() -> None:
    """Every key is one that Compose knows, where Compose expects it."""
    command = ["check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(
        [sys.executable, "-m", *command], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


@pytest.mark.parametrize("name", ours())
def test_each_entry_point_is_a_command_that_exists(name: str) -> None:
    """What a service runs is understood by the program it names."""
    service = services()[name]
    words = [*service.get("entrypoint", ["corroborate"]), *service["command"]]
    program = Path(sys.executable).with_name(words[0])
    environment = {**os.environ, **service["environment"]}
    done = subprocess.run(
        [program, *words[1:], "--help"],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ours())
def test_our_services_are_confined_and_start_in_order(name: str) -> None:
    """No capability, nothing to write to, a limit of memory, and all they need is up first."""
    service = services()[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "mem_limit" in service
    assert set(service["depends_on"]) == {"redis", "elasticsearch"}


def test_nothing_but_the_web_can_be_reached_and_that_from_this_machine() -> None:
    """Elasticsearch asks for no password here, so it must stay behind the network's door."""
    ports = {name: s["ports"] for name, s in services().items() if "ports" in s}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}
