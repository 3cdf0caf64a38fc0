"""Filing on the page: what is taken, what is refused, and that nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR
from tests.web.conftest import FILING
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.close_round import close_round
from tracker.domain.states import ObligationState
from tracker.models import Draft, Obligation, ProgressUpdate, Receipt, ReportingRound, ReviewOutcome

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

UNIT = "甲县"


class Sheet:
    """A unit's open page: texts by task number go in, an answer comes out."""

    def __init__(self, pages: Pages, browser: Browser) -> None:
        self.pages, self.browser = pages, browser
        self.ids = {task.number: task.id for task in pages.example.tasks}
        self.fields = browser.get(FILING).fields(action=FILING)

    def send(self, act: str, texts: dict[str, str], *, nil: tuple[str, ...] = ()) -> Answer:
        number = act.removeprefix("one-")
        act = f"one-{self.ids[number]}" if act.startswith("one-") else act
        typed = {f"text-{self.ids[n]}": text for n, text in texts.items()}
        ticked = {f"nil-{self.ids[n]}": "1" for n in nil}
        return self.browser.post(FILING, self.fields | typed | ticked | {"act": act})


def sheet(pages: Pages, who: str = UNIT) -> Sheet:
    return Sheet(pages, pages.as_(who))


def versions(pages: Pages) -> list[tuple[int, str]]:
    with pages.database.reading() as session:
        return [(u.version, u.text or u.nil_reason) for u in session.exec(select(ProgressUpdate))]


def review(pages: Pages, outcome: ReviewOutcome, reason: str = "") -> None:
    """The coordinator's word on 甲县's task 1."""
    with pages.database.transaction() as session:
        obligation = session.get_one(Obligation, pages.obligations(pages.example.county_a.id)["1"].id)
        review_update(
            session, COORDINATOR, obligation, pages.example.tasks[0], outcome, pages.now, reason=reason
        )


def box(answer: Answer, pages: Pages, number: str) -> str:
    task_id = next(task.id for task in pages.example.tasks if task.number == number)
    return answer.value(f"text-{task_id}")


def test_filing_one_text_ends_on_its_receipt(pages_on_each: Pages) -> None:
    pages = pages_on_each
    open_page = sheet(pages)
    answer = open_page.send("one-1", {"1": "  已建成示范点 3 个。\r\n下一步推广。 "})
    assert answer.status == 303
    receipt = open_page.browser.get(answer.location)
    number = answer.location.removeprefix("/receipts/")
    for shown in (
        number,
        "甲县",
        "示例任务1的具体内容",
        "已建成示范点 3 个。",
        "2024年10月3日（星期四）10:00",
    ):
        assert shown in receipt.text
    assert versions(pages) == [(1, "已建成示范点 3 个。\n下一步推广。")]
    again = open_page.browser.get(FILING)
    assert "应报 2 项，已报 1 项，还差 1 项" in again.text
    assert box(again, pages, "1") == "已建成示范点 3 个。\n下一步推广。"


def test_filing_all_takes_what_is_filled_and_leaves_the_rest(pages: Pages) -> None:
    answer = sheet(pages, "乙县").send("all", {"1": "一", "3": "三"})
    assert answer.status == 303
    states = {n: o.state for n, o in pages.obligations(pages.example.county_b.id).items()}
    assert states == {"1": "submitted", "2": "pending", "3": "submitted"}


def test_301_characters_are_refused_with_both_numbers_and_stay_in_the_box(pages: Pages) -> None:
    open_page = sheet(pages)
    text = "进" * 301
    answer = open_page.send("all", {"1": text, "2": "合格的文字"})
    assert answer.status == 422
    assert "第 1 项：301 字，超过上限 300 字，请删减 1 字" in answer.text
    assert "已报送 1 项" in answer.text
    assert box(answer, pages, "1") == text
    assert "301/300 字" in answer.text
    # Kept as a draft as well: it is still there in a new window, and only for the unit.
    assert box(open_page.browser.get(FILING), pages, "1") == text
    assert versions(pages) == [(1, "合格的文字")]
    seen = pages.as_("统筹").get(f"{FILING}?unit=甲县")
    assert text not in seen.html
    assert "草稿" not in seen.text.replace("不显示其草稿", "")


def test_300_characters_of_any_kind_are_taken(pages: Pages) -> None:
    text = "𠀀" * 298 + "\r\n" + "e\u0301"
    assert sheet(pages).send("one-1", {"1": text}).status == 303
    assert len(versions(pages)[0][1]) == 300


def test_a_second_click_makes_no_second_version(pages: Pages) -> None:
    open_page = sheet(pages)
    first = open_page.send("one-1", {"1": "同一段文字"})
    second = open_page.send("one-1", {"1": "同一段文字"})
    assert first.location == second.location
    assert versions(pages) == [(1, "同一段文字")]
    with pages.database.reading() as session:
        assert len(session.exec(select(Receipt)).all()) == 1


def test_a_second_click_repeats_what_the_first_was_told(pages: Pages) -> None:
    open_page = sheet(pages)
    first = open_page.send("all", {"1": "合格", "2": "进" * 301})
    second = open_page.send("all", {"1": "合格", "2": "进" * 301})
    for answer in (first, second):
        assert answer.status == 422
        assert "第 2 项：301 字，超过上限 300 字" in answer.text
        assert box(answer, pages, "2") == "进" * 301
    assert versions(pages) == [(1, "合格")]


def test_going_back_and_filing_another_text_is_not_taken_for_a_second_click(pages: Pages) -> None:
    open_page = sheet(pages)
    first = open_page.send("one-1", {"1": "第一项"})
    second = open_page.send("one-2", {"1": "第一项", "2": "第二项"})
    assert second.status == 303
    assert first.location != second.location
    assert sorted(versions(pages)) == [(1, "第一项"), (1, "第二项")]


def test_a_colleagues_version_in_between_shows_both_texts(pages_on_each: Pages) -> None:
    pages = pages_on_each
    mine, theirs = sheet(pages), sheet(pages)
    assert theirs.send("one-1", {"1": "同事的文字"}).status == 303
    answer = mine.send("one-1", {"1": "我的文字"})
    assert answer.status == 409
    assert "已有新的版本" in answer.text
    assert "同事的文字" in answer.text
    assert box(answer, pages, "1") == "我的文字"
    assert versions(pages) == [(1, "同事的文字")]
    # Seen and sent again, mine becomes the next version.
    mine.fields = answer.fields(action=FILING)
    assert mine.send("one-1", {}).status == 303
    assert versions(pages) == [(1, "同事的文字"), (2, "我的文字")]


def test_a_colleagues_draft_is_neither_lost_nor_overwritten_unseen(pages: Pages) -> None:
    mine, theirs = sheet(pages), sheet(pages)
    assert theirs.send("draft", {"1": "同事的草稿"}).location.endswith("?done=draft")
    # An old page with the box untouched does not delete it.
    assert mine.send("one-2", {"2": "第二项"}).status == 303
    with pages.database.reading() as session:
        assert [draft.text for draft in session.exec(select(Draft))] == ["同事的草稿"]
    # An old page with another text in the box is told of it.
    answer = mine.send("draft", {"1": "我的草稿"})
    assert answer.status == 409
    assert "同事的草稿" in answer.text
    assert box(answer, pages, "1") == "我的草稿"
    with pages.database.reading() as session:
        assert [draft.text for draft in session.exec(select(Draft))] == ["同事的草稿"]


def test_filing_one_keeps_what_was_typed_for_the_others_as_drafts(pages: Pages) -> None:
    open_page = sheet(pages)
    assert open_page.send("one-1", {"1": "报送这一项", "2": "还没写完"}).status == 303
    assert box(open_page.browser.get(FILING), pages, "2") == "还没写完"
    assert pages.obligations(pages.example.county_a.id)["2"].state is ObligationState.DRAFT


def test_emptying_the_box_removes_the_draft(pages: Pages) -> None:
    open_page = sheet(pages)
    open_page.send("draft", {"1": "写错了"})
    open_page.fields = open_page.browser.get(FILING).fields(action=FILING)
    open_page.send("draft", {"1": ""})
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.PENDING


def test_nothing_to_report_needs_its_reason(pages: Pages) -> None:
    open_page = sheet(pages)
    refused = open_page.send("one-1", {"1": ""}, nil=("1",))
    assert refused.status == 422
    assert "还没有填写内容" in refused.text
    assert open_page.send("one-1", {"1": "本季度没有此类项目"}, nil=("1",)).status == 303
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.NIL
    shown = open_page.browser.get(FILING)
    assert "无进展" in shown.text
    assert shown.page.xpath(f"//input[@name='nil-{open_page.ids['1']}']/@checked")


def test_filing_all_with_nothing_typed_says_so(pages: Pages) -> None:
    answer = sheet(pages).send("all", {})
    assert answer.status == 422
    assert "没有可以报送的内容" in answer.text


def test_a_control_character_is_refused_with_its_place(pages_on_each: Pages) -> None:
    pages = pages_on_each
    answer = sheet(pages).send("one-1", {"1": "前\x0b后"})
    assert answer.status == 422
    assert "第 2 个字符" in answer.text
    assert "U+000B" in answer.text
    assert versions(pages) == []


def test_a_returned_text_shows_its_remark_and_is_not_sent_back_unchanged_by_mistake(pages: Pages) -> None:
    open_page = sheet(pages)
    open_page.send("one-1", {"1": "太笼统"})
    review(pages, ReviewOutcome.RETURNED, "请写明数量")
    open_page = sheet(pages)
    assert "请写明数量" in open_page.browser.get(FILING).text
    unchanged = open_page.send("all", {})
    assert unchanged.status == 422
    assert "第 1 项退回后还没有修改" in unchanged.text
    assert open_page.send("all", {"1": "建成 3 个"}).status == 303
    assert versions(pages)[-1] == (2, "建成 3 个")


def test_an_accepted_text_cannot_be_typed_over(pages: Pages) -> None:
    open_page = sheet(pages)
    open_page.send("one-1", {"1": "很好"})
    review(pages, ReviewOutcome.ACCEPTED)
    assert f"text-{open_page.ids['1']}" not in open_page.browser.get(FILING).html
    open_page.send("one-1", {"1": "改掉"})
    assert versions(pages) == [(1, "很好")]


def test_after_closing_the_typed_text_is_shown_and_nothing_is_filed(pages: Pages) -> None:
    open_page = sheet(pages)
    with pages.database.transaction() as session:
        reporting_round = session.get_one(ReportingRound, pages.example.round.id)
        close_round(session, COORDINATOR, reporting_round, pages.now)
    answer = open_page.send("one-1", {"1": "晚了一步"})
    assert answer.status == 409
    assert "报送期已关闭" in answer.text
    assert box(answer, pages, "1") == "晚了一步"
    assert versions(pages) == []
    assert "已关闭，只能查看" in open_page.browser.get(FILING).text


def test_a_session_that_ended_while_writing_gives_the_text_back(pages: Pages) -> None:
    open_page = sheet(pages)
    open_page.browser.cookies.delete("duban")
    answer = open_page.send("one-1", {"1": "写了一个小时的文字"})
    assert answer.status == 401
    assert "写了一个小时的文字" in answer.text
    open_page.browser.cookies.set("duban", pages.session_of(UNIT))
    assert open_page.browser.post(FILING, answer.fields(action=FILING)).status == 303
    assert versions(pages) == [(1, "写了一个小时的文字")]


def test_last_periods_text_stands_beside_the_box(pages_on_each: Pages) -> None:
    pages = pages_on_each
    from tracker.actions.rounds.open_round import open_round  # noqa: PLC0415

    open_page = sheet(pages)
    assert "上期未在本系统报送" in open_page.browser.get(FILING).text
    open_page.send("one-1", {"1": "上一季度的文字"})
    with pages.database.transaction() as session:
        open_round(session, COORDINATOR, pages.settings, pages.example.task_list, "2024Q4", pages.now)
    shown = open_page.browser.get("/filing/example/2024Q4").text
    assert "“上期”指2024年第三季度" in shown
    assert "带入上期上一季度的文字" in shown
    assert "上期未报送" in shown
    # Who cannot write has nothing to copy into.
    assert "上期上一季度的文字" in pages.as_("领导").get("/filing/example/2024Q4?unit=甲县").text


def test_last_periods_text_is_a_link_while_this_ones_is_filed(pages: Pages) -> None:
    from tracker.actions.rounds.open_round import open_round  # noqa: PLC0415

    open_page = sheet(pages)
    open_page.send("one-1", {"1": "上一季度的文字"})
    before = f"/obligations/{pages.obligations(pages.example.county_a.id)['1'].id}"
    with pages.database.transaction() as session:
        open_round(session, COORDINATOR, pages.settings, pages.example.task_list, "2024Q4", pages.now)
    following = "/filing/example/2024Q4"

    def shown() -> tuple[bool, bool]:
        """Whether the text is there, and the link to it."""
        page = open_page.browser.get(following)
        return "上一季度的文字" in page.text, page.page.xpath("//a[.='上期所报']/@href") == [before]

    def send(text: str, act: str) -> None:
        form = open_page.browser.get(following).fields(action=following)
        open_page.browser.post(following, form | {f"text-{open_page.ids['1']}": text, "act": act})

    assert shown() == (True, False)
    send("写了一半", "draft")
    assert shown() == (True, False)
    send("本季度", f"one-{open_page.ids['1']}")
    assert shown() == (False, True)
    assert "上一季度的文字" in open_page.browser.get(before).text
    with pages.database.transaction() as session:
        found = session.exec(select(Obligation).where(Obligation.state == ObligationState.SUBMITTED)).all()
        (filed,) = (one for one in found if one.round_id != pages.example.round.id)
        review_update(
            session,
            COORDINATOR,
            filed,
            pages.example.tasks[0],
            ReviewOutcome.RETURNED,
            pages.now,
            reason="请写明数量",
        )
    assert shown() == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=1>",
        '"><svg/onload=1>',
        "</textarea><script>1</script>",
        "{{ 7*7 }}",
        "\n首行是空行",
    ],
)
def test_what_is_typed_is_text_wherever_it_is_shown(pages: Pages, text: str) -> None:
    open_page = sheet(pages)
    location = open_page.send("one-1", {"1": text}).location
    obligation = pages.obligations(pages.example.county_a.id)["1"].id
    review(pages, ReviewOutcome.RETURNED, text)
    for browser, path in (
        (open_page.browser, location),
        (open_page.browser, FILING),
        (pages.as_("统筹"), f"/obligations/{obligation}"),
        (pages.as_("领导"), f"{FILING}?unit=甲县"),
    ):
        answer = browser.get(path)
        assert text.strip() in answer.page.xpath("string(//main)")
        assert not answer.page.xpath("//main//img | //main//svg | //main//script")


def test_hidden_characters_are_shown(pages: Pages) -> None:
    open_page = sheet(pages)
    receipt = open_page.browser.get(open_page.send("one-1", {"1": "完成\u202e率"}).location)
    assert "完成⟨U+202E⟩率" in receipt.text


def test_a_coordinator_reads_a_units_page_and_files_nothing(pages: Pages) -> None:
    answer = pages.as_("统筹").get(f"{FILING}?unit=甲县人民政府")
    assert "只读视图" in answer.text
    assert not answer.page.xpath("//textarea | //button[@name='act']")


def test_a_form_of_hundreds_of_tasks_is_read_whole(pages: Pages) -> None:
    open_page = sheet(pages)
    many = {f"text-{number}": "进" * 300 for number in range(1000, 3000)}
    answer = open_page.browser.post(FILING, open_page.fields | many | {"act": "draft"})
    assert answer.status == 303
