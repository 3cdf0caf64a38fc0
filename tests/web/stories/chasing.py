"""Stories of chasing: reminders, extensions, pauses, lateness."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.actions.reminding import FIRST_AFTER
from tests.web.conftest import FILING, ROUND
from tests.web.english import EnglishBrowser
from tests.web.filing.test_filing_pages import Sheet
from tracker.models import (
    OutgoingMail,
    key,
)

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


def reminding(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get("/mails")
    for query in ("?kind=opening", "", f"?unit={visitors.id_of('乙县')}"):
        form = browser.get(f"{ROUND}/remind{query}").fields(action=f"{ROUND}/remind")
        browser.post(f"{ROUND}/remind", form | {"with_form": "1"})
        browser.post(f"{ROUND}/remind", form)
    browser.post(f"{ROUND}/chasing", {})
    browser.post(f"{ROUND}/chasing", {"is_chasing": "1"})
    with visitors.pages.database.reading() as session:
        mails = [key(mail) for mail in session.exec(select(OutgoingMail))]
    for mail in mails:
        browser.get(f"/mails/{mail}")
    visitors.unit.get(FILING)


def chasing(visitors: Visitors) -> None:
    browser, unit = visitors.coordinator, str(visitors.id_of("甲县"))
    for path, data in (
        ("extensions", {"form": "extension", "unit": unit, "until": "2024-10-06", "reason": "flood"}),
        ("extensions", {"form": "extension", "unit": unit, "until": "2025-01-07", "reason": "flood"}),
        ("extensions", {"form": "extension", "unit": unit, "until": "soon", "reason": "flood"}),
        ("extensions", {"unit": unit, "until": "2024-10-10", "reason": " "}),
        ("extensions", {"unit": "", "until": "2024-10-10", "reason": "flood"}),
        ("extensions", {"unit": unit, "until": "2024-10-10", "reason": "flood"}),
        ("pauses", {"form": "pause", "unit": unit, "last_on": "2024-10-02", "reason": "new people"}),
        ("pauses", {"unit": unit, "scope": "all", "last_on": "2024-10-09", "reason": "new people"}),
        ("pauses", {"unit": unit, "reason": "of this round"}),
        ("moves", {"form": "move", "rung": "1", "planned_on": "2024-10-13", "reason": "a meeting"}),
        ("moves", {"form": "move", "rung": "99", "planned_on": "2024-10-09", "reason": "a meeting"}),
        ("moves", {"rung": "1", "planned_on": "2024-10-09", "reason": "a meeting"}),
        ("extensions/1/revoke", {}),
        ("extensions/1/revoke", {}),
        ("pauses/1/end", {}),
        ("pauses/1/end", {}),
    ):
        browser.post(f"{ROUND}/{path}", data)
        for page in (f"{ROUND}/chasing", ROUND):
            browser.get(page)
        for page in ("/", FILING):
            visitors.unit.get(page)


def being_late(visitors: Visitors) -> None:
    """After the due day: late texts, and units to be interviewed."""
    pages = visitors.pages
    before, pages.now = pages.now, FIRST_AFTER + timedelta(days=14)
    for page in (f"{ROUND}/interviews", ROUND, f"{ROUND}?view=tasks", f"{ROUND}/chasing", f"{ROUND}/remind"):
        visitors.coordinator.get(page)
    late = Sheet(pages, EnglishBrowser(pages.app, cookies=pages.as_("乙县").cookies))
    late.send("one-1", {"1": "late"})
    visitors.coordinator.get(f"{ROUND}/obligations?timing=late")
    for page in ("/", FILING):
        visitors.unit.get(page)
    pages.now = before
