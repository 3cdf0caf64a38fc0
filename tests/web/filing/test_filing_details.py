"""What the filing page takes besides texts: judgements, numbers, files, drafts by themselves, last period's text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.asked import add_indicator, ask_assessment
from tests.example import COORDINATOR
from tests.web.conftest import FILING
from tests.web.filing.test_filing_pages import UNIT, Sheet, box, review, sheet, versions
from tracker.actions.rounds.close_round import close_round
from tracker.actions.rounds.open_round import open_round
from tracker.domain.states import ObligationState
from tracker.models import Draft, Material, ReportedValue, ReportingRound, ReviewOutcome, TaskList

if TYPE_CHECKING:
    from tests.web.client import Answer
    from tests.web.conftest import Pages

LONG = "本季度共建成示范点3个，组织培训2期，覆盖120人次，资金已全部到位。"
DRAFTS = f"{FILING}/drafts"


def ask_for_assessments(pages: Pages) -> None:
    with pages.database.transaction() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        ask_assessment(session, session.get_one(TaskList, pages.example.task_list.id), found)


def answered(answer: Answer, pages: Pages, number: str) -> dict[str, str]:
    task_id = next(task.id for task in pages.example.tasks if task.number == number)
    found: dict[str, str] = json.loads(answer.body)["tasks"][str(task_id)]
    return found


def save(open_page: Sheet, texts: dict[str, str], **more: str) -> Answer:
    """As the script does it: only the fields of what was written in."""
    typed = {f"text-{open_page.ids[number]}": text for number, text in texts.items()}
    common = {name: open_page.fields[name] for name in ("form_token", "unit", "bases")}
    return open_page.browser.post(DRAFTS, common | typed | more)


def chosen(answer: Answer, open_page: Sheet) -> list[str]:
    """The judgement of task 1."""
    found = answer.page.xpath(f"//input[@name='rate-{open_page.ids['1']}']/@value")
    return [str(word) for word in found]


def test_a_draft_saved_by_itself_answers_with_how_the_task_stands(pages_on_each: Pages) -> None:
    pages = pages_on_each
    open_page = sheet(pages)
    answer = save(open_page, {"1": "写了一半"})
    assert answer.status == 200
    assert json.loads(answer.body)["at"] == "10:00"
    told = answered(answer, pages, "1")
    assert (told["state"], told["label"]) == ("draft", "草稿")
    assert list(json.loads(answer.body)["tasks"]) == [str(open_page.ids["1"])]
    # With the base it was given, the page goes on; with the old one it is told of the draft.
    shown = open_page.browser.get(FILING)
    assert f"{open_page.ids['1']}:{told['base']}" in shown.value("bases")
    again = save(open_page, {"1": "又写了一些"})
    conflict = answered(again, pages, "1")
    assert conflict["theirs"] == "写了一半"
    assert "已有新的版本" in conflict["error"]
    assert box(open_page.browser.get(FILING), pages, "1") == "写了一半"


def test_after_closing_a_draft_is_refused_with_the_reason(pages: Pages) -> None:
    open_page = sheet(pages)
    with pages.database.transaction() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        close_round(session, COORDINATOR, found, pages.now)
    answer = save(open_page, {"1": "晚了一步"})
    assert answer.status == 409
    assert "报送期已关闭" in json.loads(answer.body)["problem"]


def test_a_draft_from_another_site_is_refused(pages: Pages) -> None:
    open_page = sheet(pages)
    data = {f"text-{open_page.ids['1']}": "冒名", "unit": open_page.fields["unit"]}
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere.example"}
    assert open_page.browser.post(DRAFTS, data, headers=foreign).status == 403
    assert open_page.browser.post(DRAFTS, data, headers={}).status == 403
    with pages.database.reading() as session:
        assert session.exec(select(Draft)).all() == []


def test_a_judgement_is_asked_for_where_the_list_asks(pages: Pages) -> None:
    assert "自评" not in sheet(pages).browser.get(FILING).text
    ask_for_assessments(pages)
    open_page = sheet(pages)
    refused = open_page.send("one-1", {"1": "已完成。"})
    assert refused.status == 422
    assert "自评" in refused.text
    open_page.fields = refused.fields(action=FILING) | {f"rate-{open_page.ids['1']}": "滞后"}
    filed = open_page.send("one-1", {"1": "已完成。"})
    assert filed.status == 303
    assert "自评：滞后" in open_page.browser.get(filed.location).text
    shown = open_page.browser.get(FILING)
    assert chosen(shown, open_page) == ["滞后"]
    number = pages.obligations(pages.example.county_a.id)["1"].id
    assert "自评：滞后" in pages.as_("统筹").get(f"/obligations/{number}").text


def test_a_judgement_is_read_in_any_language_and_nothing_else_is_one(pages: Pages) -> None:
    ask_for_assessments(pages)
    open_page = sheet(pages)
    offered = open_page.browser.get(FILING).page.xpath("//datalist[@id='rates']/option/text()")
    assert offered == ["提前", "按序时", "滞后", "完成", "未启动"]
    open_page.fields |= {f"rate-{open_page.ids['1']}": "差不多"}
    refused = open_page.send("one-1", {"1": "建设中。"})
    assert refused.status == 422
    assert "还没有选择自评" in refused.text
    open_page.fields = refused.fields(action=FILING) | {f"rate-{open_page.ids['1']}": "Behind"}
    assert open_page.send("one-1", {"1": "建设中。"}).status == 303
    assert chosen(open_page.browser.get(FILING), open_page) == ["滞后"]


def test_a_judgement_alone_is_kept_as_a_draft_and_not_filed_unseen(pages: Pages) -> None:
    ask_for_assessments(pages)
    open_page = sheet(pages)
    open_page.fields |= {f"rate-{open_page.ids['1']}": "完成"}
    assert open_page.send("draft", {}).status == 303
    shown = open_page.browser.get(FILING)
    assert chosen(shown, open_page) == ["完成"]
    open_page.fields = shown.fields(action=FILING)
    told = open_page.send("all", {})
    assert told.status == 422
    assert "第 1 项：还没有填写内容" in told.text


def ask_for_stations(pages: Pages) -> int:
    """示范站点, at least 300, of task 1: a number that does not fall."""
    with pages.database.transaction() as session:
        return add_indicator(
            session, pages.example.tasks[0], "示范站点", "个", "300", lineage=5, bound="at_least"
        )


def open_next(pages: Pages) -> None:
    with pages.database.transaction() as session:
        open_round(session, COORDINATOR, pages.settings, pages.example.task_list, "2024Q4", pages.now)


def test_a_number_is_checked_at_its_field_and_kept_with_its_version(pages_on_each: Pages) -> None:
    pages = pages_on_each
    indicator = ask_for_stations(pages)
    open_page = sheet(pages)
    name = f"value-{open_page.ids['1']}-{indicator}"
    shown = open_page.browser.get(FILING)
    assert "示范站点（个）" in shown.text
    assert "目标 2025年：不少于300个" in shown.text
    open_page.fields |= {name: "三百多"}
    refused = open_page.send("one-1", {"1": "建设中。"})
    assert refused.status == 422
    assert refused.value(name) == "三百多"
    assert refused.page.xpath(f"//input[@name='{name}']/@aria-invalid") == ["true"]
    open_page.fields = refused.fields(action=FILING) | {name: "１２０"}
    filed = open_page.send("one-1", {"1": "建设中。"})
    assert filed.status == 303
    assert "示范站点：120 个" in open_page.browser.get(filed.location).text
    with pages.database.reading() as session:
        assert [value.value for value in session.exec(select(ReportedValue))] == [120]
    assert open_page.browser.get(FILING).value(name) == "120"
    seen = pages.as_("统筹").get(f"{FILING}?unit=甲县")
    assert "示范站点：120 个" in seen.text


def test_a_number_that_fell_needs_its_reason_in_the_next_period(pages: Pages) -> None:
    indicator = ask_for_stations(pages)
    open_page = sheet(pages)
    name = f"value-{open_page.ids['1']}-{indicator}"
    open_page.fields |= {name: "120"}
    assert open_page.send("one-1", {"1": "建设中。"}).status == 303
    open_next(pages)
    following = "/filing/example/2024Q4"
    shown = open_page.browser.get(following)
    assert "上次 120个（2024Q3）" in shown.text
    less = shown.fields(action=following) | {
        f"text-{open_page.ids['1']}": "撤并了一些。",
        name: "110",
        "act": f"one-{open_page.ids['1']}",
    }
    refused = open_page.browser.post(following, less)
    assert refused.status == 422
    assert "累计数" in refused.text
    act = {"act": less["act"], f"why-{open_page.ids['1']}-{indicator}": "乡镇合并"}
    assert open_page.browser.post(following, refused.fields(action=following) | act).status == 303


def test_a_number_typed_without_a_text_stays_a_draft(pages: Pages) -> None:
    indicator = ask_for_stations(pages)
    open_page = sheet(pages)
    name = f"value-{open_page.ids['1']}-{indicator}"
    told = answered(save(open_page, {"1": ""}, **{name: "约120"}), pages, "1")
    assert told["state"] == "draft"
    assert open_page.browser.get(FILING).value(name) == "约120"


def test_a_colleagues_tick_without_a_word_is_no_conflict(pages: Pages) -> None:
    mine, theirs = sheet(pages), sheet(pages)
    theirs.send("draft", {"1": ""}, nil=("1",))
    assert mine.send("draft", {"1": "我的文字"}).status == 303
    assert box(mine.browser.get(FILING), pages, "1") == "我的文字"


def test_last_periods_text_is_shown_in_the_box_and_kept_only_when_sent(pages_on_each: Pages) -> None:
    pages = pages_on_each
    open_page = sheet(pages)
    open_page.send("one-1", {"1": LONG})
    open_page.send("one-2", {"2": "没有此类项目"}, nil=("2",))
    open_next(pages)
    following = "/filing/example/2024Q4"
    shown = open_page.browser.get(following)
    # Nothing to report is no text to go on with.
    copies = [str(value) for value in shown.page.xpath("//button[starts-with(@value, 'copy-')]/@value")]
    assert copies == [f"copy-{open_page.ids['1']}"]
    form = shown.fields(action=following) | {f"text-{open_page.ids['1']}": "新的一句。", "act": copies[0]}
    answer = open_page.browser.post(following, form)
    assert answer.status == 303
    assert answer.location == f"{following}?copy={open_page.ids['1']}#task-{open_page.ids['1']}"
    copied = open_page.browser.get(answer.location)
    assert box(copied, pages, "1") == f"新的一句。\n{LONG}"
    with pages.database.reading() as session:
        assert [draft.text for draft in session.exec(select(Draft))] == ["新的一句。"]
    form = copied.fields(action=following) | {f"text-{open_page.ids['1']}": LONG, "act": "draft"}
    assert open_page.browser.post(following, form).status == 303
    # Asked for again, it does not come twice.
    again = open_page.browser.get(answer.location)
    assert box(again, pages, "1") == LONG
    assert "与上期 100% 相同" in again.text
    receipt = open_page.browser.post(following, again.fields(action=following) | {"act": "all"}).location
    assert "有 1 项的文字与上期几乎相同" in open_page.browser.get(receipt).text


def test_what_is_copied_cannot_be_asked_for_on_anothers_page(pages: Pages) -> None:
    open_page = sheet(pages)
    open_page.send("one-1", {"1": LONG})
    open_next(pages)
    seen = pages.as_("统筹").get(f"/filing/example/2024Q4?unit=甲县&copy={open_page.ids['1']}&files=1")
    assert not seen.page.xpath("//textarea | //input[@type='file'] | //button[@name='act']")


def upload(open_page: Sheet, act: str, name: str, content: bytes, **more: str) -> Answer:
    number = open_page.ids["1"]
    data = open_page.fields | {"act": act} | more
    return open_page.browser.post(FILING, data, files={f"file-{number}": (name, content)})


def test_a_file_is_kept_at_its_task_listed_handed_out_and_removed(pages_on_each: Pages) -> None:
    pages = pages_on_each
    open_page = sheet(pages)
    number = open_page.ids["1"]
    answer = open_page.send(f"files-{number}", {"2": "写了一半"})
    assert answer.location == f"{FILING}?files={number}#task-{number}"
    opened = open_page.browser.get(answer.location)
    assert box(opened, pages, "2") == "写了一半"
    open_page.fields = opened.fields(action=FILING)
    open_page.fields.pop(f"file-{number}", None)
    kept = upload(open_page, f"attach-{number}", "../示例 图.png", b"png")
    assert kept.status == 303
    shown = open_page.browser.get(kept.location)
    (link,) = shown.page.xpath("//ul[@class='files']//a")
    assert link.text_content() == "示例 图.png"
    file = open_page.browser.get(link.get("href"))
    assert (file.body, file.headers["content-type"]) == (b"png", "application/octet-stream")
    assert pages.as_("乙县").get(link.get("href")).status == 404
    assert "示例 图.png" in pages.as_("领导").get(f"{FILING}?unit=甲县").text
    with pages.database.reading() as session:
        material = session.exec(select(Material)).one().id
    other = sheet(pages, "乙县")
    assert other.send(f"unfile-{material}", {}).status == 404
    open_page.fields = open_page.browser.get(FILING).fields(action=FILING)
    assert open_page.send(f"unfile-{material}", {}).location == kept.location
    assert not open_page.browser.get(FILING).page.xpath("//ul[@class='files']")


def test_a_file_chosen_before_filing_goes_with_it(pages: Pages) -> None:
    open_page = sheet(pages)
    number = open_page.ids["1"]
    filed = upload(open_page, f"one-{number}", "示例.txt", b"x", **{f"text-{number}": "已完成。"})
    assert filed.location.startswith("/receipts/")
    assert "示例.txt" in open_page.browser.get(FILING).text
    assert versions(pages) == [(1, "已完成。")]


def test_no_file_and_an_empty_file_are_told_at_the_task(pages: Pages) -> None:
    open_page = sheet(pages)
    number = open_page.ids["1"]
    none = open_page.send(f"attach-{number}", {})
    assert none.status == 422
    assert "请先选择要上传的附件" in none.text
    empty = upload(open_page, f"attach-{number}", "空.txt", b"", **{f"text-{number}": "写了一半"})
    assert empty.status == 422
    assert box(empty, pages, "1") == "写了一半"
    with pages.database.reading() as session:
        assert session.exec(select(Material)).all() == []


def test_the_history_shows_what_changed_between_versions(pages: Pages) -> None:
    open_page = sheet(pages)
    open_page.send("one-1", {"1": "本季度建成示范点3个。"})
    review(pages, ReviewOutcome.RETURNED, "请核对数量")
    Sheet(pages, pages.as_(UNIT)).send("one-1", {"1": "本季度建成示范点5个，全部验收。"})
    number = pages.obligations(pages.example.county_a.id)["1"].id
    page = open_page.browser.get(f"/obligations/{number}").page
    assert page.xpath("//del/text()") == ["3个"]
    assert "".join(page.xpath("//ins/text()")) == "5个，全部验收"
    assert "与第 1 版的不同" in page.xpath("string(//main)")


def test_home_puts_what_came_back_first_and_leads_to_it(pages: Pages) -> None:
    open_page = sheet(pages)
    home = open_page.browser.get("/")
    assert home.page.xpath("//a[@class='button primary']/@href") == [FILING]
    assert "去填报" in home.text
    open_page.send("all", {"1": "一", "2": "二"})
    assert "查看已报内容" in open_page.browser.get("/").text
    review(pages, ReviewOutcome.RETURNED, "请写明数量" * 30)
    home = open_page.browser.get("/")
    at = f"{FILING}#task-{open_page.ids['1']}"
    assert home.page.xpath("//a[@class='button primary']/@href") == [at]
    assert "去修改" in home.text
    assert f"{('请写明数量' * 30)[:80]}…" in home.text
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.RETURNED
    # On the page as well, before what was never filed.
    assert "先改退回的第 1 项" in open_page.browser.get(FILING).text
