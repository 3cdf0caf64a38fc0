"""axe-core on a site with much in it: every state, the longest names and texts, lists that scroll; at both widths, in
both languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import pytest

from tests.web.axe import NEEDS_AXE, Shown, open_site
from tests.web.conftest import ROUND
from tests.web.english import EnglishBrowser
from tests.web.filing.test_filing_pages import Sheet
from tests.web.full_site import LATIN_NAME, LONG_NAME, LONG_TEXT, grow
from tests.web.lists.test_import_pages import uploaded
from tests.web.places import address_of
from tests.web.stories import Visitors
from tests.web.stories.importing import BUNDLED, HEADER
from tests.web.test_access import MATRIX, ROLES
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.web.client import Answer

pytestmark = NEEDS_AXE

LANGUAGES: Final = ("zh_CN", "en")
# Of a leader's pages only those that are no coordinator's too.
_LEADERS: Final = ("/", "/leader/{slug}/{period}", "/rounds/{slug}/{period}")
MORE: Final = (
    *(
        ("统筹", f"{ROUND}/{rest}")
        for rest in ("review?above=1", "review?flagged=1", "?kind=county&state=missing")
    ),
    *(("统筹", f"{ROUND}/obligations?state={state}") for state in ("missing", "returned", "filed", "exempt")),
    *(("统筹", f"/lists/{BUNDLED}{rest}") for rest in ("", "/indicators", "/indicators?state=proposed")),
    *(
        ("统筹", path)
        for path in (f"/lists/bundled/{BUNDLED}", "/search?q=数字", "/instructions?state=overdue")
    ),
    *(("甲县", path) for path in ("/gathering/example/2024Q3", "/filing/example/2024Q1", "/search?q=数字")),
)
_MANY: Final = 300


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, template_file: Path) -> Iterator[Shown]:
    with open_site(tmp_path_factory.mktemp("axe-full"), template_file) as shown:
        grow(shown.pages)
        yield shown


@pytest.mark.parametrize("route", [path for method, path in MATRIX if method == "GET"])
def test_nothing_grave_where_there_is_much(shown: Shown, route: str) -> None:
    path = address_of(route, shown.places)
    allowed = {who for who, status in zip(ROLES, MATRIX["GET", route], strict=True) if status == 200}
    looking = allowed & {"甲县"} | allowed & ({"领导"} if route in _LEADERS else set())
    looking |= {"统筹"} & allowed or {"管理"} & allowed or {""} & allowed
    found = [
        complaint
        for who in sorted(looking)
        if shown.is_page(who, path)
        for language in LANGUAGES
        for complaint in shown.complaints(who, path, language)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("who", "path"), MORE)
def test_nothing_grave_beside_the_routes(shown: Shown, who: str, path: str) -> None:
    assert shown.window(who, "zh_CN").context.request.get(path).status == 200
    found = [complaint for language in LANGUAGES for complaint in shown.complaints(who, path, language)]
    assert not found, "\n".join(found)


def test_nothing_grave_on_units_with_the_longest_names(shown: Shown) -> None:
    with shown.pages.database.reading() as session:
        numbers = [unit_by_name(session, name).id for name in (LONG_NAME, LATIN_NAME)]
    found = [
        complaint
        for number in numbers
        for path in (f"/units/{number}", f"/units/{number}/merge", f"{ROUND}/remind?unit={number}")
        for complaint in shown.complaints("统筹", path)
    ]
    assert not found, "\n".join(found)


def _table(header: str, row: str) -> bytes:
    return "\n".join([header, *(row.format(number=number) for number in range(_MANY))]).encode()


def _contacts(visitors: Visitors) -> Answer:
    file = ("contacts.csv", _table("单位,姓名,邮箱", f"{LONG_NAME}{{number}},某人,wrong"))
    return visitors.coordinator.post("/contacts/import", files={"file": file})


def _people(visitors: Visitors) -> Answer:
    file = ("people.csv", _table("用户名,角色", "person{number},国王"))
    return visitors.administrator.post("/people/import", files={"file": file})


def _units(visitors: Visitors) -> Answer:
    file = ("units.csv", _table("名称,类别", "示例单位{number},王国"))
    return visitors.coordinator.post("/units/import", files={"file": file})


def _preview(visitors: Visitors) -> Answer:
    """Every row twice, with a content as long as a page."""
    rows = "".join(f"{number},{LONG_TEXT * 2},市示利{number}局、{LONG_NAME}\n" * 2 for number in range(8))
    browser = visitors.coordinator
    return browser.get(uploaded(browser, "plan.csv", (HEADER + rows).encode()))


def _too_long(visitors: Visitors) -> Answer:
    return Sheet(visitors.pages, visitors.unit).send("one-1", {"1": LONG_TEXT * 3})


def _conflict(visitors: Visitors) -> Answer:
    """Two windows on the first task."""
    pages = visitors.pages
    first = Sheet(pages, visitors.unit)
    second = Sheet(pages, EnglishBrowser(pages.app, cookies=pages.as_("甲县").cookies))
    assert first.send("one-1", {"1": LONG_TEXT[:280]}).status == 303
    answer = second.send("one-1", {"1": LONG_TEXT[5:290]})
    assert answer.status == 409
    return answer


def _returned_without_reason(visitors: Visitors) -> Answer:
    path = f"{ROUND}/review"
    browser = visitors.coordinator
    form = browser.get(path).fields(action=f"{path}?page=1")
    number = next(name for name in form if name.startswith("version-")).removeprefix("version-")
    answer = browser.post(path, form | {"act": f"return-{number}"})
    assert answer.status == 422
    return answer


def _all_to_be_confirmed(visitors: Visitors) -> Answer:
    path = f"{ROUND}/review"
    form = visitors.coordinator.get(path).fields(action=f"{path}?page=1")
    number = next(name for name in form if name.startswith("version-")).removeprefix("version-")
    return visitors.coordinator.post(f"{path}/confirm", form | {"which": "tick", "tick": number})


def _merge(visitors: Visitors) -> Answer:
    number, other = visitors.id_of(LONG_NAME), visitors.id_of(LATIN_NAME)
    return visitors.coordinator.get(f"/units/{number}/merge?into={other}")


def _closing(visitors: Visitors) -> Answer:
    """Of the first task of the first unit, without a word of evidence."""
    return visitors.coordinator.post("/obligations/1/closeout/close", {"evidence": " ", "scope": "unit"})


ANSWERS: Final = (
    *(_contacts, _people, _units, _preview, _too_long, _conflict, _returned_without_reason),
    *(_all_to_be_confirmed, _merge, _closing),
)


@pytest.mark.parametrize("act", ANSWERS, ids=[act.__name__.strip("_") for act in ANSWERS])
def test_nothing_grave_in_an_answer(shown: Shown, act: Callable[[Visitors], Answer]) -> None:
    # Chromium's driver has an event loop in this thread.
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(lambda: act(Visitors(shown.pages))).result()
    assert answer.status in {200, 409, 422}
    found = shown.complaints_of_answer(act.__name__, answer)
    assert not found, "\n".join(found)
