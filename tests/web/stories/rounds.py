"""Stories of rounds: opened, watched, searched, closed; and of the calendar."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tests.domain.notices import NOTICES
from tests.web.conftest import FILING, ROUND
from tests.web.filing.test_filing_pages import Sheet
from tests.web.rounds.test_leader_pages import add_indicator
from tracker.actions.search.index_texts import index_texts
from tracker.domain.assessment import Assessment
from tracker.models import (
    Obligation,
    ProgressUpdate,
    ReportedValue,
    key,
)

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


def changing_the_calendar(visitors: Visitors) -> None:
    browser = visitors.administrator
    wrong = NOTICES[2026].replace("共9天", "共8天")
    day = {"what": "day", "day": "2024-10-08", "as": "off", "name": "Holiday"}
    for year, data in (
        (2026, {"what": "notice", "text": wrong}),
        (2027, {"what": "notice", "text": NOTICES[2026]}),
        (2026, {"what": "notice", "text": "not a notice"}),
        (2024, day | {"day": "8 October"}),
        (2024, day),
        (2027, {"what": "forget"}),
    ):
        browser.post(f"/calendar/{year}/preview", data)
    first = browser.post("/calendar/2024/preview", day)
    second = browser.post("/calendar/2024/preview", day | {"day": "2024-10-09"})
    forget = browser.post("/calendar/2025/preview", {"what": "forget"})
    for year, previewed in ((2024, second), (2024, first), (2025, forget)):
        browser.post(f"/calendar/{year}", previewed.fields(action=f"/calendar/{year}"))
    for path in ("/calendar/2024", "/calendar/2025", "/calendar/2030", "/lists/example/calendar/2024"):
        for visitor in (browser, visitors.coordinator):
            visitor.get(path)


def searching(visitors: Visitors) -> None:
    """For what is filed and what is not, indexed or not."""
    browser = visitors.unit
    Sheet(visitors.pages, browser).send("one-1", {"1": "searched for"})
    index_texts(visitors.pages.database, visitors.pages.now, at_most=1000)
    for reader in (browser, visitors.coordinator):
        for query in ("", "?q=searched", "?q=nowhere", "?q=nowhere&old=1", "?q=1&period=2024Q3"):
            reader.get(f"/search{query}")


def opening(visitors: Visitors) -> None:
    browser = visitors.coordinator
    preview = browser.get("/rounds/open?list=example&period=2024Q2")
    browser.post("/rounds/open", preview.fields(action="/rounds/open"))
    browser.get("/rounds/open?list=example&period=2030Q2")
    for page in ("", "?view=tasks", "/chasing", "/remind", "/interviews"):
        browser.get(f"/rounds/example/2024Q2{page}")


def watching(visitors: Visitors) -> None:
    """The board under filters, and the leader's page with everything that may stand on it."""
    pages, browser = visitors.pages, visitors.coordinator
    before, pages.now = pages.now, pages.now + timedelta(days=10)
    for query in (
        "state=missing",
        "kind=county&timing=late",
        "view=matrix&state=exempt",
        "view=trend&measure=1",
    ):
        browser.get(f"{ROUND}?{query}")
    for seen in (f"{ROUND}/obligations?kind=county&measure=1", "/leader/example/2024Q3", "/"):
        browser.get(seen)
    with pages.database.transaction() as session:
        for update in session.exec(select(ProgressUpdate)):
            update.assessment = Assessment.BEHIND
        led = add_indicator(session, pages, 1, "Indicator one", "200", lineage=901, unit="km")
        shared = add_indicator(session, pages, 2, "Indicator two", "90", lineage=902, unit="km")
        add_indicator(session, pages, 2, "Indicator three", "90", lineage=903, unit="km")
        for update, owed in session.exec(
            select(ProgressUpdate, Obligation).where(
                col(ProgressUpdate.obligation_id) == col(Obligation.id),
                col(ProgressUpdate.version) == col(Obligation.version),
            )
        ):
            for indicator in (led, shared):
                if owed.task_id == indicator.task_id:
                    session.add(
                        ReportedValue(update_id=key(update), indicator_id=key(indicator), value=Decimal(5))
                    )
    browser.get("/leader/example/2024Q3")
    pages.now = before


def closing(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get(f"{ROUND}/close")
    fields = visitors.unit.get(FILING).fields(action=FILING)
    browser.post(f"{ROUND}/close")
    browser.post(f"{ROUND}/close")
    visitors.unit.post(FILING, fields | {"act": "all"})
    for page in ("", "?view=matrix", "/chasing", "/remind", "/interviews", "/close"):
        browser.get(ROUND + page)
    for page in ("/", FILING):
        visitors.unit.get(page)
