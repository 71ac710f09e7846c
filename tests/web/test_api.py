"""The JSON API."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from corroborate.report.document import schema
from tests.web.conftest import Site

TEXT = (
    "Night of fire\n\nEvening Lantern\n\nFourteen people died in the port of Velmar on Monday. "
    "The minister has resigned over the fire in the port, a spokesman said on Tuesday."
)


def test_a_check_from_submission_to_report(site: Site) -> None:
    """A submitted text is checked, its progress told as events, and its report valid."""
    submitted = site.client.post("/api/v1/checks", json={"source": TEXT})
    assert submitted.status_code == 202
    place = submitted.headers["location"]
    events = site.client.get(f"{place}/events").text.strip().split("\n\n")
    states = [json.loads(event.removeprefix("data: "))["state"] for event in events]
    assert states[-1] == "done"
    document = site.client.get(f"{place}/report").json()
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(document)] == []
    assert document["article"]["title"] == "Night of fire"


def test_the_same_text_is_one_check(site: Site) -> None:
    """Submitting again gives the same check, unless asked to check anew."""
    first = site.client.post("/api/v1/checks", json={"source": TEXT}).json()
    again = site.client.post("/api/v1/checks", json={"source": TEXT}).json()
    assert first["id"] == again["id"]


def test_a_failure_says_why(site: Site) -> None:
    """A private address is refused by the guarded fetcher; the check tells the reason."""
    place = site.client.post("/api/v1/checks", json={"source": "http://127.0.0.1/"}).headers[
        "location"
    ]
    site.client.get(f"{place}/events")
    status = site.client.get(place).json()
    assert status["state"] == "failed"
    assert "not on the public internet" in status["error"]


def test_a_path_of_the_server_is_not_read(site: Site) -> None:
    """What is submitted is text or a URL, never a file of the server."""
    place = site.client.post("/api/v1/checks", json={"source": "/etc/passwd"}).headers["location"]
    site.client.get(f"{place}/events")
    assert site.client.get(place).json()["state"] == "failed"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/checks/unknown", 404),
        ("/api/v1/checks/unknown/report", 404),
        ("/api/v1/articles/unknown", 404),
        ("/api/v1/search", 422),
        ("/api/v1/search?q=x&since=never", 422),
        ("/api/v1/nowhere", 404),
    ],
)
def test_errors_are_problem_details(site: Site, path: str, status: int) -> None:
    """Errors are RFC 9457 documents with their status."""
    answer = site.client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_submissions_are_limited(site: Site) -> None:
    """The sixth submission within a minute is refused, and told when to come back."""
    answers = [
        site.client.post("/api/v1/checks", json={"source": f"{TEXT} {i}."}) for i in range(6)
    ]
    assert [a.status_code for a in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_large_submissions_are_refused(site: Site) -> None:
    """More bytes than allowed are refused before they are read."""
    answer = site.client.post("/api/v1/checks", json={"source": "x" * 3_000_000})
    assert answer.status_code == 413


def test_search_and_article(site: Site) -> None:
    """What search finds can be opened."""
    (hit,) = site.client.get("/api/v1/search", params={"q": "port fire"}).json()
    article = site.client.get(f"/api/v1/articles/{hit['article_id']}").json()
    assert article["text"][hit["start"] : hit["end"]] == hit["passage"]


def test_monitoring(site: Site) -> None:
    """A monitor finds the process alive, ready and measured."""
    assert site.client.get("/healthz").text == "ok\n"
    assert site.client.get("/readyz").text == "ok\n"
    assert "python_info" in site.client.get("/metrics").text


def test_half_a_character_is_no_server_error(site: Site) -> None:
    """Half a surrogate pair, which JSON can carry, is refused as invalid."""
    answer = site.client.post(
        "/api/v1/checks", content=b'{"source": "It rained \\ud800 on Monday."}'
    )
    assert answer.status_code == 422


def test_bytes_are_counted_where_no_length_is_told(site: Site) -> None:
    """A request in chunks is refused once it has grown too large."""
    chunks = (b"x" * 100_000 for _ in range(30))
    answer = site.client.post("/api/v1/checks", content=chunks)
    assert answer.status_code == 413
