"""The helper that starts a server: which one it takes, and how it is stopped."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from corroborate.errors import StoreUnavailable
from tests import elasticsearch

if TYPE_CHECKING:
    from pathlib import Path

#: Writes down what it is asked, and has a container that runs until it is removed.
DOCKER = """#!/bin/sh
echo "$@" >> "$0.asked"
case $1 in create) echo c0ffee ;; esac
"""
CREATED = (
    "create --publish 127.0.0.1:9:9200 --env cluster.name=corroborate "
    "--env discovery.type=single-node --env xpack.security.enabled=false "
    "--env cluster.routing.allocation.disk.threshold_enabled=false "
    f"--env ES_JAVA_OPTS=-Xms1g -Xmx1g {elasticsearch.IMAGE}"
)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a program that stands for Docker's, on a path with nothing else of its name."""
    program = tmp_path / "docker"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(elasticsearch, "start", lambda *_: "a process")
    monkeypatch.setattr(elasticsearch, "ENGINE_PATIENCE", 0.5)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    return program


def written(program: Path, text: str) -> None:
    """Write a program."""
    program.write_text(text)
    program.chmod(0o755)


def asked(program: Path) -> list[str]:
    """Return what Docker was asked, apart from whether a container still runs."""
    said = program.with_name("docker.asked").read_text().splitlines()
    return [line for line in said if not line.startswith("top ")]


def test_a_container_is_started_and_removed(
    docker: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where an engine answers: the pinned image, no security, a port of this machine only."""
    written(docker, DOCKER)
    monkeypatch.setattr(elasticsearch, "answers", lambda _: "start c0ffee" in asked(docker))
    docker.with_name("docker.asked").touch()
    monkeypatch.setattr(sys, "argv", ["elasticsearch", "start", "--port", "9"])
    elasticsearch.main()
    assert asked(docker) == ["version", CREATED, "start c0ffee"]
    monkeypatch.setattr(sys, "argv", ["elasticsearch", "stop", "--port", "9"])
    elasticsearch.main()
    assert asked(docker)[3:] == ["rm --force --volumes c0ffee"]
    assert "removed with its data" in capsys.readouterr().out
    with pytest.raises(SystemExit, match=r"^no server of ours"):
        elasticsearch.main()


def test_a_container_that_does_not_come_up_is_removed(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last line says why."""
    ends = DOCKER.replace(";;", ";; logs) echo out of memory ;; top) exit 1 ;;", 1)
    written(docker, ends)
    monkeypatch.setattr(elasticsearch, "answers", lambda _: False)
    with pytest.raises(StoreUnavailable, match=r"^Elasticsearch did not start: out of memory$"):
        elasticsearch.start_container(9)
    assert asked(docker)[-1] == "rm --force --volumes c0ffee"


@pytest.mark.parametrize(
    "program",
    [
        None,
        "#!/bin/sh\nexit 1\n",
        "#!/bin/sh\nexec /bin/sleep 60\n",
        DOCKER.replace("echo c0ffee", "exit 125"),
    ],
    ids=["no Docker", "no engine", "a silent engine", "no image"],
)
def test_without_docker_it_is_a_process(docker: Path, program: str | None, tmp_path: Path) -> None:
    """A program without an engine, or an engine without the image, is not waited for."""
    if program:
        written(docker, program)
    provided: object = elasticsearch.provide(tmp_path)
    assert provided == "a process"
