"""The JSON API."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from fastapi import HTTPException
from jsonschema import Draft202012Validator

from corroborate.errors import ModelError, StoreUnavailable
from corroborate.report.document import dumps, schema
from corroborate.types import Check, CheckState, FailingFeed, Feed, Hit
from corroborate.web import jobs
from corroborate.web.safety import Turns
from tests import samples
from tests.samples import MONDAY
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


def test_the_description_holds_the_schema_of_a_report(site: Site) -> None:
    """A report fulfils what the OpenAPI document says of it, and what it must not be is found."""
    described = site.client.get("/api/v1/openapi.json").json()
    answer = described["paths"]["/api/v1/checks/{check_id}/report"]["get"]["responses"]["200"]
    wanted = {**answer["content"]["application/json"]["schema"], **described}
    document = site.client.get("/api/v1/checks/done/report").json()
    document["findings"][0]["evidence"][0]["stance"] = "maybe"
    errors = Draft202012Validator(wanted).iter_errors(document)
    assert [e.message.partition(" ")[0] for e in errors] == ["'maybe'"]


def test_the_same_text_is_one_check(site: Site) -> None:
    """Submitting again gives the same check, unless asked to check anew."""
    first = site.client.post("/api/v1/checks", json={"source": TEXT}).json()
    again = site.client.post("/api/v1/checks", json={"source": TEXT}).json()
    assert first["id"] == again["id"]


def test_checking_anew_loses_no_report(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where checking anew fails, the report that was there is still at its address."""
    place = site.client.post("/api/v1/checks", json={"source": TEXT}).headers["location"]
    site.client.get(f"{place}/events")
    before = site.client.get(f"{place}/report").text

    def fail(*_: object, **__: object) -> None:
        raise ModelError("the judge is not there")

    monkeypatch.setattr(site.engine, "check", fail)
    assert site.client.post("/api/v1/checks", json={"source": TEXT}).status_code == 200
    anew = site.client.post("/api/v1/checks", json={"source": TEXT, "again": True})
    assert anew.status_code == 202
    site.client.get(f"{place}/events")
    status = site.client.get(place).json()
    assert (status["state"], status["report"]) == ("failed", f"{place}/report")
    assert site.client.get(f"{place}/report").text == before
    page = site.client.get(place.removeprefix("/api/v1")).text
    assert "could not be checked anew: the judge is not there" in page
    assert "Claim by claim" in page


def test_a_report_that_cannot_be_stored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check whose report the store does not take has failed, and is not running for ever."""
    checks = site.engine.store.checks
    put = checks.put

    def picky(check: Check) -> None:
        if check.state is CheckState.DONE:
            raise ValueError("too large")
        put(check)

    monkeypatch.setattr(checks, "put", picky)
    place = site.client.post("/api/v1/checks", json={"source": TEXT}).headers["location"]
    site.client.get(f"{place}/events")
    assert "something went wrong on our side" in site.client.get(place).json()["error"]


def test_a_check_outlasts_a_store_that_is_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the store is away before or after the check, it is run again."""
    monkeypatch.setattr(jobs, "AWAY", 0.1)
    checks = site.engine.store.checks
    put, gone = checks.put, iter([False, True, False, True, True])

    def shaky(check: Check) -> None:
        if (check.stage in {"", "reading"}) and next(gone, False):
            raise StoreUnavailable("the store does not answer")
        put(check)

    monkeypatch.setattr(checks, "put", shaky)
    place = site.client.post("/api/v1/checks", json={"source": TEXT}).headers["location"]
    site.client.get(f"{place}/events")
    assert site.client.get(place).json()["state"] == "done"
    assert list(gone) == []


def test_one_line_is_a_claim(site: Site) -> None:
    """A claim may be shorter than any article, and need not end with a full stop."""
    source = "Two men died on the quay"
    place = site.client.post("/api/v1/checks", json={"source": source}).headers["location"]
    site.client.get(f"{place}/events")
    (finding,) = site.client.get(f"{place}/report").json()["findings"]
    assert finding["claim"]["text"] == f"{source}."


def test_one_line_that_is_no_claim(site: Site) -> None:
    """Words that are no sentence are told what they lack."""
    place = site.client.post("/api/v1/checks", json={"source": "port fire"}).headers["location"]
    site.client.get(f"{place}/events")
    assert "at least one whole sentence" in site.client.get(place).json()["error"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It rained.\nIt snowed.\n", "It rained.\r\nIt snowed."),
        ("http://127.0.0.1/a", "HTTP://127.0.0.1:80/a?utm_source=x#top"),
    ],
)
def test_the_same_article_is_one_check(site: Site, one: str, other: str) -> None:
    """Ends of lines, and what does not belong to an address, make no other check."""
    ids = {
        site.client.post("/api/v1/checks", json={"source": source}).json()["id"]
        for source in (one, other)
    }
    assert len(ids) == 1


def test_waiting_searches_hold_nothing_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """While 60 searches wait for their turn, everything else is answered."""
    go = threading.Event()

    def slow(*_: object) -> list[list[Hit]]:
        go.wait(30)
        return [[]]

    monkeypatch.setattr(site.engine.searcher, "search", slow)

    def look(_: int) -> int:
        return httpx.get(f"{site.url}/api/v1/search?q=port", timeout=60).status_code

    with ThreadPoolExecutor(60) as clients:
        answers = clients.map(look, range(60))
        try:
            for path in ("/healthz", "/status", "/static/app.css"):
                assert site.client.get(path, timeout=10).status_code == 200
        finally:
            go.set()
        assert set(answers) == {200}


def test_too_many_searches_are_told_to_come_back() -> None:
    """Who finds every place taken is refused at once, and let in when one is free again."""

    async def crowd() -> None:
        turns, go = Turns(1, 1), threading.Event()
        inside = [asyncio.create_task(turns.run(lambda: go.wait(30))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(HTTPException) as refused:
            await turns.run(lambda: True)
        assert refused.value.status_code == 503
        assert refused.value.headers == {"Retry-After": "10"}
        go.set()
        assert await asyncio.gather(*inside) == [True, True]
        assert await turns.run(lambda: True)

    asyncio.run(crowd())


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
        ("/api/v1/search?q=x&language=english", 400),
        ("/api/v1/nowhere", 404),
    ],
)
def test_errors_are_problem_details(site: Site, path: str, status: int) -> None:
    """Errors are RFC 9457 documents with their status."""
    answer = site.client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("value", ["20170414", "1491350400", "0", "2017-W14-3", "2017-4-14", ""])
def test_only_an_iso_day_is_a_day(site: Site, name: str, value: str) -> None:
    """A number is no time since 1970; what is asked for is told."""
    answer = site.client.get("/api/v1/search", params={"q": "x", name: value})
    assert answer.status_code == 422
    assert answer.json()["detail"] == f"{name}: this is not a day like 2017-04-14"
    assert site.client.get("/api/v1/search", params={"q": "x", name: "2017-04-14"}).is_success


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
    metrics = site.client.get("/metrics").text
    assert "python_info" in metrics
    assert "corroborate_articles 1.0" in metrics
    assert site.client.head("/healthz").status_code == 200


def test_every_answer_is_described(site: Site) -> None:
    """The OpenAPI document says of each call what it answers with."""
    document = site.client.get("/api/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for call in methods.values():
            for kind, said in call["responses"]["200"]["content"].items():
                assert kind != "application/json" or said["schema"], path


def test_lists_have_pages(site: Site) -> None:
    """Checks and passages can be taken in parts."""
    site.client.post("/api/v1/checks", json={"source": "It rained."})
    both = [c["id"] for c in site.client.get("/api/v1/checks").json()]
    parts = [
        c["id"]
        for offset in (0, 1)
        for c in site.client.get(f"/api/v1/checks?limit=1&offset={offset}").json()
    ]
    assert (len(both), parts) == (2, both)
    assert site.client.get("/api/v1/search?q=port&offset=1").json() == []


def test_feeds_keep_their_secrets(site: Site) -> None:
    """Neither the password nor the key in a feed's URL is told to visitors."""
    url = "https://user:sesame@a.example/feed?n=1&key=sesame"
    site.engine.store.feeds.put([Feed(url, failures=1, error=f"{url}: status 500")])
    article = replace(samples.article("fed"), feed=url)
    site.engine.store.articles.put([article])
    events = site.client.post("/api/v1/checks", json={"source": TEXT}).headers["location"]
    site.client.get(f"{events}/events")
    told = replace(samples.report().coverage, failing=(FailingFeed(url, "", url),))
    old = dumps(replace(samples.report(), coverage=told))
    site.engine.store.checks.put(Check("old", CheckState.DONE, MONDAY, "Old", "x", report=old))
    for path in (
        "/api/v1/feeds", "/feeds", "/feeds.opml", "/status", "/api/v1/articles/fed",
        f"{events}/report", "/api/v1/checks/old/report", "/checks/old", "/checks/old/report.md",
    ):  # fmt: skip
        text = site.client.get(path).text
        assert "a.example" in text, path
        assert "sesame" not in text, path


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST:8000", "[::1]:8000", "news.example"])
def test_our_names_are_answered(site: Site, host: str) -> None:
    """Addresses, localhost and the names of the settings are ours, however they are spelt."""
    assert site.client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_name_of_another_site_is_refused(site: Site) -> None:
    """A site whose name leads here reads nothing (DNS rebinding)."""
    answer = site.client.get("/api/v1/checks", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "CORROBORATE_HOSTS" in answer.json()["detail"]


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
