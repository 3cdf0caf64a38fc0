"""Stories of duties: given away, finished, instructed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.web.conftest import FILING

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


def _third(visitors: Visitors) -> str:
    """The address of 乙县's third task."""
    return f"/obligations/{visitors.pages.obligations(visitors.pages.example.county_b.id)['3'].id}"


def _with_third(visitors: Visitors, path: str, data: dict[str, str]) -> None:
    visitors.coordinator.post(path, data)
    for page in (f"{_third(visitors)}/duties", _third(visitors), "/lists/example"):
        visitors.coordinator.get(page)
    visitors.unit.get(FILING)


def moving_a_task(visitors: Visitors) -> None:
    """乙县's third task goes to 甲县."""
    third, taker = _third(visitors), str(visitors.id_of("甲县"))
    for data in (
        {"form": "reassign", "unit": "", "reason": "new duties"},
        {"unit": taker, "reason": "new duties", "is_lasting": "1"},
    ):
        _with_third(visitors, f"{third}/reassign", data)
    _with_third(visitors, f"{third}/restore", {"reason": "by mistake"})


def taking_a_task_back(visitors: Visitors) -> None:
    third, taker = _third(visitors), str(visitors.id_of("甲县"))
    for _ in range(2):
        _with_third(visitors, "/reassignments/1/undo", {})
    _with_third(visitors, f"{third}/reassign", {"unit": taker, "reason": "again", "tells": "1"})


def finishing_a_task(visitors: Visitors) -> None:
    browser, unit, second = visitors.coordinator, visitors.unit, visitors.obligation("2")
    for evidence in (" ", "finished in May", "again"):
        unit.post(f"{second}/closeout/ask", {"evidence": evidence})
        unit.get(f"{second}/duties")
    for act, reason in (("refuse", " "), ("refuse", "no papers"), ("close", "late")):
        browser.post(f"/closeouts/1/{act}", {"reason": reason})
        unit.get(second)
    browser.post(f"{second}/closeout/close", {"evidence": "finished", "scope": "unit", "exempts": "1"})
    for page in ("/lists/example/closeouts", "/lists/example", f"{second}/duties", second):
        browser.get(page)


def reopening_a_task(visitors: Visitors) -> None:
    browser, second = visitors.coordinator, visitors.obligation("2")
    for path, data in (
        (f"{second}/restore", {"reason": "still to tell"}),
        ("/closeouts/2/reopen", {"reason": "not yet"}),
        (f"{second}/closeout/close", {"evidence": "finished", "scope": "all"}),
    ):
        browser.post(path, data)
        for page in ("/lists/example/closeouts", "/lists/example", f"{second}/duties", second):
            browser.get(page)


def instructing(visitors: Visitors) -> None:
    pages, browser, unit = visitors.pages, visitors.coordinator, visitors.unit
    form = {"text": "hurry", "instructed_by": "Somebody", "instructed_on": "2024-10-02", "list": "example"}
    form |= {"task": "1", "units": str(visitors.id_of("甲县"))}
    browser.get("/instructions/new?list=example&task=1")
    for values in ({"due_on": "soon"}, {"due_on": "2024-10-12", "task": "99"}, {"due_on": "2024-10-13"}):
        browser.post("/instructions", form | values)
    page = "/instructions/1"
    for visitor, act, data in (
        (browser, "close", {}),
        (unit, "reply", {"text": " "}),
        (unit, "reply", {"text": "it is done"}),
        (browser, "further", {"text": "how much", "due_on": "2024-10-13"}),
        (unit, "reply", {"text": "nine tenths"}),
        (browser, "close", {}),
        (unit, "reply", {"text": "ten tenths"}),
    ):
        for seen in (page, "/instructions", "/", visitors.obligation("1")):
            browser.get(seen)
            unit.get(seen)
        visitor.post(f"{page}/{act}", data)
    before, pages.now = pages.now, pages.now + timedelta(days=30)
    browser.post("/instructions", form | {"due_on": "2024-12-02"})
    pages.now += timedelta(days=40)
    for seen in ("/instructions", "/instructions?state=overdue"):
        browser.get(seen)
    unit.get("/")
    pages.now = before
