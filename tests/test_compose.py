"""The deployment that compose.yaml describes."""

from __future__ import annotations

import os
import re
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


def interpolated(value: str, **variables: str) -> str:
    """Return a value as Compose has it, with these variables in ``.env``."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: variables.get(found[1]) or found[2], value)


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
    settings = {name: interpolated(value) for name, value in service["environment"].items()}
    environment = {**os.environ, **settings}
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
def test_our_services_write_nothing_and_start_in_order(name: str) -> None:
    """Their files are read-only, and all they need is up first."""
    service = services()[name]
    assert service["read_only"] is True
    assert set(service["depends_on"]) == {"redis", "elasticsearch"}


@pytest.mark.parametrize("name", services())
def test_each_service_is_confined_and_says_whether_it_is_well(name: str) -> None:
    """No capability and none to be had, a limit of memory, a health check."""
    service = services()[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "healthcheck"} <= service.keys()


@pytest.mark.parametrize("name", ours())
def test_a_store_and_a_redis_of_ones_own_can_be_named(name: str) -> None:
    """What ``.env`` says is used; Compose would rank a plain value here above it."""
    settings = services()[name]["environment"]
    assert {key: interpolated(value) for key, value in settings.items()} == {
        "CORROBORATE_STORE": "http://elasticsearch:9200",
        "CORROBORATE_REDIS": "redis://redis:6379/0",
    }
    own = {"CORROBORATE_STORE": "https://u:p@es:9200", "CORROBORATE_REDIS": "redis://own:6379/1"}
    assert {key: interpolated(value, **own) for key, value in settings.items()} == own


def test_the_example_names_every_node_of_the_profile() -> None:
    """Workers that know one node only stop when that one is lost."""
    nodes = [name for name in services() if name.startswith("elasticsearch")]
    line = "# CORROBORATE_STORE=http://" + ",".join(f"{name}:9200" for name in nodes)
    assert line in (ROOT / ".env.example").read_text().splitlines()


def test_nothing_but_the_web_can_be_reached_and_that_from_this_machine() -> None:
    """Elasticsearch asks for no password here, so it must stay behind the network's door."""
    ports = {name: s["ports"] for name, s in services().items() if "ports" in s}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}
