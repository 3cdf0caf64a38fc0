"""改派、销号、批示 on the pages: what each person can do there, and what is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.web.conftest import FILING, ROUND
from tests.web.places import file_one
from tracker.domain.states import ObligationState
from tracker.models import CloseOut, CloseOutState, Instruction, OutgoingMail, Reassignment

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

REGISTER = "/lists/example/closeouts"


def duties(pages: Pages, unit: str, number: str) -> str:
    owner = pages.example.county_a if unit == "甲县" else pages.example.county_b
    return f"/obligations/{pages.obligations(owner.id)[number].id}/duties"


def send(browser: Browser, page: str, action: str, **values: str) -> Answer:
    """What the form on `page` that posts to `action` would send, with `values` typed in."""
    return browser.post(action, browser.get(page).fields(action=action) | values)


def move(pages: Pages, **values: str) -> Answer:
    """Task 3 from 乙县 to 甲县."""
    page = duties(pages, "乙县", "3")
    typed = {"unit": str(pages.example.county_a.id), "reason": "职能调整"} | values
    return send(pages.as_("统筹"), page, page.replace("duties", "reassign"), **typed)


def test_a_task_is_moved_and_both_units_see_it(pages_on_each: Pages) -> None:
    pages = pages_on_each
    answer = move(pages)
    assert answer.location == f"{duties(pages, '乙县', '3')}?done=reassigned_told&count=1"
    said = pages.as_("统筹").get(answer.location).text
    assert "通知新单位的邮件 1 封已列入待发" in said
    assert "乙县 → 甲县" in said
    assert "免报" in pages.as_("乙县").get(duties(pages, "乙县", "3").removesuffix("/duties")).text
    assert "乙县 → 甲县" in pages.as_("甲县").get(duties(pages, "甲县", "3").removesuffix("/duties")).text
    assert "示例任务3" in pages.as_("甲县").get(FILING).text
    assert "乙县 → 甲县" in pages.as_("领导").get("/lists/example").text


def test_unticked_nobody_is_told(pages: Pages) -> None:
    page = duties(pages, "乙县", "3")
    form = {"unit": str(pages.example.county_a.id), "reason": "职能调整", "is_lasting": "1"}
    answer = pages.as_("统筹").post(page.replace("duties", "reassign"), form)
    assert answer.location.endswith("?done=reassigned")
    with pages.database.reading() as session:
        assert session.exec(select(OutgoingMail)).all() == []
        assert session.exec(select(Reassignment)).one().is_lasting


def test_refused_what_was_typed_is_still_there(pages: Pages) -> None:
    page, action = duties(pages, "甲县", "1"), duties(pages, "甲县", "1").replace("duties", "reassign")
    other = str(pages.example.county_b.id)
    answer = send(pages.as_("统筹"), page, action, unit=other, reason="试一试", is_lasting="1")
    assert answer.status == 409
    assert "本来就由乙县报送" in answer.text
    fields = answer.fields(action=action)
    assert (fields["unit"], fields["reason"], fields["is_lasting"]) == (other, "试一试", "1")
    for values in ({"unit": "", "reason": "试"}, {"unit": other, "reason": " "}):
        assert send(pages.as_("统筹"), page, action, **values).status == 422


def test_a_refusal_changes_nothing(pages: Pages) -> None:
    """The answer is written in the transaction of the act: what is refused must be refused before anything changes."""
    page = duties(pages, "乙县", "3")
    pages.as_("统筹").post(page.replace("duties", "exempt"), {"reason": "撤并", "is_sure": "1"})
    form = {"unit": str(pages.example.county_a.id), "reason": "职能调整"}
    assert pages.as_("统筹").post(page.replace("duties", "reassign"), form).status == 409
    assert set(pages.obligations(pages.example.county_a.id)) == {"1", "2"}
    assert pages.obligations(pages.example.county_b.id)["3"].exempt_reason == "撤并"


def test_it_is_undone_while_the_new_unit_has_filed_nothing(pages: Pages) -> None:
    move(pages)
    coordinator, page = pages.as_("统筹"), duties(pages, "乙县", "3")
    assert "撤销改派" in coordinator.get(page).text
    assert "撤销改派" not in pages.as_("领导").get(page).text
    answer = coordinator.post("/reassignments/1/undo")
    assert answer.location == f"{page}?done=reassignment_undone"
    assert pages.obligations(pages.example.county_b.id)["3"].state is ObligationState.PENDING
    again = coordinator.post("/reassignments/1/undo")
    assert again.status == 409
    assert "已由统筹撤销" in again.text


def test_a_wrong_exemption_is_mended_on_the_page(pages: Pages) -> None:
    coordinator, page = pages.as_("统筹"), duties(pages, "甲县", "1")
    base = page.removesuffix("/duties")
    file_one(pages, pages.as_("甲县"))
    coordinator.post(f"{base}/exempt", {"reason": "点错了", "is_sure": "1"})
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.EXEMPT
    assert "免报后" not in coordinator.get(base).text
    assert send(coordinator, page, f"{base}/restore", reason=" ").status == 422
    assert send(coordinator, page, f"{base}/restore", reason="应当报送").location == f"{page}?done=restored"
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.SUBMITTED


def test_a_unit_asks_and_the_office_agrees(pages_on_each: Pages) -> None:
    pages = pages_on_each
    unit, coordinator, page = pages.as_("甲县"), pages.as_("统筹"), duties(pages, "甲县", "1")
    base = page.removesuffix("/duties")
    assert "申请销号" in unit.get(base).text
    answer = send(unit, page, f"{base}/closeout/ask", evidence="已于 9 月验收")
    assert answer.location == f"{page}?done=close_out_asked"
    assert "待审批" in unit.get(base).text
    twice = unit.post(f"{base}/closeout/ask", {"evidence": "再申请"})
    assert twice.status == 409
    assert "正在等待审批" in twice.text
    assert "待审批 1" in coordinator.get("/lists/example").text
    assert "已于 9 月验收" in coordinator.get(REGISTER).text
    done = coordinator.post("/closeouts/1/close", {"reason": "同意", "exempts": "1"})
    assert done.location == f"{REGISTER}?done=closed_out"
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.EXEMPT
    page_of_list = coordinator.get("/lists/example").page.xpath("//section[@id='tasks']//tr[th='1']")
    assert "已销号" in page_of_list[0].text_content()
    assert "甲县" in page_of_list[0].text_content()
    assert coordinator.post("/closeouts/1/refuse", {"reason": "迟了"}).status == 409
    assert coordinator.post("/closeouts/1/reopen", {"reason": ""}).status == 422
    assert coordinator.post("/closeouts/1/reopen", {"reason": "未完成"}).status == 303
    assert "未完成" in coordinator.get(REGISTER).text


def test_the_office_closes_a_whole_task_at_once(pages: Pages) -> None:
    coordinator, page = pages.as_("统筹"), duties(pages, "甲县", "2")
    action = page.replace("duties", "closeout/close")
    assert send(coordinator, page, action, evidence=" ", scope="all").status == 422
    assert send(coordinator, page, action, evidence="全部完成", scope="all").status == 303
    with pages.database.reading() as session:
        found = session.exec(select(CloseOut)).one()
    assert (found.unit_id, found.state) == (None, CloseOutState.CLOSED)
    assert "申请销号" not in pages.as_("甲县").get(page).text
    assert "已销号" in pages.as_("甲县").get(page).text


def register(pages: Pages, **values: str) -> Answer:
    form = {
        "text": "请加快进度。",
        "instructed_by": "示例市长",
        "instructed_on": "2024-10-02",
        "due_on": "2024-10-10",
        "list": "example",
        "task": "1",
        "units": str(pages.example.county_a.id),
    }
    return pages.as_("统筹").post("/instructions", form | values)


def test_an_instruction_is_on_the_first_page_of_its_unit_until_it_is_closed(pages_on_each: Pages) -> None:
    pages = pages_on_each
    assert register(pages).location == "/instructions?done=instructed&count=1"
    unit, coordinator = pages.as_("甲县"), pages.as_("统筹")
    assert "请加快进度" in unit.get("/").text
    assert "示例市长批示" in unit.get(duties(pages, "甲县", "1").removesuffix("/duties")).text
    assert "请加快进度" not in pages.as_("乙县").get("/").text
    assert "请加快进度" not in pages.as_("乙县").get("/instructions").text
    assert "请加快进度" in pages.as_("领导").get("/instructions?state=open").text
    page = "/instructions/1"
    assert coordinator.post(f"{page}/close").status == 409
    assert (
        send(unit, page, f"{page}/reply", text="已完成九成").location == f"{page}?done=instruction_answered"
    )
    assert "已完成九成" in coordinator.get(page).text
    assert send(coordinator, page, f"{page}/close").location == f"{page}?done=instruction_closed"
    assert "批示 1 件" not in unit.get("/").text
    late = unit.post(f"{page}/reply", {"text": "再补充", "form": "reply"})
    assert late.status == 409
    assert "已由统筹办结" in late.text
    assert [coordinator.get(f"/instructions?state={state}").text.count("请加快") for state in (
        "open", "overdue", "answered", "closed")] == [0, 0, 0, 1]  # fmt: skip


def test_asked_further_it_waits_again(pages: Pages) -> None:
    register(pages)
    unit, coordinator, page = pages.as_("甲县"), pages.as_("统筹"), "/instructions/1"
    unit.post(f"{page}/reply", {"text": "正在办"})
    assert send(coordinator, page, f"{page}/further", text="请补充", due_on="").status == 422
    answer = send(coordinator, page, f"{page}/further", text="请补充数字", due_on="2024-10-12")
    assert answer.location == f"{page}?done=asked_further"
    day_off = send(coordinator, page, f"{page}/further", text="不急", due_on="2024-10-13")
    assert day_off.location == f"{page}?done=asked_further_day_off"
    assert "请补充数字" in unit.get(page).text
    assert "待答复" in unit.get(page).text


def test_what_is_no_instruction_comes_back_as_it_was_typed(pages: Pages) -> None:
    for values in (
        {"text": " "},
        {"instructed_by": ""},
        {"due_on": "soon"},
        {"due_on": "2024-10-02"},
        {"instructed_on": "2024-10-04"},
        {"units": ""},
        {"task": "99"},
        {"task": ""},
    ):
        answer = register(pages, **values)
        assert answer.status == 422
        assert answer.value("text") == values.get("text", "请加快进度。").strip("\n")
    with pages.database.reading() as session:
        assert session.exec(select(Instruction)).all() == []


@pytest.mark.parametrize(
    ("due_on", "done"), [("2024-10-06", "instructed_day_off"), ("2024-10-08", "instructed")]
)
def test_a_day_off_is_pointed_out(pages: Pages, due_on: str, done: str) -> None:
    assert register(pages, due_on=due_on).location == f"/instructions?done={done}&count=1"


def test_a_late_answer_is_shown_as_late(pages: Pages) -> None:
    register(pages)
    pages.now += timedelta(days=8)
    assert "逾期未答复" in pages.as_("甲县").get("/").text
    assert "已逾期 1 个工作日" in pages.as_("领导").get("/instructions").text


def test_what_people_type_is_text(pages: Pages) -> None:
    register(pages, text="<script>alert(1)</script>\u202e")
    for browser in (pages.as_("甲县"), pages.as_("统筹")):
        for page in ("/instructions", "/instructions/1"):
            html = browser.get(page).html
            assert "<script>alert" not in html
            assert "⟨U+202E⟩" in html


def test_a_board_counts_the_task_with_its_new_unit(pages: Pages) -> None:
    before = pages.as_("统筹").get(f"{ROUND}/obligations?state=expected").text
    move(pages)
    after = pages.as_("统筹").get(f"{ROUND}/obligations?state=expected").text
    assert before.count("乙县") - after.count("乙县") >= 1
    assert after.count("甲县") > before.count("甲县")
