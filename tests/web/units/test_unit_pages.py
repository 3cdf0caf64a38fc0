"""The pages of units: tree and search, one unit and what may be changed about it, groups, merge, and the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR
from tests.web.conftest import NOW, Pages
from tracker.actions.units.change_unit import create_unit
from tracker.actions.units.merge_units import merge_units
from tracker.app import create_app
from tracker.domain.actors import Role
from tracker.models import Account, ChasePause, Obligation, OrgUnit, UnitAlias, UnitGroup, UnitKind, key
from tracker.store.groups import member_ids
from tracker.store.unit_changes import list_changes
from tracker.store.units import find_unit, unit_by_name

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tracker.config import Settings
    from tracker.db import Database


@pytest.fixture
def browser(pages: Pages) -> Browser:
    return pages.as_("统筹")


def path_of(pages: Pages, name: str) -> str:
    with pages.database.reading() as session:
        return f"/units/{unit_by_name(session, name).id}"


def add_town(pages: Pages, name: str = "甲镇", parent: str = "甲县") -> str:
    with pages.database.transaction() as session:
        above = unit_by_name(session, parent)
        return f"/units/{create_unit(session, COORDINATOR, name, UnitKind.TOWN, pages.now, parent=above).id}"


def rows(answer: Answer) -> list[tuple[str, str]]:
    """Name and depth of each line of the tree."""
    found = answer.page.xpath("//table[contains(@class,'tree')]/tbody/tr/th")
    return [(cell.text_content(), cell.get("class")) for cell in found]


def said(answer: Answer) -> str:
    """The problem that the page shows."""
    return "".join(node.text_content() for node in answer.page.xpath("//*[@role='alert']"))


def follow(browser: Browser, answer: Answer) -> str:
    assert answer.status == 303, answer.text
    return browser.get(answer.location).text


def test_units_stand_below_those_they_belong_to(pages: Pages, browser: Browser) -> None:
    add_town(pages)
    answer = browser.get("/units")
    assert rows(answer) == [
        ("市示例局", "depth-0"),
        ("甲县", "depth-0"),
        ("甲镇", "depth-1"),
        ("乙县", "depth-0"),
    ]
    assert "单位：4 个" in answer.text
    assert "无联系人 1 个" in answer.text


def test_a_search_shows_what_it_found_and_where_it_stands(pages: Pages, browser: Browser) -> None:
    add_town(pages)
    assert rows(browser.get("/units?q=甲 镇")) == [("甲县", "depth-0"), ("甲镇", "depth-1")]
    assert "找到 1 个单位" in browser.get("/units?q=甲镇").text
    assert rows(browser.get("/units?q=甲县人民政府")) == [("甲县", "depth-0")]
    assert [name for name, _ in rows(browser.get("/units?kind=department"))] == ["市示例局"]
    assert [name for name, _ in rows(browser.get("/units?lacks=contact"))] == ["甲县", "甲镇"]
    assert rows(browser.get("/units?q=没有")) == []
    assert "找到 0 个单位" in browser.get("/units?q=没有").text
    assert browser.get("/units?kind=planet&lacks=everything").status == 200


def test_a_unit_is_added_or_what_is_wrong_is_said(pages: Pages, browser: Browser) -> None:
    form = {"name": "丙镇", "kind": "town", "parent": "乙县"}
    assert "单位已新增" in follow(browser, browser.post("/units", form))
    for wrong, words in (
        (form, "“丙镇”已被使用"),
        (form | {"name": " "}, "不能为空"),
        (form | {"name": "丁镇", "parent": "乙线"}, "没有名为“乙线”的单位"),
    ):
        answer = browser.post("/units", wrong)
        assert answer.status in (404, 422)
        assert words in said(answer)
        assert answer.value("parent") == wrong["parent"]
    with pages.database.reading() as session:
        assert len(session.exec(select(OrgUnit)).all()) == 4
        assert len(list_changes(session)) == 1


def test_a_units_own_page_says_everything_about_it(pages: Pages, browser: Browser) -> None:
    add_town(pages)
    text = browser.get(path_of(pages, "甲县")).text
    for words in (
        "县（市、区）",
        "甲镇",
        "甲县联系人 a@example.org（填报人）",
        "各县人民政府（示例任务清单）",
        "2 项，其中牵头 0 项，因单位组而承担 2 项",
        "甲县人民政府",
    ):
        assert words in text
    bureau = browser.get(path_of(pages, "市示例局"))
    assert "3 项，其中牵头 3 项" in bureau.text
    assert "/lists/example" in bureau.page.xpath("//dd/a/@href")
    assert "不在任何单位组中" in bureau.text
    assert browser.get("/units/999999").status == 404


def test_changes_are_made_recorded_and_undone(pages: Pages, browser: Browser) -> None:
    town = add_town(pages)
    for action, form in (
        ("name", {"name": "甲河镇"}),
        ("kind", {"kind": "village"}),
        ("parent", {"parent": "乙县"}),
        ("aliases", {"alias": "甲河"}),
    ):
        assert "已更改" in follow(browser, browser.post(f"{town}/{action}", form))
        assert "没有改动" in follow(browser, browser.post(f"{town}/{action}", form))
    text = browser.get("/units/changes").text
    for words in (
        "“甲镇”改名为“甲河镇”",
        "“甲河镇”的类别由乡镇（街道）改为村（社区）",
        "“甲河镇”的上级：甲县 → 乙县",
        "“甲河镇”增加别名“甲河”",
    ):
        assert words in text
    for number in (5, 4, 3, 2):
        page = browser.get(f"/units/changes/{number}")
        form = page.fields(action=f"/units/changes/{number}/undo")
        assert "已撤销" in follow(browser, browser.post(f"/units/changes/{number}/undo", form))
    with pages.database.reading() as session:
        found = unit_by_name(session, "甲镇")
        assert (found.name, found.kind, found.parent_id) == (
            "甲镇",
            UnitKind.TOWN,
            unit_by_name(session, "甲县").id,
        )
        assert find_unit(session, "甲河") is None
    again = browser.post("/units/changes/2/undo")
    assert again.status == 409
    assert "已由统筹撤销" in said(again)
    assert "撤销这项变更" not in browser.get("/units/changes/2").text
    assert browser.get("/units/changes/999").status == 404


def test_what_stands_against_a_change_is_said_on_the_page(pages: Pages, browser: Browser) -> None:
    town, county = add_town(pages), path_of(pages, "甲县")
    for path, form, words in (
        (f"{county}/parent", {"parent": "甲镇"}, "成为自己的下级"),
        (f"{county}/parent", {"parent": "甲线"}, "没有名为“甲线”的单位"),
        (f"{town}/name", {"name": "乙县"}, "“乙县”已被使用（乙县）"),
        (f"{town}/aliases", {"alias": ""}, "不能为空"),
        (f"{town}/aliases/remove", {"alias": "999"}, "不是这个单位的别名"),
    ):
        answer = browser.post(path, form)
        assert answer.status == 422
        assert words in said(answer)
    with pages.database.reading() as session:
        assert len(list_changes(session)) == 1


def test_an_alias_goes_after_a_word_about_what_that_means(pages: Pages, browser: Browser) -> None:
    county = path_of(pages, "甲县")
    with pages.database.reading() as session:
        alias = session.exec(select(UnitAlias.id).where(UnitAlias.name == "甲县人民政府")).one()
        own = session.exec(select(UnitAlias.id).where(UnitAlias.name == "甲县")).one()
    path = f"{county}/aliases/remove"
    page = browser.get(f"{path}?alias={alias}")
    assert "将找不到本单位" in page.text
    assert "已更改" in follow(browser, browser.post(path, page.fields(action=path)))
    assert browser.get(f"{path}?alias={alias}").status == 404
    answer = browser.post(path, {"alias": str(own)})
    assert "不能当作别名去掉" in said(answer)


def test_a_merge_is_shown_done_and_undone(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    a, b = path_of(pages, "甲县"), path_of(pages, "乙县")
    page = browser.get(f"{a}/merge?into=乙县")
    assert "甲县就是乙县？" in page.text
    for words in ("名称和别名2", "联系人1", "账号1", "单位组只算一次：各县人民政府"):
        assert words in page.text
    with pages.database.reading() as session:
        assert list_changes(session) == []
    record = browser.post(f"{a}/merge", page.fields(action=f"{a}/merge"))
    assert "已并入。如有不妥" in follow(browser, record)
    assert [name for name, _ in rows(browser.get("/units"))] == ["市示例局", "乙县"]
    assert browser.get(a).location == b
    text = browser.get(b).text
    assert "已并入本单位" in text
    assert "已并入单位的原名" in text
    # The filer of the one files for the other now.
    assert "乙县" in pages.as_("甲县").get("/").text
    undo = "/units/changes/1/undo"
    assert "已撤销" in follow(
        browser, browser.post(undo, browser.get("/units/changes/1").fields(action=undo))
    )
    assert len(rows(browser.get("/units"))) == 3
    assert "甲县" in pages.as_("甲县").get("/").text


def test_where_both_wrote_the_page_names_the_tasks_and_what_stayed_is_found_again(
    pages: Pages, browser: Browser
) -> None:
    with pages.database.transaction() as session:
        for obligation in session.exec(select(Obligation)):
            obligation.version, obligation.first_submitted_at = 1, pages.now
            session.add(obligation)
    a = path_of(pages, "甲县")
    page = browser.get(f"{a}/merge?into=乙县")
    assert "逐项对照（2 项）" in page.text
    answer = browser.post(f"{a}/merge", {"into": "乙县"})
    record = browser.get(answer.location)
    assert "留在甲县名下的报送" in record.text
    left = record.page.xpath("//table//a/@href")
    assert len(left) == 2
    assert "已并入乙县" in browser.get(left[0]).text
    assert "甲县" not in browser.get("/rounds/example/2024Q3/obligations?state=exempt").text
    assert "甲县" not in browser.get("/rounds/example/2024Q3").text


def test_what_was_granted_to_the_one_is_said_to_hold_for_the_other(pages: Pages, browser: Browser) -> None:
    a = path_of(pages, "甲县")
    words = "甲县的暂停催报转入后对乙县也有效"
    assert words not in browser.get(f"{a}/merge?into=乙县").text
    with pages.database.transaction() as session:
        unit_id = key(unit_by_name(session, "甲县"))
        session.add(ChasePause(unit_id=unit_id, reason="重复登记", paused_at=pages.now, paused_by="统筹"))
    assert words in browser.get(f"{a}/merge?into=乙县").text


def test_a_merge_that_cannot_be_says_why_and_asks_again(pages: Pages, browser: Browser) -> None:
    a = path_of(pages, "甲县")
    assert "甲县就是哪个单位？" in browser.get(f"{a}/merge").text
    for name, words in (("没有", "没有名为“没有”的单位"), ("甲县人民政府", "不能并入自己")):
        for answer in (browser.get(f"{a}/merge?into={name}"), browser.post(f"{a}/merge", {"into": name})):
            assert answer.status == 422
            assert words in said(answer)
            assert answer.value("into") == name


def test_a_record_that_something_stands_against_stays(pages: Pages, browser: Browser) -> None:
    with pages.database.transaction() as session:
        names = ("甲县", "乙县", "市示例局")
        a, b, bureau = (unit_by_name(session, name) for name in names)
        merge_units(session, COORDINATOR, pages.settings, a, b, pages.now)
        merge_units(session, COORDINATOR, pages.settings, b, bureau, pages.now)
    answer = browser.post("/units/changes/1/undo")
    assert answer.status == 409
    assert "请先撤销第 2 号变更" in said(answer)
    assert len(rows(browser.get("/units"))) == 1


def test_members_are_ticked_and_hold_from_the_next_round_on(pages: Pages, browser: Browser) -> None:
    with pages.database.reading() as session:
        group = session.exec(select(UnitGroup)).one()
        ids = {name: key(unit_by_name(session, name)) for name in ("甲县", "乙县", "市示例局")}
    path = f"/groups/{group.id}"
    assert "各县人民政府22" in browser.get("/groups").text
    page = browser.get(path)
    assert "已开启的报送期（2024年第三季度）保持开启时的成员" in page.text
    ticked = page.page.xpath("//input[@name='unit'][@checked]/@value")
    assert {int(value) for value in ticked} == {ids["甲县"], ids["乙县"]}
    # All of a kind are ticked for looking at, and not stored before they are saved.
    shown = browser.post(path, {"unit": str(ids["甲县"]), "act": "department"})
    assert "还没有保存" in shown.text
    ticked = shown.page.xpath("//input[@name='unit'][@checked]/@value")
    assert {int(value) for value in ticked} == {ids["甲县"], ids["市示例局"]}
    none = browser.post(path, {"unit": str(ids["甲县"]), "act": "none"})
    assert none.page.xpath("//input[@name='unit'][@checked]") == []
    saved = browser.post(path, {"unit": str(ids["甲县"]), "act": "save"})
    assert "从下一个报送期起生效" in follow(browser, saved)
    with pages.database.reading() as session:
        assert member_ids(session, group) == {ids["甲县"]}
    assert "移出：乙县" in browser.get(path).text
    assert browser.get("/groups/999").status == 404


def test_where_nothing_was_changed_the_record_says_so(pages: Pages, browser: Browser) -> None:
    assert "还没有更改过" in browser.get("/units/changes").text
    assert "还没有更改过" in browser.get(path_of(pages, "甲县")).text


def test_a_site_without_units_says_what_comes_next(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        session.add(
            Account(username="统筹", password_hash="-", role=Role.COORDINATOR, created_at=NOW),
        )
    app = create_app(settings, database=sqlite_database, now=lambda: NOW, run_jobs=False)
    browser = Pages(app, settings, sqlite_database, None, NOW).as_("统筹")  # type: ignore[arg-type]
    assert "还没有单位。读入任务清单时会一并建立" in browser.get("/units").text
    assert "还没有单位组" in browser.get("/groups").text
    answer = browser.post("/units", {"name": "甲县", "kind": "county", "parent": ""})
    text = browser.get(answer.location).text
    for words in ("没有上级", "没有下级", "无联系人", "没有任务指向本单位", "还没有别名"):
        assert words in text
    assert "没有别的单位可以并入" in browser.get(f"{answer.location.partition('?')[0]}/merge").text


@pytest.mark.parametrize(
    "path",
    [
        "/units",
        "/units?q=甲",
        "/units/1",
        "/units/2/merge",
        "/units/2/merge?into=乙县",
        "/units/changes",
        "/groups",
        "/groups/1",
    ],
)
def test_every_control_has_its_label(pages: Pages, browser: Browser, path: str) -> None:
    add_town(pages)
    page = browser.get(path).page
    labelled = set(page.xpath("//label/@for"))
    for control in page.xpath("//textarea | //select | //input[not(@type='hidden')]"):
        assert control.get("id") in labelled or control.xpath("ancestor::label"), path
