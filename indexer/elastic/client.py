"""Elasticsearch itself: connecting, and mapping its errors."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from corroborate.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

#: The oldest server that has all we ask for (rescoring of quantised vectors).
OLDEST = (8, 18)
#: Seconds that a request may take, and how often one that failed is asked of another node.
TIMEOUT, RETRIES = 30.0, 3
#: Where indices are named after nothing else.
PREFIX = "corroborate"
_PORTS = {"http": 9200, "https": 443}
_OPTIONS = {"ca_certs", "api_key"}


@dataclass(frozen=True, slots=True)
class Place:
    """What the setting ``https://user:password@host:port,host:port/prefix?ca_certs=…`` names."""

    nodes: tuple[str, ...]
    prefix: str
    options: dict[str, Any]

    @property
    def name(self) -> str:
        """The nodes, without anything secret."""
        return ", ".join(self.nodes)


def read_place(where: str) -> Place:
    """Return the cluster that a setting names.

    Args:
        where: ``http`` or ``https``, one or more nodes separated by commas, a user and password
            before them, a prefix for the names of the indices as the path; ``ca_certs`` (a
            file) and ``api_key`` as the query.

    Raises:
        StoreError: It names none; the line shows nothing of what could be a password.
    """
    try:
        place = _read(where)
    except ValueError:
        raise _unknown(where.partition("://")[0]) from None
    if file := place.options.get("ca_certs"):
        try:
            ssl.create_default_context(cafile=file)
        except OSError as exc:
            raise StoreError(f"the CA's certificate {file} is not there, or is none") from exc
    return place


def _unknown(scheme: str) -> StoreError:
    return StoreError(
        f"the store {scheme}://… is none we know: CORROBORATE_STORE names a folder, or "
        "Elasticsearch as https://user:password@host:9200,host:9200/prefix?ca_certs=FILE, "
        "or with ?api_key=KEY in place of the user; in a password @, :, /, ? and # are "
        "written %40, %3A, %2F, %3F and %23"
    )


def _read(where: str) -> Place:
    """Return the cluster that a setting names; raises ValueError where it names none."""
    parts = urlsplit(where)
    options: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    login, _, hosts = parts.netloc.rpartition("@")
    if parts.scheme not in _PORTS or options.keys() - _OPTIONS:
        raise ValueError("an unknown scheme or option")
    if "@" in parts.path or parts.fragment:
        raise ValueError("the rest of a password")
    if "api_key" in options and login:
        raise ValueError("two logins")
    if "ca_certs" in options and parts.scheme == "http":
        raise ValueError("a certificate for what is not encrypted")
    if login:
        user, _, password = login.partition(":")
        options["basic_auth"] = (unquote(user), unquote(password))
    nodes = tuple(_node(parts.scheme, host) for host in hosts.split(","))
    return Place(nodes, parts.path.strip("/") or PREFIX, options)


def _node(scheme: str, host: str) -> str:
    """Return the URL of a node, with its port; raises ValueError where there is no such node."""
    parts = urlsplit(f"//{host.strip()}")
    if not parts.hostname:
        raise ValueError("no host")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{name}:{parts.port or _PORTS[scheme]}"


def connect(place: Place) -> Elasticsearch:
    """Return a client of a cluster that answers and is new enough.

    Raises:
        StoreUnavailable: It does not answer.
        StoreError: It refuses us, is too old, or is none.
    """
    from elasticsearch import Elasticsearch

    try:
        with mapped(place.name):
            client = Elasticsearch(
                list(place.nodes),
                request_timeout=TIMEOUT,
                max_retries=RETRIES,
                retry_on_timeout=True,
                **place.options,
            )
            version = str(client.info()["version"]["number"])
    except ValueError:
        # A host, password or key with characters that cannot be sent; the error would show it.
        raise _unknown(place.nodes[0].partition("://")[0]) from None
    if tuple(int(n) for n in version.split(".")[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise StoreError(f"Elasticsearch at {place.name} is {version}; {oldest} or later is needed")
    return client


@contextmanager
def mapped(name: str) -> Iterator[None]:
    """Map the client's errors to :class:`~corroborate.errors.StoreError`, in one line."""
    from elastic_transport import TlsError, TransportError
    from elasticsearch import ApiError, UnsupportedProductError

    try:
        yield
    except TlsError as exc:
        raise StoreError(
            f"the certificate of Elasticsearch at {name} is not trusted; name the CA's file "
            "with ?ca_certs=FILE"
        ) from exc
    except TransportError as exc:
        raise StoreUnavailable(
            f"Elasticsearch at {name} does not answer ({type(exc).__name__})"
        ) from exc
    except UnsupportedProductError as exc:
        raise StoreError(f"what answers at {name} is no Elasticsearch") from exc
    except ApiError as exc:
        raise error(name, exc.status_code, exc.error, _reason(exc.body)) from exc


def error(name: str, status: int, kind: str, reason: str) -> StoreError:
    """Return what an answer with an error means for us."""
    if status == 401:  # noqa: PLR2004
        return StoreError(f"Elasticsearch at {name} refuses the user, password or API key")
    if "cluster_block" in kind:
        return StoreUnavailable(f"Elasticsearch at {name} takes no writes now: {reason}")
    if status == 403:  # noqa: PLR2004
        return StoreError(f"Elasticsearch at {name} does not allow this: {reason}")
    if status in BUSY:
        state = "is overloaded" if status == 429 else "cannot do this now"  # noqa: PLR2004
        return StoreUnavailable(f"Elasticsearch at {name} {state}: {reason}")
    return StoreError(f"Elasticsearch at {name} refused a request: {reason}")


#: Statuses that say "later".
BUSY = frozenset({429, 502, 503, 504})


def _reason(body: Any) -> str:
    said = body.get("error", body) if isinstance(body, dict) else body
    reason = said.get("reason", said) if isinstance(said, dict) else said
    return " ".join(str(reason).split())[:200]
