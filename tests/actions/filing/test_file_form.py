"""Forms issued and filed: what is new is filed once, nothing is overwritten, nobody else's is touched."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.asked import add_indicator, ask_assessment
from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tests.reports.made_forms import ASSESSMENT, MARK, NUMBER, REMARK, STATUS, TEXT, opened, saved
from tracker.actions.filing.file_form import FormOutcome, file_form
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.form_rows import Fate
from tracker.actions.filing.issue_form import form_attachment, issue_form
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round
from tracker.actions.units.merge_units import merge_units
from tracker.domain.actors import Actor, Role
from tracker.domain.assessment import Assessment
from tracker.domain.reported_values import TypedValue
from tracker.domain.states import ObligationState
from tracker.errors import (
    AlreadyAcceptedError,
    AssessmentNeededError,
    ConflictError,
    ControlCharacterError,
    ForbiddenError,
    ForeignFormError,
    FormAlteredError,
    FormOutdatedError,
    NilReasonError,
    NotFoundError,
    NothingExpectedError,
    RemarkTooLongError,
    RepeatedRowError,
    RoundClosedError,
    TextTooLongError,
    TrackerError,
    TransitionError,
    UnknownAssessmentError,
    UnknownRowError,
    UnknownStatusError,
)
from tracker.importers.files.source import SourceFile
from tracker.importers.forms import FormReading, read_form
from tracker.models import (
    Draft,
    Obligation,
    ProgressUpdate,
    Receipt,
    ReportedValue,
    ReviewOutcome,
    SiteKey,
    UnitKind,
    key,
)
from tracker.store.units import add_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

NOW = OPENED_AT + timedelta(days=3)
LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """The example in a database, and short ways to issue, fill and file a form, one transaction each.

    The county owes tasks 1 and 2, which stand in rows 7 and 8 of its form.
    """

    database: Database
    settings: Settings
    example: Example

    @property
    def county(self) -> OrgUnit:
        return self.example.county_a

    @property
    def filer(self) -> Actor:
        return self.example.filer(self.county)

    def issue(self, unit: OrgUnit | None = None, actor: Actor | None = None) -> bytes:
        unit = unit or self.county
        with self.database.transaction() as session:
            return issue_form(
                session,
                actor or self.example.filer(unit),
                self.settings,
                self.example.task_list,
                self.example.round,
                unit,
                NOW,
            ).content

    def file(
        self, reading: FormReading, actor: Actor | None = None, *, request_key: str = "1", later: bool = True
    ) -> FormOutcome:
        with self.database.transaction() as session:
            return file_form(
                session,
                actor or self.filer,
                self.settings,
                reading,
                LATER if later else NOW,
                request_key=request_key,
            )

    def submit(self, number: int, text: str) -> None:
        """What a colleague files on the page."""
        with self.database.transaction() as session:
            filing = Filing(self.example.tasks[number - 1], text)
            outcome = submit(session, self.filer, self.example.round, self.county, [filing], NOW)
        assert not outcome.refused

    def review(self, number: int, outcome: ReviewOutcome, reason: str = "") -> None:
        with self.database.transaction() as session:
            task = self.example.tasks[number - 1]
            obligation = self.obligation(number)
            review_update(
                session, COORDINATOR, session.merge(obligation), task, outcome, LATER, reason=reason,
                version=obligation.version,
            )  # fmt: skip

    def obligation(self, number: int) -> Obligation:
        with self.database.reading() as session:
            return session.exec(
                select(Obligation).where(
                    Obligation.unit_id == key(self.county),
                    Obligation.task_id == key(self.example.tasks[number - 1]),
                )
            ).one()

    def updates(self) -> list[ProgressUpdate]:
        with self.database.reading() as session:
            return list(session.exec(select(ProgressUpdate).order_by(ProgressUpdate.id)))  # type: ignore[arg-type]

    def texts(self) -> list[str]:
        return [update.text or f"nil: {update.nil_reason}" for update in self.updates()]


@pytest.fixture
def desk(database: Database, settings: Settings) -> Desk:
    with database.transaction() as session:
        return Desk(database, settings, build_example(session, settings))


@pytest.fixture
def desk_on_sqlite(sqlite_database: Database, settings: Settings) -> Desk:
    with sqlite_database.transaction() as session:
        return Desk(sqlite_database, settings, build_example(session, settings))


def filled(form: bytes, change: Callable[[Worksheet], None] | None = None, **texts: str) -> FormReading:
    """The form with texts in rows `r7`, `r8` …, and whatever else `change` does, as it is read."""
    book, sheet = opened(form)
    for row, text in texts.items():
        sheet.cell(int(row[1:]), TEXT).value = text
    if change:
        change(sheet)
    return read_form(SourceFile("报送表.xlsx", saved(book)))


def put(row: int, column: int, value: str | None) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet.cell(row, column).value = value

    return change


def fates(outcome: FormOutcome) -> dict[str, Fate]:
    return {line.number: line.fate for line in outcome.lines}


def errors(outcome: FormOutcome) -> dict[str, type[TrackerError | None]]:
    return {line.number: type(line.error) for line in outcome.of(Fate.REFUSED)}


# What is in the form that goes out.


def test_it_holds_what_is_on_file_what_is_drafted_and_what_was_said_of_it(desk: Desk) -> None:
    desk.submit(1, "=1+1 已完成")
    desk.review(1, ReviewOutcome.RETURNED, "请写明\n资金数")
    with desk.database.transaction() as session:
        save_draft(session, desk.filer, desk.example.round, desk.county, desk.example.tasks[1], "草稿", NOW)
    _, sheet = opened(desk.issue())
    assert sheet.title == "报送表"
    assert sheet["A1"].value == "示例任务清单落实进度报送表"
    assert "甲县" in str(sheet["A2"].value)
    assert "2024年10月6日（星期日）23:59" in str(sheet["A2"].value)
    assert sheet.cell(7, TEXT).value == "=1+1 已完成"
    assert sheet.cell(7, TEXT).data_type == "s"
    assert sheet.cell(7, STATUS).value == "有进展"
    assert "【退回意见】请写明\n资金数" in str(sheet.cell(7, 2).value)
    assert sheet.cell(8, TEXT).value == "草稿"
    assert sheet.cell(9, TEXT).value is None


def test_a_draft_is_its_units_own(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite
    with desk.database.transaction() as session:
        save_draft(session, desk.filer, desk.example.round, desk.county, desk.example.tasks[0], "草稿", NOW)
    _, sheet = opened(desk.issue(actor=COORDINATOR))
    assert sheet.cell(7, TEXT).value is None
    with desk.database.transaction() as session:
        mailed = form_attachment(
            session, desk.settings, desk.example.task_list, desk.example.round, desk.county, NOW
        )
    assert mailed.file_name == "报送表 甲县 2024年第三季度.xlsx"
    assert opened(mailed.content)[1].cell(7, TEXT).value == "草稿"


def test_only_open_cells_may_be_filled(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite
    desk.submit(1, "已完成")
    desk.review(1, ReviewOutcome.ACCEPTED)
    _, sheet = opened(desk.issue())
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {"D8", "F8", "G8"}


def test_no_form_for_who_may_not_or_owes_nothing(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite
    with pytest.raises(NotFoundError):
        desk.issue(actor=desk.example.filer(desk.example.county_b))
    with pytest.raises(ForbiddenError):
        desk.issue(actor=Actor(Role.LEADER, "领导", "test"))
    with desk.database.transaction() as session:
        idle = add_unit(session, "闲县", UnitKind.COUNTY)
    with pytest.raises(NothingExpectedError):
        desk.issue(idle)
    with desk.database.transaction() as session:
        close_round(session, COORDINATOR, session.merge(desk.example.round), NOW)
    desk.example.round.closed_at = NOW
    with pytest.raises(RoundClosedError):
        desk.issue()


# What comes back.


def test_new_texts_are_filed_empty_rows_are_not(desk: Desk) -> None:
    outcome = desk.file(filled(desk.issue(), r7=" 已完成第一批\r\n第二批 "))
    assert fates(outcome) == {"1": Fate.FILED, "2": Fate.EMPTY}
    assert desk.texts() == ["已完成第一批\n第二批"]
    assert outcome.receipt is not None
    assert outcome.lines[0].receipt == outcome.receipt.number
    assert outcome.lines[0].where == "工作表“报送表”第 7 行"
    assert outcome.outstanding == ("2",)
    assert outcome.link == "http://127.0.0.1:8000/filing/example/2024Q3"
    assert desk.obligation(1).is_on_time
    assert desk.obligation(2).state is ObligationState.PENDING


def test_a_draft_that_stands_in_the_form_is_filed_with_it(desk: Desk) -> None:
    with desk.database.transaction() as session:
        save_draft(session, desk.filer, desk.example.round, desk.county, desk.example.tasks[0], "草稿", NOW)
    desk.file(filled(desk.issue()))
    assert desk.texts() == ["草稿"]
    with desk.database.reading() as session:
        assert session.exec(select(Draft)).all() == []


def test_the_same_form_twice_files_once_and_answers_with_the_same_receipt(desk: Desk) -> None:
    reading = filled(desk.issue(), put(7, REMARK, "请核对"), r7="已完成", r8="推进中")
    first, again, elsewhere = desk.file(reading), desk.file(reading), desk.file(reading, request_key="2")
    assert fates(again) == {"1": Fate.UNCHANGED, "2": Fate.UNCHANGED}
    assert first.receipt is not None
    assert again.receipt is not None
    assert again.receipt.number == first.receipt.number
    assert elsewhere.receipt is None
    assert [line.receipt for line in elsewhere.lines] == [first.receipt.number] * 2
    assert desk.texts() == ["已完成", "推进中"]


def test_of_eight_that_send_the_same_form_at_once_one_files(desk: Desk) -> None:
    reading = filled(desk.issue(), r7="已完成", r8="推进中")
    start, filed = threading.Barrier(8), []

    def send(number: int) -> None:
        start.wait()
        filed.append(len(desk.file(reading, request_key=str(number % 2)).of(Fate.FILED)))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filed) == [0] * 7 + [2]
    assert desk.texts() == ["已完成", "推进中"]
    with desk.database.reading() as session:
        assert len(session.exec(select(Receipt)).all()) == 1


def test_no_progress_is_filed_with_its_reason(desk: Desk) -> None:
    outcome = desk.file(filled(desk.issue(), put(7, STATUS, "无进展"), r7="资金未下达"))
    assert fates(outcome)["1"] is Fate.FILED
    assert desk.texts() == ["nil: 资金未下达"]
    assert desk.obligation(1).state is ObligationState.NIL
    form = desk.issue()
    _, sheet = opened(form)
    assert (sheet.cell(7, TEXT).value, sheet.cell(7, STATUS).value) == ("资金未下达", "无进展")
    assert errors(desk.file(filled(form, put(7, TEXT, None)))) == {"1": NilReasonError}


def test_a_remark_is_kept_beside_the_text(desk: Desk) -> None:
    desk.file(filled(desk.issue(), put(7, REMARK, " 附件另寄 "), r7="已完成"))
    form = desk.issue()
    assert opened(form)[1].cell(7, REMARK).value == "附件另寄"
    # Another remark on the same text is something new, none at all is not.
    assert fates(desk.file(filled(form, put(7, REMARK, None))))["1"] is Fate.UNCHANGED
    assert fates(desk.file(filled(form, put(7, REMARK, "已寄出"))))["1"] is Fate.FILED
    assert [(update.text, update.remark) for update in desk.updates()] == [
        ("已完成", "附件另寄"),
        ("已完成", "已寄出"),
    ]


def test_each_row_is_refused_for_its_own_reason_and_the_others_are_filed(desk: Desk) -> None:
    outcome = desk.file(filled(desk.issue(), r7="字" * 318, r8="推进中"))
    assert errors(outcome) == {"1": TextTooLongError}
    assert (
        str(outcome.of(Fate.REFUSED)[0].error) == "第 1 项：318 字，超过上限 300 字，请删减 18 字后再提交。"
    )
    assert outcome.of(Fate.REFUSED)[0].where == "工作表“报送表”第 7 行"
    assert desk.texts() == ["推进中"]
    # As on the page: a refused text waits as its unit's draft, and its own later correction is no conflict.
    mended = desk.file(filled(desk.issue(), r7="字" * 300))
    assert fates(mended) == {"1": Fate.FILED, "2": Fate.UNCHANGED}


def test_the_limit_counts_characters_outside_the_bmp_as_one(desk_on_sqlite: Desk) -> None:
    form = desk_on_sqlite.issue()
    outcome = desk_on_sqlite.file(filled(form, r7="𠀀" * 300, r8="𠀀" * 301))
    assert fates(outcome) == {"1": Fate.FILED, "2": Fate.REFUSED}


@pytest.mark.parametrize(
    ("change", "text", "error"),
    [
        (put(7, STATUS, "无进展"), "", NilReasonError),
        (put(7, STATUS, "基本完成"), "已完成", UnknownStatusError),
        (put(7, REMARK, "字" * 501), "已完成", RemarkTooLongError),
        (put(7, TEXT, "竖线_x000B_之后"), "", ControlCharacterError),
        (put(7, MARK, None), "已完成", UnknownRowError),
        (put(7, MARK, "1.0.0123456789abcdef"), "已完成", UnknownRowError),
        (put(7, NUMBER, "2"), "已完成", UnknownRowError),
    ],
)
def test_a_row_that_cannot_be_taken_is_named(
    desk_on_sqlite: Desk, change: Callable[[Worksheet], None], text: str, error: type[Exception]
) -> None:
    outcome = desk_on_sqlite.file(filled(desk_on_sqlite.issue(), change, **({"r7": text} if text else {})))
    [refused] = outcome.of(Fate.REFUSED)
    assert isinstance(refused.error, error)
    assert "第 7 行" in refused.where
    assert desk_on_sqlite.texts() == []


def test_texts_sorted_without_their_marks_are_not_filed_for_other_tasks(desk_on_sqlite: Desk) -> None:
    def sort_visible_columns(sheet: Worksheet) -> None:
        for column in range(NUMBER, MARK):
            upper, lower = sheet.cell(7, column), sheet.cell(8, column)
            upper.value, lower.value = lower.value, upper.value

    outcome = desk_on_sqlite.file(filled(desk_on_sqlite.issue(), sort_visible_columns, r7="一", r8="二"))
    assert set(errors(outcome).values()) == {UnknownRowError}
    assert desk_on_sqlite.texts() == []


def test_a_row_twice_is_taken_where_both_say_the_same(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite

    def copy(sheet: Worksheet) -> None:
        for column in range(1, MARK + 1):
            sheet.cell(9, column).value = sheet.cell(7, column).value

    form = desk.issue()
    twice = filled(form, copy, r7="已完成")
    first, *others = twice.rows
    differing = replace(twice, rows=(replace(first, text="别的"), *others))
    assert errors(desk.file(differing)) == {"1": RepeatedRowError}
    assert fates(desk.file(twice))["1"] is Fate.FILED
    assert desk.texts() == ["已完成"]


# Versions.


def test_a_version_filed_after_the_form_was_issued_is_a_conflict_with_both_texts(desk: Desk) -> None:
    form = desk.issue()
    desk.submit(1, "同事在网页上报的")
    outcome = desk.file(filled(form, r7="表里写的", r8="推进中"))
    [refused] = outcome.of(Fate.REFUSED)
    assert outcome.has_conflict
    assert isinstance(refused.error, ConflictError)
    assert (refused.error.theirs, refused.error.yours) == ("同事在网页上报的", "表里写的")
    assert desk.texts() == ["同事在网页上报的", "推进中"]
    assert fates(desk.file(filled(form, r7="同事在网页上报的")))["1"] is Fate.UNCHANGED


def test_a_colleagues_later_draft_is_a_conflict_too(desk: Desk) -> None:
    form = desk.issue()
    colleague = replace(desk.filer, label="同事")
    with desk.database.transaction() as session:
        save_draft(session, colleague, desk.example.round, desk.county, desk.example.tasks[0], "草稿", LATER)
    outcome = desk.file(filled(form, r7="表里写的"))
    assert errors(outcome) == {"1": ConflictError}
    with desk.database.reading() as session:
        assert [draft.text for draft in session.exec(select(Draft))] == ["草稿"]


def test_a_returned_text_is_filed_anew_only_when_it_was_changed(desk: Desk) -> None:
    first = filled(desk.issue(), r7="已完成")
    desk.file(first)
    desk.review(1, ReviewOutcome.RETURNED, "太短")
    again = desk.file(first)
    assert again.lines[0].fate is Fate.UNCHANGED
    assert again.lines[0].is_returned
    assert again.outstanding == ("1", "2")
    assert fates(desk.file(filled(desk.issue(), r7="已完成三个项目")))["1"] is Fate.FILED
    assert desk.obligation(1).state is ObligationState.SUBMITTED


def test_accepted_and_exempt_rows_stay_as_they_are(desk: Desk) -> None:
    desk.submit(1, "已完成")
    desk.review(1, ReviewOutcome.ACCEPTED)
    with desk.database.transaction() as session:
        exempt(session, COORDINATOR, session.merge(desk.obligation(2)), desk.example.tasks[1], "不涉及")
    form = desk.issue()
    assert fates(desk.file(filled(form))) == {"1": Fate.UNCHANGED, "2": Fate.EMPTY}
    refused = errors(desk.file(filled(form, r7="改掉", r8="补报")))
    assert refused == {"1": AlreadyAcceptedError, "2": TransitionError}
    assert desk.texts() == ["已完成"]


# Whose form it is.


def test_another_units_form_does_not_exist_for_this_unit(desk: Desk) -> None:
    reading = filled(desk.issue(), r7="甲县的文字")
    other = desk.example.filer(desk.example.county_b)
    with pytest.raises(NotFoundError) as caught:
        desk.file(reading, other)
    assert type(caught.value) is NotFoundError
    assert str(caught.value) == str(NotFoundError())
    assert desk.texts() == []


def test_a_leader_files_nothing_and_a_coordinator_may(desk_on_sqlite: Desk) -> None:
    reading = filled(desk_on_sqlite.issue(), r7="代报")
    with pytest.raises(ForbiddenError):
        desk_on_sqlite.file(reading, Actor(Role.LEADER, "领导", "test"))
    assert fates(desk_on_sqlite.file(reading, COORDINATOR))["1"] is Fate.FILED
    assert desk_on_sqlite.updates()[0].filed_by == COORDINATOR.label


@pytest.mark.parametrize(
    "name", ["format", "round", "unit", "version", "issued_at", "status.nil", "signature"]
)
def test_a_changed_identity_files_nothing(desk_on_sqlite: Desk, name: str) -> None:
    desk = desk_on_sqlite
    book, sheet = opened(desk.issue())
    sheet.cell(7, TEXT).value = "冒名"
    [cell] = [row[1] for row in book["_duban"].iter_rows() if row[0].value == name]
    cell.value = {"unit": str(desk.example.county_b.id), "round": "2"}.get(name, f"{cell.value}0")
    with pytest.raises(FormAlteredError):
        desk.file(read_form(SourceFile("报送表.xlsx", saved(book))))
    assert desk.texts() == []


def test_another_sites_form_files_nothing(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite
    reading = filled(desk.issue(), r7="别处的")
    with desk.database.transaction() as session:
        session.get_one(SiteKey, "form").secret = "0" * 64
    with pytest.raises(ForeignFormError):
        desk.file(reading)
    assert desk.texts() == []


def test_rows_of_another_form_are_not_this_forms(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite
    theirs = filled(desk.issue(desk.example.county_b), r7="乙县一", r9="乙县三")
    own = filled(desk.issue(), r7="甲县")
    mixed = replace(own, rows=(*own.rows, *theirs.rows))
    outcome = desk.file(mixed)
    assert [type(line.error) for line in outcome.of(Fate.REFUSED)] == [UnknownRowError] * 2
    assert desk.texts() == ["甲县"]


def test_nothing_after_closing(desk: Desk) -> None:
    reading = filled(desk.issue(), r7="晚了")
    with desk.database.transaction() as session:
        close_round(session, COORDINATOR, session.merge(desk.example.round), NOW)
    with pytest.raises(RoundClosedError):
        desk.file(reading)


def test_the_form_of_a_unit_that_was_merged_away_is_out_of_date(desk_on_sqlite: Desk) -> None:
    desk = desk_on_sqlite
    reading = filled(desk.issue(), r7="甲县")
    into = desk.example.county_b
    with desk.database.transaction() as session:
        merge_units(session, COORDINATOR, desk.settings, session.merge(desk.county), session.merge(into), NOW)
    with pytest.raises(FormOutdatedError):
        desk.file(reading, desk.example.filer(into))
    with pytest.raises(NotFoundError):
        desk.file(reading, desk.example.filer(desk.example.bureau))


# Where the list asks for 自评.


@pytest.fixture
def asking(desk: Desk) -> Desk:
    with desk.database.transaction() as session:
        ask_assessment(session, desk.example.task_list, desk.example.round)
    return desk


def test_what_was_chosen_comes_back_with_its_text(asking: Desk) -> None:
    form = filled(asking.issue(), put(7, ASSESSMENT, "滞后"), r7="推进缓慢", r8="没有选")
    outcome = asking.file(form)
    assert fates(outcome) == {"1": Fate.FILED, "2": Fate.REFUSED}
    assert errors(outcome) == {"2": AssessmentNeededError}
    assert [update.assessment for update in asking.updates()] == [Assessment.BEHIND]
    # The text without a choice is not lost.
    with asking.database.reading() as session:
        draft = session.exec(select(Draft)).one()
    assert draft.text == "没有选"
    # What is on file stands in the next form.
    _, sheet = opened(asking.issue())
    assert sheet.cell(7, ASSESSMENT).value == "滞后"
    assert sheet.cell(8, ASSESSMENT).value is None


def test_the_same_form_again_files_nothing_and_another_choice_does(asking: Desk) -> None:
    form = filled(asking.issue(), put(7, ASSESSMENT, "滞后"), r7="推进缓慢")
    first = asking.file(form)
    again = asking.file(form)
    assert (fates(again)["1"], again.receipt) == (Fate.UNCHANGED, first.receipt)
    # Under one key of an upload page too: another choice is another form.
    other = filled(asking.issue(), put(7, ASSESSMENT, " 完成 "))
    assert fates(asking.file(other))["1"] is Fate.FILED
    assert [update.assessment for update in asking.updates()] == [Assessment.BEHIND, Assessment.DONE]


def test_one_task_in_two_rows_with_two_choices_is_refused(asking: Desk) -> None:
    form = filled(asking.issue(), put(7, ASSESSMENT, "滞后"), r7="推进缓慢")
    [row] = [row for row in form.rows if row.text]
    twice = replace(form, rows=(row, replace(row, assessment="完成")))
    assert errors(asking.file(twice)) == {"1": RepeatedRowError}
    assert fates(asking.file(replace(form, rows=(row, row)), request_key="2")) == {"1": Fate.FILED}


def test_an_unknown_choice_is_refused_by_its_row(asking: Desk) -> None:
    outcome = asking.file(filled(asking.issue(), put(7, ASSESSMENT, "很好\u202e"), r7="推进"))
    [line] = outcome.of(Fate.REFUSED)
    assert isinstance(line.error, UnknownAssessmentError)
    assert "很好⟨U+202E⟩" in str(line.error)
    assert asking.updates() == []


def test_nothing_to_report_needs_no_choice(asking: Desk) -> None:
    outcome = asking.file(filled(asking.issue(), put(7, STATUS, "无进展"), r7="没有安排"))
    assert fates(outcome)["1"] is Fate.FILED
    assert [update.assessment for update in asking.updates()] == [None]


def test_a_form_issued_before_the_list_asked_is_still_known_and_says_nothing_of_it(desk: Desk) -> None:
    form = filled(desk.issue(), r7="已完成")
    assert fates(desk.file(form))["1"] is Fate.FILED
    with desk.database.transaction() as session:
        ask_assessment(session, desk.example.task_list, desk.example.round)
    # On file already: no reason to refuse it.
    assert fates(desk.file(form, request_key="2"))["1"] is Fate.UNCHANGED
    changed = replace(form, rows=tuple(replace(row, text=row.text and "改过") for row in form.rows))
    assert errors(desk.file(changed, request_key="3")) == {"1": AssessmentNeededError}


def test_a_column_that_somebody_added_to_a_form_without_one_says_nothing(desk: Desk) -> None:
    def add(sheet: Worksheet) -> None:
        sheet.cell(6, MARK + 1).value = "自评"
        sheet.cell(7, MARK + 1).value = "随便写的"

    outcome = desk.file(filled(desk.issue(), add, r7="已完成"))
    assert fates(outcome)["1"] is Fate.FILED
    assert [update.assessment for update in desk.updates()] == [None]


def test_a_draft_with_its_tick_and_choice_stands_in_the_form(asking: Desk) -> None:
    with asking.database.transaction() as session:
        save_draft(
            session,
            asking.filer,
            asking.example.round,
            asking.county,
            asking.example.tasks[0],
            "没有安排",
            NOW,
            is_nil=True,
            assessment=Assessment.NOT_STARTED,
        )
    _, sheet = opened(asking.issue())
    assert [sheet.cell(7, column).value for column in (TEXT, STATUS, ASSESSMENT)] == [
        "没有安排",
        "无进展",
        "未启动",
    ]


def test_values_reported_on_the_page_stay_when_a_form_brings_a_new_text(desk: Desk) -> None:
    with desk.database.transaction() as session:
        indicator = add_indicator(session, desk.example.tasks[0], "新建示例站点", "个", "300", lineage=5)
    with desk.database.transaction() as session:
        filing = Filing(desk.example.tasks[0], "第一稿", values={indicator: TypedValue("12")})
        submit(session, desk.filer, desk.example.round, desk.county, [filing], NOW)
    assert fates(desk.file(filled(desk.issue(), r7="第二稿")))["1"] is Fate.FILED
    with desk.database.reading() as session:
        values = session.exec(select(ReportedValue).order_by("id")).all()
    assert [value.value for value in values] == [12, 12]
