"""Stories of what counts against a unit: a finding, appeals, an excuse, the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.conftest import FILING, ROUND
from tests.web.stories.reviewing import file_below

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors

_APPEALS = "/lists/example/appeals"
_FAULTS = ("missing", "late", "no_substance", "returned")


def being_found_out(visitors: Visitors) -> None:
    browser, unit, first = visitors.coordinator, visitors.unit, visitors.obligation("1")
    for reason in (" ", "nothing said", "again"):
        browser.post(f"{first}/finding", {"reason": reason, "form": "finding"})
    for visitor in (unit, browser):
        visitor.get(first)
        visitor.get(f"{FILING}?unit=甲县")


def appealing(visitors: Visitors) -> None:
    """Whatever the stories before have left of 甲县's tasks: all is asked, and what is not there is refused."""
    for path in (visitors.obligation("1"), visitors.obligation("2")):
        for fault in ("", *_FAULTS, "no_substance"):
            data = {"fault": fault, "reason": "in the mail", "form": "appeal"}
            visitors.unit.post(f"{path}/appeal", data)
        visitors.unit.post(f"{path}/appeal", {"fault": "returned", "reason": " ", "form": "appeal"})
        visitors.unit.get(path)
    for page in (_APPEALS, "/", "/lists/example", visitors.obligation("1")):
        visitors.coordinator.get(page)


def answering_appeals(visitors: Visitors) -> None:
    browser, first = visitors.coordinator, visitors.obligation("1")
    for act, reason in (("uphold", " "), ("takeback", "soon"), ("refuse", "not seen"), ("uphold", "late")):
        browser.post(f"/appeals/1/{act}", {"reason": reason})
    browser.post("/appeals/2/uphold", {"reason": "seen"})
    for fault in ("", *_FAULTS):
        browser.post(f"{first}/excuse", {"fault": fault, "reason": "power cut", "form": "excuse"})
    browser.post("/appeals/2/takeback", {"reason": "not so"})
    for _ in range(2):
        browser.post(f"{first}/finding/withdraw", {})
    for state in ("asked", "upheld", "refused"):
        browser.get(f"{_APPEALS}?state={state}")
        visitors.leader.get(f"{_APPEALS}?state={state}")
    for visitor in (visitors.unit, browser):
        visitor.get(first)


def finding_in_the_queue(visitors: Visitors) -> None:
    browser, queue = visitors.coordinator, f"{ROUND}/review"
    number = file_below(visitors.pages, "1", "nothing to tell")
    form = browser.get(queue).fields(action=f"{queue}?page=1")
    for act, reason in (("find", " "), ("find", "no numbers"), ("find", "again"), ("withdraw", "")):
        done = browser.post(f"{queue}?page=1", form | {"act": f"{act}-{number}", f"nothing-{number}": reason})
        if done.status == 303:
            browser.get(done.location)


def ranking(visitors: Visitors) -> None:
    for visitor in (visitors.leader, visitors.coordinator):
        visitor.get(f"{ROUND}/ranking")
        for fault in _FAULTS:
            visitor.get(f"{ROUND}/obligations?fault={fault}")
            visitor.get(f"{ROUND}/obligations?fault={fault}&struck=1")
