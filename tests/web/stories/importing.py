"""Stories of lists: imported, read, compared, their rules changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.web.lists.test_import_pages import RHYTHMS, settle, store, uploaded
from tests.web.places import OFFICE
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


HEADER: Final = "序号,具体措施,责任单位\n"
# A guess, a collective, near names and an unknown unit; a task without units.
FIRST: Final = (
    HEADER + "1,First task,市新设局、市示例局\n2,Second task,无\n3,Third task,市新设办局、各县人民政府\n"
    "4,Only a collective,各县人民政府\n"
)
# One reworded, one gone, one moved, one more; two quantities.
SECOND: Final = (
    HEADER + "1,First task in other words,市新设局、市示例局\n2,Third task,市新设办局、各县人民政府\n"
    "3,到2024年培训脱贫劳动力不少于4500人次。,市示例局\n4,Fourth task,市示例局\n"
)
TWICE: Final = HEADER + "1,First,市示例局\n1,Second,市示例局\n"
RULES: Final = {"slug": "plan", "title": "Plan", "period_type": "quarter", "due_day": "6"}
BUNDLED: Final = "yuxi-145-2021-2025"
_ROWS: Final = {"units-2": "市补写局", "lead-1": "市示例局", "group-各县人民政府": "county"}


def importing(visitors: Visitors) -> None:
    browser = visitors.coordinator
    for name, content in (("plan.exe", b"MZ"), ("plan.xlsx", b"PK\x03\x04"), ("plan.txt", b"")):
        browser.post("/lists/import", files={"file": (name, content)})
    browser.post("/lists/import")
    store(browser, uploaded(browser, "twice.csv", TWICE.encode()))
    address = uploaded(browser, "plan.csv", FIRST.encode())
    browser.get("/lists/import")
    wrong = {"title": " ", "slug": "../x y", "due_day": "31", "character_limit": "0", "first_year": "24"}
    store(browser, address)
    store(browser, address, **wrong, **{"last_year": "1999", "lead": "nobody", "lead-1": "乙县"})
    store(browser, address, **RULES | {"due_day": "", "due_dates": "30 February"})
    # Rules set right, and rows; units that nobody has seen yet are shown first.
    years = {"first_year": "", "last_year": "", "due_dates": ""}
    store(browser, address, **RULES, **_ROWS, **years, character_limit="300", lead="first")
    assert store(browser, address).status == 303
    rhythms = uploaded(browser, "rhythms.txt", RHYTHMS.encode())
    settle(browser, rhythms, act="period-quarter")
    browser.post(f"{rhythms}/discard")
    address = uploaded(browser, "plan.csv", SECOND.encode())
    browser.get(address)
    settle(browser, address, **RULES, replaces="1", confirms_indicators="1")
    store(browser, address, **{"continues-1": "9"})
    assert store(browser, address, **{"continues-1": "1"}).status == 303


def reading_lists(visitors: Visitors) -> None:
    """A plan with tables of indicators, in two versions."""
    pages = visitors.pages
    content = load_list(pages.settings, BUNDLED)
    first = replace(content.tasks[0], content=content.tasks[0].content + " More.")
    with pages.database.transaction() as session:
        import_list(session, OFFICE, content, pages.now)
    changed = replace(content, tasks=(first, *content.tasks[1:-1]), rows=content.rows[:-1])
    with pages.database.transaction() as session:
        import_list(session, OFFICE, changed, pages.now)
    browser = visitors.coordinator
    for slug in (BUNDLED, "plan"):
        for page in ("", "?version=1", "/changes", "/changes?to=2", "/changes?from=2&to=1", "/indicators"):
            browser.get(f"/lists/{slug}{page}")
    page = browser.get(f"/lists/{BUNDLED}/indicators").page
    for act, button in (("dismiss", "dismiss"), ("confirm", "confirm")):
        value = page.xpath(f"//button[@name='{button}']/@value")[0]
        browser.post(f"/lists/{BUNDLED}/indicators", {"version": "2", act: value})
    for state in ("proposed", "confirmed", "dismissed"):
        browser.get(f"/lists/{BUNDLED}/indicators?state={state}")
    source = content.definition.document
    browser.get(uploaded(browser, source.name, source.read_bytes()))


def changing_rules(visitors: Visitors) -> None:
    browser, path = visitors.coordinator, "/lists/example/rules"
    same = browser.get(path).fields(action=f"{path}/preview") | {"filers": "lead"}
    for changed in (
        {"due_day": "40", "due_month": "0", "ladder": "x", "remind_at": "x", "filers": "x", "mailbox": "x"},
        {"due_day": "", "due_dates": "3-25", "character_limit": "0", "open_before": "x", "close_after": "x"},
        {"due_day": "7", "due_dates": "1-1、2-2、3-3、4-4"},
        {"due_day": "8", "ladder": "open、-3、0、2", "remind_at": "8:00", "asks_assessment": "1"},
    ):
        preview = browser.post(f"{path}/preview", same | changed)
    browser.post(f"{path}/preview", same | {"due_day": "1"})
    browser.post(path, same | {"shown": "other"})
    browser.post(path, preview.fields(action=path))
    browser.get(path)


def reading_what_is_bundled(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get("/lists/bundled")
    for name in (BUNDLED, "nothing"):
        browser.get(f"/lists/bundled/{name}")
