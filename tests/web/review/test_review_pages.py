"""The reviewer's desk: what waits, what is shown beside it, and what a decision leads to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.actions.gathering import gather, obligation_of
from tests.example import COORDINATOR
from tests.web.conftest import ROUND, Pages
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.open_round import open_round
from tracker.domain.assessment import Assessment
from tracker.domain.states import ObligationState
from tracker.models import (
    Contact,
    Indicator,
    IndicatorKind,
    IndicatorState,
    IndicatorValue,
    Material,
    Obligation,
    OrgUnit,
    OutgoingMail,
    ProgressUpdate,
    ReportedValue,
    ReportingRound,
    ReviewOutcome,
    Task,
    ValueRole,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.web.client import Answer, Browser
QUEUE = f"{ROUND}/review"
LONG = "组织召开工作推进会3次，印发实施方案，明确责任分工和完成时限，带动脱贫户120户增收。"


class Desk:
    """The office's page over texts that tests file."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.browser: Browser = pages.as_("统筹")

    def file(
        self, unit: OrgUnit, number: int, text: str, *, is_nil: bool = False, after: int = 0, remark: str = ""
    ) -> int:
        """Files and returns the number of the obligation; `after` minutes later than others."""
        example = self.pages.example
        task = example.tasks[number - 1]
        with self.pages.database.transaction() as session:
            reporting_round = session.get_one(ReportingRound, example.round.id)
            filing = Filing(task, text, is_nil=is_nil, remark=remark)
            at = self.pages.now + timedelta(minutes=after)
            submit(session, example.filer(unit), reporting_round, unit, [filing], at)
            return key(obligation_of(session, example, unit, task))

    def get(self, query: str = "") -> Answer:
        answer = self.browser.get(QUEUE + query)
        assert answer.status == 200, answer.text
        return answer

    def fields(self, query: str = "", path: str = QUEUE) -> dict[str, str]:
        page = self.browser.get(path + query).page
        form = next(form for form in page.forms if form.get("id") == "queue")
        return {name: value for name, value in form.fields.items() if name and isinstance(value, str)}

    def post(self, data: Mapping[str, object], act: str = "", query: str = "") -> Answer:
        return self.browser.post(QUEUE + act + query, data)  # type: ignore[arg-type]

    def states(self, unit: OrgUnit) -> dict[str, ObligationState]:
        return {number: found.state for number, found in self.pages.obligations(unit.id).items()}


@pytest.fixture
def desk(pages: Pages) -> Desk:
    return Desk(pages)


def shown(answer: Answer) -> list[int]:
    """The cards of a page, from the top."""
    cards = answer.page.xpath("//article[contains(@class, 'review-card')]/@id")
    return [int(card.removeprefix("card-")) for card in cards]


def card(answer: Answer, number: int) -> str:
    (found,) = answer.page.xpath(f"//article[@id='card-{number}']")
    return " ".join("".join(found.itertext()).split())


def test_what_has_waited_longest_comes_first_and_drafts_are_not_there(desk: Desk) -> None:
    example = desk.pages.example
    late = desk.file(example.county_a, 1, "已完成。", after=2)
    nil = desk.file(example.county_b, 3, "本期无此事项", is_nil=True, after=1)
    early = desk.file(example.bureau, 1, "已完成。")
    answer = desk.get()
    assert shown(answer) == [early, nil, late]
    assert "共 3 项" in answer.text
    assert "无进展，理由：本期无此事项" in card(answer, nil)


def test_a_card_shows_what_is_needed_to_judge(desk: Desk) -> None:
    pages, county = desk.pages, desk.pages.example.county_a
    number = desk.file(county, 1, "培训1200人次。", remark="内部备注")
    with pages.database.transaction() as session:
        session.add(
            Material(
                unit_id=key(county),
                round_id=pages.example.round.id,
                task_id=pages.example.tasks[0].id,
                file_name="台账.xlsx",
                media_type="x",
                content=b"x",
                content_hash="x",
                received_at=pages.now,
                received_from="甲县",
            )
        )
        update = session.exec(select(ProgressUpdate)).one()
        update.assessment = Assessment.BEHIND
        indicator = Indicator(
            version_id=pages.example.round.version_id,
            lineage=1,
            task_id=pages.example.tasks[0].id,
            position=1,
            name="培训人次",
            unit="人次",
            kind=IndicatorKind.BINDING,
            state=IndicatorState.CONFIRMED,
        )
        session.add(indicator)
        session.flush()
        session.add(
            IndicatorValue(
                indicator_id=key(indicator),
                role=ValueRole.TARGET,
                position=1,
                text="≥4500",
                value=Decimal(4500),
            )
        )
        session.add(
            ReportedValue(
                update_id=key(update), indicator_id=key(indicator), value=Decimal(1500), reason="已核实"
            )
        )
    text = card(desk.get(), number)
    for said in (
        "甲县",
        "第 1 项",
        "示例任务1的具体内容。",
        "上期没有报送。",
        "自评：滞后",
        "内部备注",
        "台账.xlsx",
        "1500 人次",
        "≥4500",
        "已核实",
        "文字里写“1200人次”，指标“培训人次”填的是 1500 人次",
    ):
        assert said in text, said


def test_last_periods_text_stands_beside_a_copy_with_the_passage_marked(desk: Desk) -> None:
    pages, county = desk.pages, desk.pages.example.county_a
    with pages.database.transaction() as session:
        before = open_round(
            session, COORDINATOR, pages.settings, pages.example.task_list, "2024Q2", pages.now
        )
        task = session.get_one(Task, pages.example.tasks[0].id)
        submit(session, pages.example.filer(county), before, county, [Filing(task, LONG)], pages.now)
    number = desk.file(county, 1, LONG.replace("120", "135"))
    answer = desk.get()
    assert "与上期 95% 相同，数字有变化" in card(answer, number)
    both = [
        answer.page.xpath(f"//article//{place}//mark/text()")
        for place in ("div[@class='previous']", "p[@class='text filed']")
    ]
    assert both[0] == both[1]
    assert "印发实施方案，明确责任分工和完成时限" in both[0][0]


def test_a_copy_of_another_unit_can_be_held_beside_it(desk: Desk) -> None:
    example = desk.pages.example
    number = desk.file(example.county_a, 1, LONG)
    other = desk.file(example.county_b, 1, LONG)
    answer = desk.get()
    assert "与乙县报送的同一任务 100% 相同" in card(answer, number)
    assert "与甲县报送的同一任务 100% 相同" in card(answer, other)


def test_a_decision_leads_to_the_next_card_with_a_word_above_it(desk: Desk) -> None:
    example = desk.pages.example
    first = desk.file(example.county_a, 1, "一。")
    second = desk.file(example.county_a, 2, "二。", after=1)
    third = desk.file(example.county_b, 1, "三。", after=2)
    answer = desk.post(desk.fields() | {"act": f"accept-{second}"})
    assert (answer.status, answer.location) == (
        303,
        f"{QUEUE}?page=1&said=accepted&at={third}#card-{third}",
    )
    page = desk.browser.get(answer.location.partition("#")[0])
    assert shown(page) == [first, third]
    assert card(page, third).startswith("已通过。")
    # After the last one comes the one before it.
    assert desk.post(desk.fields() | {"act": f"accept-{third}"}).location.endswith(f"#card-{first}")
    assert desk.post(desk.fields() | {"act": f"accept-{first}"}).location == f"{QUEUE}?page=1&said=accepted"
    assert "没有等待审核的报送" in desk.get().text


def test_a_return_takes_phrases_and_words_and_is_mailed(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, "一。")
    data: dict[str, object] = desk.fields() | {
        "act": f"return-{number}",
        f"phrase-{number}": ["0", "2"],
        f"reason-{number}": " 第二句不清楚 ",
    }
    assert desk.post(data).location == f"{QUEUE}?page=1&said=returned"
    with desk.pages.database.reading() as session:
        (mail,) = session.exec(select(OutgoingMail).where(OutgoingMail.kind == "returned")).all()
    phrases = desk.pages.settings.review.phrases
    assert f"{phrases[0]}；{phrases[2]}" in mail.text
    assert "第二句不清楚" in mail.text
    assert desk.states(county)["1"] is ObligationState.RETURNED


def test_a_return_without_a_reason_keeps_the_card_open_and_says_so(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, "一。")
    answer = desk.post(desk.fields() | {"act": f"return-{number}", f"phrase-{number}": "99"})
    assert answer.status == 422
    assert "请写明需要怎样修改" in card(answer, number)
    assert answer.page.xpath("//details[@class='send-back']/@open")
    assert desk.states(county)["1"] is ObligationState.SUBMITTED


def test_a_reason_that_cannot_be_stored_stays_in_its_box(desk: Desk) -> None:
    number = desk.file(desk.pages.example.county_a, 1, "一。")
    answer = desk.post(desk.fields() | {"act": f"return-{number}", f"reason-{number}": "改\x07改"})
    assert answer.status == 422
    assert "U+0007" in card(answer, number)


def test_a_unit_without_contacts_is_said_to_have_got_no_mail(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, "一。")
    with desk.pages.database.transaction() as session:
        for contact in session.exec(select(Contact).where(Contact.unit_id == county.id)):
            session.delete(contact)
    answer = desk.post(desk.fields() | {"act": f"return-{number}", f"reason-{number}": "改"})
    assert "没有联系人" in desk.browser.get(answer.location).text


def test_a_newer_version_is_not_accepted_for_the_one_that_was_read(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, "一。")
    read = desk.fields()
    desk.file(county, 1, "改过了。")
    answer = desk.post(read | {"act": f"accept-{number}"})
    assert answer.status == 409
    assert "甲县" in answer.page.xpath("//div[@role='alert']")[0].text_content()
    assert "改过了。" in card(answer, number)
    assert desk.states(county)["1"] is ObligationState.SUBMITTED


def test_many_are_accepted_after_a_list_of_them_and_the_overtaken_is_left_out(desk: Desk) -> None:
    example = desk.pages.example
    numbers = [
        desk.file(example.county_a, 1, "一。"),
        desk.file(example.county_a, 2, "二。"),
        desk.file(example.county_b, 1, "三。"),
    ]
    read: dict[str, object] = desk.fields() | {"which": "tick", "tick": [str(number) for number in numbers]}
    desk.file(example.county_b, 1, "改过了。")
    asked = desk.post(read, "/confirm")
    assert asked.status == 200
    assert "确认通过以下 2 项？" in asked.text
    assert "另有 1 项刚刚有了变化" in asked.text
    assert set(desk.states(example.county_a).values()) == {ObligationState.SUBMITTED}
    form = next(form for form in asked.page.forms if form.method == "POST" and "review" in form.action)
    data: dict[str, object] = {}
    for name, value in form.form_values():
        data[name] = [*data.get(name, []), value]  # type: ignore[misc]
    desk.file(example.county_a, 2, "又改过。")
    answer = desk.post(data | {"act": "all"})
    assert answer.status == 409
    assert "已办理 1 项" in answer.text
    assert desk.states(example.county_a) == {"1": ObligationState.ACCEPTED, "2": ObligationState.SUBMITTED}


def test_all_without_flags_means_what_the_page_showed_and_no_nil_report(desk: Desk) -> None:
    example = desk.pages.example
    plain = desk.file(example.county_a, 1, "已完成。")
    desk.file(example.county_a, 2, "高度重视，加强领导，扎实推进各项工作。")
    desk.file(example.county_b, 3, "本期无此事项", is_nil=True)
    page = desk.get()
    clean = page.page.xpath("//input[@name='clean']/@value")
    assert clean == [str(plain)]
    assert "通过本页没有提示的 1 项" in page.text
    asked = desk.post(desk.fields() | {"which": "clean"}, "/confirm")
    assert "确认通过以下 1 项？" in asked.text


def test_nothing_ticked_is_said(desk: Desk) -> None:
    desk.file(desk.pages.example.county_a, 1, "一。")
    answer = desk.post(desk.fields() | {"which": "tick"}, "/confirm")
    assert "没有勾选任何一项" in desk.browser.get(answer.location).text


def test_filters_narrow_and_a_choice_that_means_nothing_is_not_found(desk: Desk) -> None:
    example = desk.pages.example
    first = desk.file(example.county_a, 1, "已完成。")
    third = desk.file(example.county_b, 3, "高度重视，加强领导，扎实推进各项工作。", after=1)
    nil = desk.file(example.bureau, 2, "无此事项", is_nil=True, after=2)
    measure = example.tasks[2].measure_id
    for query, expected in (
        ("?nil=yes", [nil]),
        ("?nil=no", [first, third]),
        (f"?measure={measure}", [third]),
        (f"?unit={example.county_a.id}", [first]),
        ("?kind=department", [nil]),
        ("?flagged=1", [third]),
        ("?measure=&unit=&kind=&nil=", [first, third, nil]),
    ):
        assert shown(desk.get(query)) == expected, query
    for query in ("?nil=maybe", "?kind=planet", "?unit=x"):
        assert desk.browser.get(QUEUE + query).status == 404
    # What was asked for is kept over a decision.
    answer = desk.post(desk.fields("?nil=no") | {"act": f"accept-{first}"}, query="?nil=no&page=1")
    assert answer.location.startswith(f"{QUEUE}?nil=no&page=1&said=accepted")


@pytest.mark.parametrize(
    "act", ["accept-", "accept-x", "accept-²", "accept-" + "9" * 5000, "forget-1", "", "accept-999999", "all"]
)
def test_what_is_no_decision_is_not_found(desk: Desk, act: str) -> None:
    desk.file(desk.pages.example.county_a, 1, "一。")
    assert desk.post(desk.fields() | {"act": act, "tick": "x"}).status == 404


def test_fields_that_nobody_asked_for_lead_nowhere_else(desk: Desk) -> None:
    number = desk.file(desk.pages.example.county_a, 1, "一。")
    extra = {"version-²": "1", "version-": "1", f"phrase-{number}": "²", "act": f"accept-{number}"}
    assert desk.post(desk.fields() | extra).location == f"{QUEUE}?page=1&said=accepted"


def test_a_text_that_was_returned_shows_why_and_what_has_changed(desk: Desk) -> None:
    county, pages = desk.pages.example.county_a, desk.pages
    number = desk.file(county, 1, "培训若干人次。")
    with pages.database.transaction() as session:
        owed = session.get_one(Obligation, number)
        task = session.get_one(Task, owed.task_id)
        review_update(
            session, COORDINATOR, owed, task, ReviewOutcome.RETURNED, pages.now, reason="若干是多少"
        )
    desk.file(county, 1, "培训120人次。", after=1)
    answer = desk.get()
    text = card(answer, number)
    assert "若干是多少" in text
    assert answer.page.xpath("//details[@class='earlier']//del/text()") == ["若干"]
    assert answer.page.xpath("//details[@class='earlier']//ins/text()") == ["120"]


def test_no_text_is_markup(desk: Desk) -> None:
    number = desk.file(desk.pages.example.county_a, 1, "<script>alert(1)</script>\u202e高度重视加强领导")
    answer = desk.get()
    assert "<script>alert" not in answer.html
    assert "⟨U+202E⟩" in card(answer, number)


def test_what_waits_for_a_unit_above_is_counted_and_can_be_decided_all_the_same(
    pages_on_each: Pages,
) -> None:
    desk = Desk(pages_on_each)
    example = desk.pages.example
    with desk.pages.database.transaction() as session:
        gather(session, session.get_one(ReportingRound, example.round.id))
        session.get_one(OrgUnit, example.county_a.id).parent_id = example.county_b.id
    below = desk.file(example.county_a, 1, "下级。")
    own = desk.file(example.county_b, 1, "自己。", after=1)
    answer = desk.get()
    assert shown(answer) == [own]
    assert "待审核 1 项" in answer.text
    assert "等上级单位初审 1 项" in answer.text
    above = desk.get("?above=1")
    assert shown(above) == [below]
    posted = desk.post(desk.fields("?above=1") | {"act": f"accept-{below}"}, query="?above=1")
    assert posted.location == f"{QUEUE}?above=1&page=1&said=accepted"
    assert desk.states(example.county_a)["1"] is ObligationState.ACCEPTED


def test_a_page_costs_a_bounded_number_of_queries(desk: Desk) -> None:
    example = desk.pages.example

    def queries(act: Callable[[], object]) -> int:
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        event.listen(desk.pages.database.engine, "before_cursor_execute", count)
        act()
        event.remove(desk.pages.database.engine, "before_cursor_execute", count)
        return counted

    desk.file(example.county_a, 1, "一。")
    desk.get()
    one = queries(desk.get)
    for unit in (example.county_b, example.bureau):
        for number in (1, 2, 3):
            desk.file(unit, number, f"{unit.name}{number}。")
    desk.file(example.county_a, 2, "二。")
    assert len(shown(desk.get())) == 8
    assert queries(desk.get) == one


def test_the_obligations_own_page_says_no_mail_went_where_nobody_is_to_be_told(desk: Desk) -> None:
    county = desk.pages.example.county_a
    number = desk.file(county, 1, "一。")
    path = f"/obligations/{number}"
    fields = desk.browser.get(path).fields(action=f"{path}/return")
    assert desk.browser.post(f"{path}/return", fields | {"reason": "改"}).location == f"{path}?done=returned"
    with desk.pages.database.transaction() as session:
        session.exec(select(OutgoingMail).where(OutgoingMail.kind == "returned")).one()
        for contact in session.exec(select(Contact).where(Contact.unit_id == county.id)):
            session.delete(contact)
    desk.file(county, 1, "二。")
    fields = desk.browser.get(path).fields(action=f"{path}/return")
    answer = desk.browser.post(f"{path}/return", fields | {"reason": "再改"})
    assert "没有联系人" in desk.browser.get(answer.location).text


def test_a_page_on_which_nothing_was_done_says_nothing(desk: Desk) -> None:
    desk.file(desk.pages.example.county_a, 1, "一。")
    desk.browser.cookies.set("language", "en")
    for query in ("", "?said=nothing-known"):
        assert desk.get(query).page.xpath("//*[@role='status']") == []
    assert len(desk.get("?said=accepted").page.xpath("//*[@role='status']")) == 1
