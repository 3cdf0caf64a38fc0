"""Stories of accounts: written, published, corrected, found, verified; rounds compared and summed up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

from sqlmodel import select

from tests.actions.publishing import plain_files
from tests.web.conftest import ROUND
from tracker.actions.documents import publish_circular
from tracker.actions.documents.verify_circular import Difference, Verification
from tracker.models import Circular, CircularFile

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors

_ACCOUNT = f"{ROUND}/account"


def publishing(visitors: Visitors) -> None:
    """Both kinds from the first draft to a correction, with what is refused on the way."""
    browser = visitors.coordinator
    for visitor in (browser, visitors.leader, visitors.unit):
        visitor.get("/circulars")
    browser.get(_ACCOUNT)
    for kind in ("report", "circular"):
        path = browser.post(_ACCOUNT, {"kind": kind}).location
        stale = browser.get(path).fields(action=path)
        words = {"overall": "All well.", "praise": "One.", "next_steps": "More."}
        browser.post(path, stale | words)
        browser.post(path, stale | words)
        browser.post(path, browser.get(path).fields(action=path) | {"title": " "})
        browser.get(_ACCOUNT)
        browser.get("/circulars")
        asked = browser.get(f"{path}/publish").fields(action=f"{path}/publish")
        _publish(visitors, path, asked | {"seen": "another"})
        _publish(visitors, path, asked)
        for page in (path, f"{path}/verify", f"{path}?done=account_stays", _ACCOUNT, "/circulars"):
            browser.get(page)
        browser.post(path, stale | words)
        browser.post(f"{path}/correct", {"reason": " "})
    second = browser.post(f"{path}/correct", {"reason": "One figure"}).location
    browser.post(f"{path}/correct", {"reason": "Again"})
    for page in (path, second, _ACCOUNT, "/circulars"):
        browser.get(page)
    asked = browser.get(f"{second}/publish").fields(action=f"{second}/publish")
    _publish(visitors, second, asked | {"data": "kept"})
    browser.post(f"{path}/correct", {"reason": "Too late"})
    for visitor in (browser, visitors.leader, visitors.unit):
        for page in (path, f"{path}/page", second, "/circulars", "/circulars?q=nothing", _ACCOUNT):
            visitor.get(page)
    _damage(visitors, second)


def comparing(visitors: Visitors) -> None:
    for query in ("", "?from=2024Q2&to=2024Q3", "?from=2024Q3&to=2024Q3", "?from=2030Q1"):
        visitors.coordinator.get(f"/lists/example/compare{query}")


def summing_up(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get("/lists/example/summaries")
    for span in ("2024H2", "2030", "2024Q9"):
        draft = browser.post("/lists/example/summaries", {"span": span})
        if draft.status == 303:
            browser.get(draft.location)
            browser.get(f"{draft.location}/publish")
    for visitor in (browser, visitors.leader):
        visitor.get("/lists/example/summaries")
    browser.get("/circulars?done=account_discarded")


def _publish(visitors: Visitors, path: str, fields: dict[str, str]) -> None:
    with mock.patch.object(publish_circular, "render_files", plain_files):
        answer = visitors.coordinator.post(f"{path}/publish", fields)
    if answer.status == 303:
        visitors.coordinator.get(answer.location)


def _damage(visitors: Visitors, path: str) -> None:
    """A figure that would be counted otherwise, then changed files and data; put right again."""
    browser, database = visitors.coordinator, visitors.pages.database
    other = Verification(
        is_data_whole=True, damaged_files=(), differences=(Difference("counts.filed", "1", "2"),)
    )
    with mock.patch("tracker.web.documents.circular_pages.verify_circular", return_value=other):
        browser.get(f"{path}/verify")
    number = int(path.rpartition("/")[2])
    kept: list[bytes | None] = []
    for content in (b"forged", None):
        with database.transaction() as session:
            file = session.exec(
                select(CircularFile).where(CircularFile.circular_id == number, CircularFile.form == "docx")
            ).one()
            circular = session.get_one(Circular, number)
            if content is not None:
                kept = [file.content, circular.data]
            file.content, circular.data = content or kept[0] or b"", content or kept[1]
            session.add_all([file, circular])
        for tail in ("/verify", "/files/docx"):
            browser.get(f"{path}{tail}")
