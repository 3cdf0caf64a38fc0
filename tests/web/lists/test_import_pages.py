"""From an uploaded file to a list: what is shown, what a person settles, and that nothing is stored by halves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from sqlmodel import select

from tests.importers.conftest import Table, write_docx, write_text, write_xlsx
from tracker.actions.lists.load_list import load_list
from tracker.models import Assignment, AssignmentRole, OrgUnit, PendingImport, Task, TaskList, UnitAlias, key
from tracker.store.groups import group_members, groups_of
from tracker.store.lists import current_tasks, list_by_slug, rules_of
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

    Write = Callable[[Table], Path]

# Fixtures of another folder.
__all__ = ["write_docx", "write_text", "write_xlsx"]

UPLOAD = "/lists/import"
SMALL = Table(
    rows=(
        (1, "1．做强产业", "推动示例产业融合发展，构建体系。", None, "市示例局、新设局等部门，各县人民政府"),
        (2, "1．做强产业", "强化市场拓展。", None, "市新设管理局，甲县人民政府"),
    ),
)
# No rule says who leads, no note says when to report.
UNCLEAR = "序号,具体措施,责任单位\n1,做好第一件事。,市新设局、市示例局\n2,做好第二件事。,市示例局、甲县\n3,做好第三件事。,无\n"
# A text with rhythms, and with headings that are no tasks.
RHYTHMS = (
    "示例方案\n一、总体要求\n（一）指导思想\n围绕示例目标。\n二、重点任务\n"
    "（一）摸清示例底数。对示例户每季开展一次信息采集。\n（二）抓好示例调度。落实乡级半月研判机制。\n"
)
RULES = {"period_type": "quarter", "due_day": "6", "slug": "shiyan", "title": "试验清单"}


def upload(browser: Browser, name: str, content: bytes) -> Answer:
    return browser.post(UPLOAD, files={"file": (name, content)})


def uploaded(browser: Browser, name: str, content: bytes) -> str:
    """The address of the preview."""
    answer = upload(browser, name, content)
    assert answer.status == 303, answer.text
    return answer.location


def form_of(browser: Browser, address: str) -> dict[str, Any]:
    """What the preview would post; boxes that share a name as a list."""
    answer = browser.get(address)
    assert answer.status == 200
    form = next(form for form in answer.page.forms if form.action == address)
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def settle(browser: Browser, address: str, **changes: str) -> Answer:
    return browser.post(address, form_of(browser, address) | changes)


def store(browser: Browser, address: str, **changes: str) -> Answer:
    return settle(browser, address, act="import", **changes)


def mistakes(answer: Answer) -> dict[str, str]:
    """What is said beside each control that is marked as wrong, by the control's id; the summary says the same."""
    page = answer.page
    found = {}
    for box in page.xpath("//*[@aria-invalid='true']"):
        (told,) = (name for name in box.get("aria-describedby").split() if name.endswith("-error"))
        (words,) = page.xpath("//*[@id=$id]", id=told)
        found[box.get("id")] = words.text_content().strip()
    links = {
        unquote(link.get("href")): link.text_content()
        for link in page.xpath("//div[@role='alert']//a[starts-with(@href, '#')]")
    }
    assert links == {f"#{name}": words for name, words in found.items()}
    return found


def with_names(**values: str) -> dict[str, str]:
    """Field names with a dash, which Python's own may not have."""
    return {name.replace("_", "-", 1): value for name, value in values.items()}


def counts(pages: Pages) -> tuple[int, ...]:
    with pages.database.reading() as session:
        return tuple(len(session.exec(select(table)).all()) for table in (TaskList, Task, OrgUnit, UnitAlias))


def roles(pages: Pages, slug: str, number: str) -> dict[str, AssignmentRole]:
    with pages.database.reading() as session:
        task = next(t for t in current_tasks(session, list_by_slug(session, slug)) if t.number == number)
        found = session.exec(select(Assignment).where(Assignment.task_id == key(task))).all()
        return {
            session.get_one(OrgUnit, one.unit_id).name if one.unit_id else one.text: one.role for one in found
        }


@pytest.mark.parametrize("kind", ["write_xlsx", "write_docx", "write_text"])
def test_each_format_goes_from_upload_to_list(
    pages: Pages, request: pytest.FixtureRequest, kind: str
) -> None:
    write: Write = request.getfixturevalue(kind)
    browser = pages.as_("统筹")
    before = counts(pages)
    address = uploaded(browser, write(SMALL).name, write(SMALL).read_bytes())
    page = browser.get(address)
    assert "读到 2 项任务，1 条措施" in page.text
    assert "原文写明或已确认 2 项，推测 0 项" in page.text
    assert "已按原文填好" in page.text
    assert "市示例局、新设局等部门，各县人民政府" in page.text
    assert [page.value(name) for name in ("title", "slug", "due_day", "mailbox")] == [
        "重点任务清单", "清单", "6", "duban@example.org",
    ]  # fmt: skip
    # Looking at it stores nothing.
    assert counts(pages) == before
    answer = store(browser, address, **with_names(group_各县人民政府="county"))
    assert answer.location == "/?done=imported&count=2"
    assert "清单已导入：2 项任务" in browser.get(answer.location).text
    with pages.database.reading() as session:
        task_list = list_by_slug(session, "清单")
        rules = rules_of(task_list)
        assert (rules.period_type, rules.due_day, rules.character_limit) == ("quarter", 6, 300)
        members = group_members(session, task_list)
        (group,) = groups_of(session, task_list)
        assert [unit.name for unit in members[key(group)]] == ["甲县", "乙县"]
        assert not session.exec(select(PendingImport.id)).all()
    assert roles(pages, "清单", "2") == {"市新设管理局": AssignmentRole.LEAD, "甲县": AssignmentRole.LOCAL}
    assert browser.get(address).status == 404


def test_rules_that_the_document_does_not_state_are_asked_for(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    before = counts(pages)
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    assert "原文没有写明多久报一次" in browser.get(address).text
    # What was typed stays: each wrong value is set right again by the next one.
    valid = RULES | {"character_limit": "300", "due_dates": "", "first_year": "", "last_year": ""}
    for changes, words in (
        ({}, "请选择多久报送一次"),
        ({"period_type": "quarter"}, "截止日：应为"),
        ({"period_type": "quarter", "due_day": "31"}, "截止日“31”无效"),
        ({"period_type": "quarter", "due_day": "²"}, "截止日“²”无效"),
        ({"period_type": "quarter", "due_dates": "3月25日"}, "每一期的日期"),
        ({"period_type": "quarter", "due_dates": "3月25日 6月25日 9月25日 2月30日"}, "不是每年都有的日期"),
        ({"character_limit": "0", "due_day": "6"}, "字数上限“0”无效"),
        ({"title": " "}, "标题“”无效"),
        ({"slug": "../x y"}, "清单代号“../x y”无效"),
        ({"first_year": "2024", "last_year": "2022", "due_day": "6"}, "起始年不晚于终止年"),
    ):
        answer = store(browser, address, **({} if not changes else valid | {"due_day": ""} | changes))
        assert answer.status == 422, changes
        assert words in answer.text, answer.text[:300]
        assert counts(pages) == before
    dates = "3月25日、6月25日、9月25日、11月30日"
    years = {"first_year": "2022", "last_year": "2024"}
    answer = store(browser, address, **valid | years | {"due_day": "", "due_dates": dates})
    assert answer.status == 303
    with pages.database.reading() as session:
        task_list = list_by_slug(session, "shiyan")
        assert rules_of(task_list).due_dates == ("03-25", "06-25", "09-25", "11-30")
        assert (task_list.first_period, task_list.last_period) == ("2022Q1", "2024Q4")


def test_all_wrong_fields_are_named_at_once_each_beside_itself(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    form = form_of(browser, address)
    del form["filers"]
    wrong = {
        "title": " ",
        "slug": "../x y",
        "period_type": "",
        "due_day": "31",
        "character_limit": "0",
        "first_year": "24",
        "last_year": "1999",
        "lead": "nobody",
        "act": "import",
    }
    answer = browser.post(address, form | wrong)
    assert answer.status == 422
    found = mistakes(answer)
    assert set(found) == {*wrong, "filers"} - {"act"}
    assert found["due_day"] == "截止日“31”无效：应为 1—28 的整数，指期后第一个月的几日（按需报送的不填）"
    # A hint goes on being read out beside what is wrong.
    box = answer.page.get_element_by_id("due_day")
    assert box.get("aria-describedby") == "due_day-hint due_day-error"
    # What was typed stays.
    assert answer.value("slug") == "../x y"
    assert not browser.get(address).page.xpath("//*[@aria-invalid]")


def test_a_rhythm_of_the_text_becomes_the_period_only_at_a_click(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.txt", RHYTHMS.encode())
    page = browser.get(address)
    assert page.page.xpath("//select[@name='period_type']")[0].value == ""
    buttons = page.page.xpath("//button[starts-with(@value, 'period-')]")
    assert [(button.get("value"), button.text_content()) for button in buttons] == [
        ("period-quarter", "用作报送周期"),
        ("period-on_demand", "改用按需报送"),
    ]
    assert page.text.count("系统没有这样长短的报送期") == 1
    # Whatever else was filled in is kept.
    answer = settle(browser, address, title="试验清单", due_day="8", act="period-quarter")
    assert answer.location == f"{address}?done=import_saved#rules"
    page = browser.get(address)
    assert (page.value("title"), page.value("due_day")) == ("试验清单", "8")
    assert page.page.xpath("//select[@name='period_type']")[0].value == "quarter"
    assert not page.page.xpath("//button[@value='period-quarter']")
    assert settle(browser, address, act="period-fortnight").status == 303
    assert "请选择多久报送一次" in store(browser, address).text
    assert settle(browser, address, act="period-on_demand").status == 303
    form = {name: value for name, value in form_of(browser, address).items() if not name.startswith("units-")}
    assert browser.post(address, form | {"act": "import", "slug": "shiyan"}).status == 303
    with pages.database.reading() as session:
        assert rules_of(list_by_slug(session, "shiyan")).period_type == "on_demand"


def test_a_document_that_states_its_rules_is_offered_no_rhythms(pages: Pages, write_xlsx: Write) -> None:
    browser = pages.as_("统筹")
    page = browser.get(uploaded(browser, "甲.xlsx", write_xlsx(SMALL).read_bytes())).page
    assert not page.xpath("//button[starts-with(@value, 'period-')]")


def test_headings_that_are_no_tasks_are_listed_by_level_with_their_place(pages: Pages) -> None:
    browser = pages.as_("统筹")
    page = browser.get(uploaded(browser, "方案.txt", RHYTHMS.encode())).page
    (outline,) = page.find_class("outline")
    assert outline.tag == "details"
    items = [(item.get("class"), " ".join(item.text_content().split())) for item in outline.iter("li")]
    assert items == [
        ("level-1", "一、总体要求 第 2 行"),
        ("level-2", "（一）指导思想 第 3 行"),
        ("level-1", "二、重点任务 第 5 行"),
    ]


def test_a_task_of_collectives_only_gets_the_lead_that_is_typed(pages: Pages) -> None:
    browser = pages.as_("统筹")
    table = "序号,具体措施,责任单位\n1,做好第一件事。,各县人民政府\n2,做好第二件事。,市示例局\n"
    address = uploaded(browser, "方案.csv", table.encode())
    page = browser.get(address)
    assert "推测 1 项，没有牵头单位 1 项" in page.text
    box = page.page.get_element_by_id("lead-1")
    names = page.page.xpath("//datalist[@id=$id]/option/@value", id=box.get("list"))
    assert {"市示例局", "甲县"} <= set(names)
    refused = store(browser, address, **RULES, **with_names(lead_1="市示例局、甲县"))
    assert mistakes(refused) == {"lead-1": "牵头单位“市示例局、甲县”无效：只写一个单位的名称"}
    assert settle(browser, address, **RULES, **with_names(lead_1="市示例局")).status == 303
    assert "原文写明或已确认 1 项，推测 1 项，没有牵头单位 0 项" in browser.get(address).text
    assert store(browser, address).status == 303
    assert roles(pages, "shiyan", "1") == {
        "市示例局": AssignmentRole.LEAD,
        "各县人民政府": AssignmentRole.SUPPORTING,
    }
    with pages.database.reading() as session:
        certain = [task.is_lead_certain for task in current_tasks(session, list_by_slug(session, "shiyan"))]
    assert certain == [True, False]


def test_a_guessed_lead_is_shown_as_one_and_can_be_settled(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    page = browser.get(address)
    assert "推测 2 项" in page.text
    guesses = page.page.xpath("//div[@id='task-1']//*[@class='guess']")
    assert [guess.text_content() for guess in guesses] == ["推测"]
    saved = settle(browser, address, **with_names(lead_1="市示例局"))
    assert saved.location == f"{address}?done=import_saved"
    page = browser.get(saved.location)
    assert "原文写明或已确认 1 项，推测 1 项" in page.text
    assert not page.page.xpath("//div[@id='task-1']//*[@class='guess']")
    assert store(browser, address, **RULES).status == 303
    assert roles(pages, "shiyan", "1") == {
        "市新设局": AssignmentRole.SUPPORTING,
        "市示例局": AssignmentRole.LEAD,
    }
    with pages.database.reading() as session:
        certain = [task.is_lead_certain for task in current_tasks(session, list_by_slug(session, "shiyan"))]
    assert certain == [True, False, False]


def test_all_guesses_are_confirmed_at_once(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    assert store(browser, address, **RULES, confirms_leads="1").status == 303
    with pages.database.reading() as session:
        certain = [task.is_lead_certain for task in current_tasks(session, list_by_slug(session, "shiyan"))]
    assert certain == [True, True, False]


def test_a_unit_that_is_not_offered_cannot_be_made_the_lead(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    before = counts(pages)
    answer = store(browser, address, **RULES, **with_names(lead_1="乙县"))
    assert answer.status == 422
    assert mistakes(answer) == {"lead-1": "牵头单位“乙县”无效：不在可选的范围内"}
    assert counts(pages) == before


def test_a_task_without_units_gets_those_that_are_typed(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    typed = with_names(units_3="市示例局、市补写局，甲县人民政府")
    # A unit that nobody has seen yet is shown before it is made.
    first = store(browser, address, **RULES, **typed)
    assert first.status == 422
    assert "要新建的单位与刚才显示的不同" in first.text
    assert "市补写局" in first.text
    assert store(browser, address).status == 303
    assert roles(pages, "shiyan", "3") == {
        "市示例局": AssignmentRole.LEAD,
        "市补写局": AssignmentRole.SUPPORTING,
        "甲县": AssignmentRole.LOCAL,
    }
    with pages.database.reading() as session:
        task = current_tasks(session, list_by_slug(session, "shiyan"))[2]
        assert (task.units_text, task.is_lead_certain) == (typed["units-3"], True)


def test_near_names_are_proposed_and_joined_only_when_accepted(
    pages_on_each: Pages, write_xlsx: Write
) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    data = write_xlsx(SMALL).read_bytes()
    address = uploaded(browser, "甲.xlsx", data)
    box = browser.get(address).page.xpath("//select[@name='same-市新设管理局']")[0]
    assert box.value == ""
    assert box.value_options == ["", "市新设局"]
    assert store(browser, address).status == 303
    with pages.database.reading() as session:
        assert unit_by_name(session, "市新设局").id != unit_by_name(session, "市新设管理局").id


def test_an_accepted_alias_means_the_one_unit_from_then_on(pages_on_each: Pages, write_xlsx: Write) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    data = write_xlsx(SMALL).read_bytes()
    address = uploaded(browser, "甲.xlsx", data)
    assert store(browser, address, **with_names(same_市新设管理局="市新设局")).status == 303
    with pages.database.reading() as session:
        assert unit_by_name(session, "市新设管理局").name == "市新设局"
    assert roles(pages, "甲", "2") == {"市新设局": AssignmentRole.LEAD, "甲县": AssignmentRole.LOCAL}
    again = browser.get(uploaded(browser, "乙.xlsx", data))
    assert "本站还没有的单位" not in again.text


def test_an_alias_that_is_not_proposed_is_not_taken(pages: Pages, write_xlsx: Write) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "甲.xlsx", write_xlsx(SMALL).read_bytes())
    answer = store(browser, address, **with_names(same_市新设管理局="甲县"))
    assert answer.status == 422
    assert mistakes(answer) == {"same-市新设管理局": "名称相近“甲县”无效：不在可选的范围内"}
    # The page shows what can be chosen; as it is shown it can be stored.
    assert store(browser, address).status == 303
    with pages.database.reading() as session:
        assert unit_by_name(session, "市新设管理局").name == "市新设管理局"


def test_a_collective_stands_for_nobody_until_someone_says_who(pages: Pages, write_xlsx: Write) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "甲.xlsx", write_xlsx(SMALL).read_bytes())
    assert "还没有成员，暂不要求报送" in browser.get(address).text
    named = with_names(group_各县人民政府="named", members_各县人民政府="甲县人民政府")
    settle(browser, address, **named)
    assert "各县人民政府：1 个单位 甲县" in browser.get(address).text
    assert store(browser, address).status == 303
    with pages.database.reading() as session:
        task_list = list_by_slug(session, "甲")
        (members,) = group_members(session, task_list).values()
        assert [unit.name for unit in members] == ["甲县"]


def test_blocking_problems_come_first_and_keep_the_import_away(pages: Pages, write_xlsx: Write) -> None:
    browser = pages.as_("统筹")
    before = counts(pages)
    twice = Table(rows=(SMALL.rows[0], SMALL.rows[0]))
    address = uploaded(browser, "重复.xlsx", write_xlsx(twice).read_bytes())
    page = browser.get(address)
    assert "先要改好的问题" in page.text
    assert page.page.xpath("//div[contains(@class, 'problems')]")[0].get("class") == "note alert problems"
    assert not page.page.xpath("//button[@value='import']")
    answer = store(browser, address)
    assert answer.status == 422
    assert "没有导入任何内容" in answer.text
    assert counts(pages) == before


def test_an_import_that_fails_half_way_leaves_nothing(
    pages_on_each: Pages, write_xlsx: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    before = counts(pages)
    address = uploaded(browser, "甲.xlsx", write_xlsx(SMALL).read_bytes())

    def fail(*_: object) -> None:
        raise RuntimeError("cut")

    with monkeypatch.context() as patch:
        patch.setattr("tracker.actions.lists.add_version.write_lines", fail)
        assert store(browser, address).status == 500
    assert counts(pages) == before
    assert store(browser, address).status == 303


def test_a_list_of_the_same_name_is_only_updated_when_that_is_said(pages: Pages, write_xlsx: Write) -> None:
    browser = pages.as_("统筹")
    data = write_xlsx(SMALL).read_bytes()
    assert store(browser, uploaded(browser, "甲.xlsx", data)).status == 303
    before = counts(pages)
    address = uploaded(browser, "甲.xlsx", data)
    assert "已有同代号的清单《重点任务清单》" in browser.get(address).text
    assert store(browser, address).status == 422
    assert store(browser, address, replaces="1").location == "/?done=import_same&count=2"
    assert counts(pages) == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("清单.exe", b"MZ", "不认识这种格式"),
        ("清单.xlsx", b"PK\x03\x04 not a zip", "不是完好的 .xlsx 文件"),
        ("清单.xlsm", b"PK", "文件含有宏"),
        ("清单.txt", b"", "文件是空的"),
        ("清单.txt", b"\xff\xff\xff\x00\x81", "无法读取文件"),
        ("../../etc/清单.pdf", b"%PDF-1.4 broken", "无法读取文件“清单.pdf”"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    pages: Pages, name: str, content: bytes, words: str
) -> None:
    browser = pages.as_("统筹")
    answer = upload(browser, name, content)
    assert answer.status == 422
    assert words in answer.text
    with pages.database.reading() as session:
        assert not session.exec(select(PendingImport.id)).all()


def test_what_a_document_says_is_text_and_no_markup(pages: Pages) -> None:
    browser = pages.as_("统筹")
    evil = UNCLEAR.replace("市新设局", "市<script>局\u202e").replace("做好第一件事", "<b onclick=x>做事")
    page = browser.get(uploaded(browser, "<i>.csv", evil.encode()))
    assert not page.page.xpath("//main//script | //main//i | //b[@onclick]")
    assert "\u202e" not in page.page.xpath("//main")[0].text_content()


def test_what_is_too_long_for_a_name_is_shown_and_not_stored(pages: Pages) -> None:
    browser = pages.as_("统筹")
    before = counts(pages)
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    settle(browser, address, **with_names(units_3=f"市{'新' * 250}局"))
    answer = store(browser, address, **RULES)
    assert answer.status == 422
    assert "不能超过 200 字" in answer.text
    assert counts(pages) == before


def test_near_names_are_not_sought_among_absurdly_many(pages: Pages) -> None:
    """Each is compared with all before it: that must end."""
    rows = "".join(f"{number},做好第{number}件事。,市第{number}局\n" for number in range(1, 321))
    browser = pages.as_("统筹")
    page = browser.get(uploaded(browser, "方案.csv", f"序号,具体措施,责任单位\n{rows}".encode())).page
    assert page.xpath("//select[@name='same-市第12局']")
    assert page.xpath("//select[@name='kind-市第320局']")
    assert not page.xpath("//select[@name='same-市第320局']")


def test_a_file_kept_by_another_version_is_read_again(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    with pages.database.transaction() as session:
        pending = session.exec(select(PendingImport)).one()
        pending.reading = b"read\n{}"
        session.add(pending)
    assert "读到 3 项任务" in browser.get(address).text


def test_a_file_can_be_discarded(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = uploaded(browser, "方案.csv", UNCLEAR.encode())
    assert "方案.csv" in browser.get(UPLOAD).text
    assert browser.post(f"{address}/discard").location == f"{UPLOAD}?done=import_discarded"
    assert browser.get(address).status == 404
    assert "方案.csv" not in browser.get(UPLOAD).text


def test_coordinators_find_the_import_on_the_first_page(pages: Pages) -> None:
    assert pages.as_("统筹").get("/").page.xpath("//main//a[@href='/lists/import']")
    for who in ("领导", "甲县"):
        assert not pages.as_(who).get("/").page.xpath("//a[@href='/lists/import']")


def test_every_control_of_the_preview_has_its_label(pages: Pages, write_xlsx: Write) -> None:
    browser = pages.as_("统筹")
    for name, data in (("甲.xlsx", write_xlsx(SMALL).read_bytes()), ("方案.csv", UNCLEAR.encode())):
        page = browser.get(uploaded(browser, name, data)).page
        labelled = set(page.xpath("//label/@for"))
        for box in page.xpath("//textarea | //select | //input[not(@type='hidden')]"):
            has_label = box.get("id") in labelled or box.get("aria-label") or box.xpath("ancestor::label")
            assert has_label, box.get("name")


def test_seventy_tasks_make_a_page_of_less_than_110_kilobytes(pages: Pages) -> None:
    content = load_list(pages.settings, "guilin-2022-2024")
    browser = pages.as_("统筹")
    address = uploaded(browser, "清单.xlsx", content.definition.document.read_bytes())
    page = browser.get(address)
    assert "读到 70 项任务，35 条措施" in page.text
    assert len(page.body) < 110_000
