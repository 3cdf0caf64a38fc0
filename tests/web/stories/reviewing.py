"""Stories of reviewing: one text, a queue, the unit above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.actions.gathering import gather
from tests.web.conftest import FILING, ROUND
from tests.web.filing.test_filing_pages import Sheet
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.models import (
    OrgUnit,
    ReportingRound,
)
from tracker.store.obligation_list import StateWord, TimingWord

if TYPE_CHECKING:
    from tests.web.conftest import Pages
    from tests.web.stories.visitors import Visitors


def reviewing(visitors: Visitors) -> None:
    browser, path, other = visitors.coordinator, visitors.obligation("1"), visitors.obligation("2")
    version = browser.get(path).fields(action=f"{path}/return")
    for act, data in (
        ("return", version | {"reason": " "}),
        ("return", version | {"reason": "please add numbers"}),
        ("accept", version),
    ):
        browser.post(f"{path}/{act}", data)
    for data in ({"reason": "dissolved"}, {"reason": "", "is_sure": "1"}, {"reason": "over", "is_sure": "1"}):
        browser.post(f"{other}/exempt", data)
    for visitor in (visitors.unit, browser):
        for page in (path, other, FILING, "/", f"{ROUND}?view=matrix"):
            visitor.get(page)
    Sheet(visitors.pages, visitors.unit).send("one-1", {"1": "with numbers"})
    browser.post(f"{path}/accept", browser.get(path).fields(action=f"{path}/accept"))
    browser.get(path)
    for word in StateWord:
        browser.get(f"{ROUND}/obligations?state={word}")
    for timing in TimingWord:
        browser.get(f"{ROUND}/obligations?state=nil&timing={timing}")
    browser.get(f"{FILING}?unit=甲县")


def working_off_a_queue(visitors: Visitors) -> None:
    browser, queue, pages = visitors.coordinator, f"{ROUND}/review", visitors.pages
    browser.get(queue)
    file_below(pages, "1", "nothing to tell", is_nil=True)
    number = file_below(pages, "2", "高度重视，加强领导，扎实推进各项工作。")
    form = browser.get(queue).fields(action=f"{queue}?page=1")
    ticked = form | {"which": "tick", "tick": str(number)}
    for act, data in (
        ("", {"act": f"return-{number}"}),
        ("/confirm", {"which": "clean"}),
        ("/confirm", ticked),
        ("", {"act": f"return-{number}", f"reason-{number}": "please add numbers"}),
        ("", ticked | {"act": "all"}),
        ("/confirm", ticked),
    ):
        browser.post(queue + act, form | data)
    file_below(pages, "2", "with numbers")
    for query in ("", "?flagged=1", "?nil=yes", "?said=accepted_many&count=2", "?said=returned_untold"):
        browser.get(queue + query)


def gathering(visitors: Visitors) -> None:
    """甲县 reads what 乙县 files."""
    pages, address = visitors.pages, "/gathering/example/2024Q3"
    county = pages.example.county_b.id
    with pages.database.transaction() as session:
        gather(session, session.get_one(ReportingRound, pages.example.round.id))
        session.get_one(OrgUnit, county).parent_id = pages.example.county_a.id
    number = file_below(pages, "1", "written")
    for path in (f"{ROUND}/review", f"{ROUND}/review?above=1", f"/obligations/{number}"):
        visitors.coordinator.get(path)
    unit = visitors.unit
    unit.get("/")
    form = unit.get(address).fields(action=f"{address}?page=1")
    unit.post(f"{address}/confirm", form | {"which": "tick", "tick": str(number)})
    unit.post(address, form | {"act": f"accept-{number}"})
    unit.get(address)
    visitors.coordinator.get(f"/obligations/{number}")
    with pages.database.transaction() as session:
        session.get_one(OrgUnit, county).parent_id = None


def file_below(pages: Pages, number: str, text: str, *, is_nil: bool = False) -> int:
    """What 乙县 files; the number of the obligation."""
    example = pages.example
    task = next(task for task in example.tasks if task.number == number)
    with pages.database.transaction() as session:
        reporting_round = session.get_one(ReportingRound, example.round.id)
        filing = Filing(task, text, is_nil=is_nil)
        filer, unit = example.filer(example.county_b), example.county_b
        submit(session, filer, reporting_round, unit, [filing], pages.now)
    return pages.obligations(example.county_b.id)[number].id or 0
