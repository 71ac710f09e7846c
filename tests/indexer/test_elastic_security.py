"""A real Elasticsearch with security on: passwords, API keys and a CA of its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from elasticsearch import Elasticsearch

from corroborate.errors import StoreError
from indexer.opening import open_store
from tests.elasticsearch import scratch, start
from tests.samples import article

USER, PASSWORD = "tester", "p@ss/w:rd"
LOGIN = "tester:p%40ss%2Fw%3Ard@"


@dataclass(frozen=True, slots=True)
class Secured:
    """A server that asks who we are."""

    #: Host and port.
    host: str
    #: Path of the CA's certificate.
    ca: str
    #: A key that the server accepts.
    api_key: str


@pytest.fixture(scope="module")
def secured(installation: Path) -> Iterator[Secured]:
    """Start a server with security on."""
    assert installation.exists()
    with scratch() as folder:
        yield from _secured(folder)


def _secured(folder: Path) -> Iterator[Secured]:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(ca)
    hashed = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest())
    server = start(
        folder,
        settings={
            "xpack.security.enabled": "true",
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.key": "key.pem",
            "xpack.security.http.ssl.certificate": "certificate.pem",
        },
        files={
            "key.pem": certificate.private_key_pem.bytes(),
            "certificate.pem": b"".join(c.bytes() for c in certificate.cert_chain_pems),
            "users": USER.encode() + b":{SHA}" + hashed + b"\n",
            "users_roles": f"superuser:{USER}\n".encode(),
        },
    )
    with closing(
        Elasticsearch(server.url, basic_auth=(USER, PASSWORD), ca_certs=str(ca))
    ) as client:
        key = client.security.create_api_key(name="tests")["encoded"]
    yield Secured(server.url.removeprefix("https://"), str(ca), key)
    server.kill()


def test_a_password_and_an_api_key_open_the_store(secured: Secured) -> None:
    """Over TLS, with the CA's certificate; what one archives the other reads."""
    with closing(open_store(f"https://{LOGIN}{secured.host}?ca_certs={secured.ca}")) as store:
        store.articles.put([article()])
    where = f"https://{secured.host}?ca_certs={secured.ca}&api_key={secured.api_key}"
    with closing(open_store(where)) as store:
        assert store.articles.get(["a1"]) == {"a1": article()}


def test_who_is_refused_is_told_so(secured: Secured) -> None:
    """A wrong password, a wrong key, nothing at all: one line without the secret."""
    ca = f"?ca_certs={secured.ca}"
    refused = r"^Elasticsearch at https://\S+ refuses the user, password or API key$"
    for where in (
        f"https://tester:wrong@{secured.host}{ca}",
        f"https://{secured.host}{ca}&api_key=d3Jvbmc6d3Jvbmc=",
        f"https://{secured.host}{ca}",
    ):
        with pytest.raises(StoreError, match=refused):
            open_store(where)


def test_a_certificate_of_a_stranger_is_not_trusted(secured: Secured) -> None:
    """Without the CA's file nothing is sent, and the line names the remedy."""
    with pytest.raises(StoreError, match="is not trusted; name the CA's file"):
        open_store(f"https://{LOGIN}{secured.host}")
