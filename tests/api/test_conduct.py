"""Findings and appeals through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.api.conftest import ROUND, error_of

if TYPE_CHECKING:
    import httpx

    from tests.api.conftest import ApiSite

OWN = f"{ROUND}/units/me/obligations/1"
OF_A = f"{ROUND}/units/甲县/obligations/1"
LATE = {"fault": "late", "words": "停电"}


def test_a_late_text_is_appealed_and_struck_out(site: ApiSite, clients: dict[str, httpx.Client]) -> None:
    unit, office = clients["a"], clients["office"]
    error_of(unit.post(f"{OWN}/appeals", json=LATE), 409)
    site.now += timedelta(days=22)
    # Silence is at fault once it was due.
    assert unit.get(f"{OWN}/conduct").json()["faults"] == ["missing"]
    site.file("a", 1, "推进中。")
    asked = unit.post(f"{OWN}/appeals", json=LATE)
    assert asked.status_code == 200, asked.text
    assert asked.json()["faults"] == ["late"]
    (appeal,) = asked.json()["appeals"]
    assert (appeal["fault"], appeal["state"], appeal["words"]) == ("late", "asked", "停电")
    assert error_of(unit.post(f"{OWN}/appeals", json=LATE), 409)["number"] == appeal["number"]
    waiting = office.get("/lists/example/appeals").json()
    assert (waiting["count"], waiting["appeals"][0]["unit"]) == (1, "甲县")
    decision = f"/appeals/{appeal['number']}/decision"
    error_of(unit.post(decision, json={"outcome": "upheld", "decision": "属实"}), 403)
    error_of(office.post(decision, json={"outcome": "taken_back", "decision": "属实"}), 409)
    error_of(office.post(decision, json={"outcome": "upheld", "decision": " "}), 422)
    upheld = office.post(decision, json={"outcome": "upheld", "decision": "属实"})
    assert upheld.json()["state"] == "upheld"
    assert unit.get(f"{OWN}/conduct").json()["faults"] == []
    assert office.get("/lists/example/appeals", params={"state": "upheld"}).json()["count"] == 1
    assert office.get("/lists/example/appeals", params={"state": "upheld", "page": 2}).json()["appeals"] == []
    office.post(decision, json={"outcome": "taken_back", "decision": "再查"})
    assert unit.get(f"{OWN}/conduct").json()["faults"] == ["late"]
    excused = office.post(f"{OF_A}/excuses", json={"fault": "late", "reason": "查实"})
    assert excused.json()["faults"] == []


def test_a_finding_is_made_of_the_version_that_was_read(
    site: ApiSite, clients: dict[str, httpx.Client]
) -> None:
    unit, office = clients["a"], clients["office"]
    site.file("a", 1, "高度重视。")
    error_of(unit.post(f"{OWN}/finding", json={"reason": "空", "version": 1}), 403)
    error_of(office.post(f"{OF_A}/finding", json={"reason": "空", "version": 2}), 409)
    found = office.post(f"{OF_A}/finding", json={"reason": "空", "version": 1}).json()
    assert found["faults"] == ["no_substance"]
    assert unit.get(f"{OWN}/conduct").json()["findings"][0]["reason"] == "空"
    withdrawn = office.delete(f"{OF_A}/finding").json()
    assert withdrawn["faults"] == []
    assert withdrawn["findings"][0]["withdrawn_at"]
    error_of(office.delete(f"{OF_A}/finding"), 409)
    error_of(unit.get("/lists/example/appeals"), 404)
