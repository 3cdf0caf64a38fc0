"""Filing 自评 and values of indicators: what is needed, what is kept with which version, and at what price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.asked import add_indicator, ask_assessment
from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.filing.compile_worksheet import compile_worksheet
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import system
from tracker.domain.assessment import Assessment
from tracker.domain.reported_values import LastValue, Reported, TypedValue, read_typed
from tracker.errors import (
    AssessmentNeededError,
    IndicatorChangedError,
    InvalidNumberError,
    RequestKeyUsedError,
    ValueFallsError,
)
from tracker.models import (
    AssignmentRole,
    Draft,
    Indicator,
    IndicatorState,
    ListVersion,
    Obligation,
    ProgressUpdate,
    ReportedValue,
    ReportingRound,
    ReviewOutcome,
    Task,
    key,
)
from tracker.store.progress import latest_update
from tracker.store.reported_values import value_history, values_of_updates

if TYPE_CHECKING:
    from tracker.actions.filing.compile_worksheet import WorksheetLine
    from tracker.actions.filing.file_progress import Submission
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit

NOW = OPENED_AT + timedelta(days=3)
LATER = NOW + timedelta(days=90)


@dataclass(frozen=True)
class Desk:
    """The county's desk: task 1 asks for the indicators 5 (stations, cumulative) and 6 (a rate); task 2 for none."""

    database: Database
    settings: Settings
    example: Example
    stations: int
    rate: int

    @property
    def county(self) -> OrgUnit:
        return self.example.county_a

    @property
    def task(self) -> Task:
        return self.example.tasks[0]

    def submit(
        self,
        *filings: Filing,
        unit: OrgUnit | None = None,
        request_key: str | None = None,
        reporting_round: ReportingRound | None = None,
    ) -> Submission:
        unit = unit or self.county
        with self.database.transaction() as session:
            found = session.get_one(ReportingRound, (reporting_round or self.example.round).id)
            now = NOW if reporting_round is None else LATER
            return submit(
                session, self.example.filer(unit), found, unit, filings, now, request_key=request_key
            )

    def line(self, reporting_round: ReportingRound | None = None, *, is_own: bool = True) -> WorksheetLine:
        """What the worksheet says of the first task."""
        actor = self.example.filer(self.county) if is_own else COORDINATOR
        with self.database.reading() as session:
            worksheet = compile_worksheet(
                session,
                actor,
                self.example.task_list,
                session.get_one(ReportingRound, (reporting_round or self.example.round).id),
                self.county,
            )
        return worksheet.lines[0]

    def draft(self) -> Draft | None:
        with self.database.reading() as session:
            return session.exec(select(Draft)).first()

    def values(self) -> dict[int, list[tuple[int, Decimal, str]]]:
        """By version of the first task's text: indicator, value, reason."""
        with self.database.reading() as session:
            updates = session.exec(
                select(ProgressUpdate)
                .join(Obligation)
                .where(Obligation.unit_id == self.county.id, Obligation.task_id == self.task.id)
            ).all()
            found = values_of_updates(session, [key(update) for update in updates])
            return {
                update.version: sorted(
                    (value.indicator_id, value.value, value.reason)
                    for value in found.get(key(update), {}).values()
                )
                for update in updates
            }

    def next_round(self) -> ReportingRound:
        """The last quarter, on a new version of the list in which the indicators go on."""
        with self.database.transaction() as session:
            version = ListVersion(list_id=key(self.example.task_list), number=2, imported_at=LATER)
            session.add(version)
            session.flush()
            old = self.task
            task = Task(
                version_id=key(version),
                lineage=old.lineage,
                position=1,
                number="1",
                title=old.title,
                content=old.content,
                units_text=old.units_text,
                units_block=1,
                is_lead_certain=True,
                place="第 1 行",
            )
            session.add(task)
            session.flush()
            add_indicator(session, task, "新建示例站点", "个", "300", lineage=5)
            found = open_round(
                session, system("test"), self.settings, self.example.task_list, "2024Q4", LATER
            )
            session.add(
                Obligation(
                    round_id=key(found),
                    task_id=key(task),
                    unit_id=key(self.county),
                    role=AssignmentRole.LOCAL,
                )
            )
            return found


@pytest.fixture
def desk(database: Database, settings: Settings) -> Desk:
    with database.transaction() as session:
        example = build_example(session, settings)
        stations = add_indicator(
            session, example.tasks[0], "新建示例站点", "个", "300", lineage=5, baseline="20"
        )
        rate = add_indicator(session, example.tasks[0], "示例覆盖率", "%", "95", lineage=6, bound="at_least")
        add_indicator(
            session, example.tasks[0], "待确认", "个", "3", lineage=7, state=IndicatorState.PROPOSED
        )
        return Desk(database, settings, example, stations, rate)


@pytest.fixture
def asking(desk: Desk) -> Desk:
    with desk.database.transaction() as session:
        ask_assessment(session, desk.example.task_list, desk.example.round)
    return desk


def _values(desk: Desk, stations: str, rate: str = "", reason: str = "") -> dict[int, TypedValue]:
    return {desk.stations: TypedValue(stations, reason), desk.rate: TypedValue(rate)}


def test_where_the_list_asks_a_text_without_assessment_is_refused_and_kept(asking: Desk) -> None:
    values = _values(asking, "12")
    [refusal] = asking.submit(Filing(asking.task, "已完成", values=values)).refused
    assert isinstance(refusal.error, AssessmentNeededError)
    assert str(refusal.error) == "第 1 项：还没有选择自评，请选择后再报送。"
    draft = asking.draft()
    assert draft is not None
    assert (draft.text, draft.assessment) == ("已完成", None)
    assert read_typed(draft.reported) == {asking.stations: TypedValue("12")}


@pytest.mark.parametrize("assessment", list(Assessment))
def test_an_assessment_is_on_file_with_its_version(asking: Desk, assessment: Assessment) -> None:
    asking.submit(Filing(asking.task, "已完成", assessment=assessment))
    line = asking.line()
    assert line.update is not None
    assert line.update.assessment is assessment


def test_a_nil_report_may_leave_the_assessment_out_or_give_it(asking: Desk) -> None:
    second = asking.example.tasks[1]
    outcome = asking.submit(
        Filing(asking.task, "没有安排", is_nil=True),
        Filing(second, "没有安排", is_nil=True, assessment=Assessment.NOT_STARTED),
    )
    assert not outcome.refused
    with asking.database.reading() as session:
        found = session.exec(select(ProgressUpdate).order_by("id")).all()
    assert [update.assessment for update in found] == [None, Assessment.NOT_STARTED]


def test_a_list_that_does_not_ask_keeps_no_assessment(desk: Desk) -> None:
    for _ in range(2):
        [line] = desk.submit(Filing(desk.task, "已完成", assessment=Assessment.DONE)).filed
        # Nor is the second another version for it.
        assert line.version == 1
    update = desk.line().update
    assert update is not None
    assert update.assessment is None


def test_another_assessment_or_value_of_the_same_text_is_another_version(asking: Desk) -> None:
    def version(assessment: Assessment, stations: str) -> int:
        filing = Filing(
            asking.task, "已完成", assessment=assessment, values={asking.stations: TypedValue(stations)}
        )
        [line] = asking.submit(filing).filed
        return line.version

    assert version(Assessment.BEHIND, "12") == 1
    assert version(Assessment.BEHIND, "12") == 1
    # The same number, written in another way.
    assert version(Assessment.BEHIND, "１２.0 个") == 1
    assert version(Assessment.ON_SCHEDULE, "12") == 2
    assert version(Assessment.ON_SCHEDULE, "13") == 3
    assert version(Assessment.ON_SCHEDULE, "") == 4


def test_values_are_filed_with_the_text_and_a_blank_is_unknown(desk: Desk) -> None:
    outcome = desk.submit(Filing(desk.task, "已完成", values=_values(desk, "1,200", "")))
    assert not outcome.refused
    assert desk.values() == {1: [(desk.stations, Decimal(1200), "")]}
    stations, rate = desk.line().indicators
    assert (stations.lineage, stations.name, stations.unit, stations.is_cumulative) == (
        5,
        "新建示例站点",
        "个",
        True,
    )
    assert (rate.lineage, rate.is_cumulative, rate.filed) == (6, False, None)
    assert stations.filed == Reported(Decimal(1200))
    assert stations.stated.baseline is not None
    assert [point.date for point in stations.stated.targets] == ["2025"]


def test_a_bad_number_refuses_its_text_only_and_keeps_what_was_typed(desk: Desk) -> None:
    outcome = desk.submit(
        Filing(desk.task, "已完成", values=_values(desk, "约12", "80%")),
        Filing(desk.example.tasks[1], "也完成"),
    )
    [refusal] = outcome.refused
    assert isinstance(refusal.error, InvalidNumberError)
    assert refusal.error.indicator_id == desk.stations
    assert [line.task.number for line in outcome.filed] == ["2"]
    assert desk.values() == {}
    typed = {line.id: line.typed for line in desk.line().indicators}
    assert typed == {desk.stations: TypedValue("约12"), desk.rate: TypedValue("80%")}
    # What a unit has typed and not filed is its own affair.
    assert {line.typed for line in desk.line(is_own=False).indicators} == {None}


def test_a_face_without_a_place_for_values_leaves_those_on_file(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "第一稿", values=_values(desk, "12", "80")))
    desk.submit(Filing(desk.task, "第二稿"))
    desk.submit(Filing(desk.task, "第三稿", values=_values(desk, "14")))
    desk.submit(Filing(desk.task, "第四稿", values={}))
    assert desk.values() == {
        1: [(desk.stations, Decimal(12), ""), (desk.rate, Decimal(80), "")],
        2: [(desk.stations, Decimal(12), ""), (desk.rate, Decimal(80), "")],
        3: [(desk.stations, Decimal(14), "")],
        4: [],
    }


def test_a_text_sent_back_is_filed_anew_with_its_values(desk: Desk) -> None:
    filing = Filing(desk.task, "第一稿", values=_values(desk, "12"))
    desk.submit(filing)
    with desk.database.transaction() as session:
        obligation = session.exec(select(Obligation).where(Obligation.version == 1)).one()
        review_update(
            session, COORDINATOR, obligation, desk.task, ReviewOutcome.RETURNED, NOW, reason="请核对"
        )
    [line] = desk.submit(filing).filed
    assert line.version == 2
    assert set(desk.values()) == {1, 2}


def test_a_value_of_another_unit_or_of_a_dismissed_indicator_is_not_taken(desk: Desk) -> None:
    with desk.database.transaction() as session:
        indicator = session.get_one(Indicator, desk.rate)
        indicator.state = IndicatorState.DISMISSED
        session.add(indicator)
    [refusal] = desk.submit(Filing(desk.task, "已完成", values=_values(desk, "1", "80"))).refused
    assert isinstance(refusal.error, IndicatorChangedError)
    # Blank it asks nothing of anybody.
    assert not desk.submit(Filing(desk.task, "已完成", values=_values(desk, "1", ""))).refused
    [refusal] = desk.submit(
        Filing(desk.example.tasks[1], "别项的指标", values={desk.stations: TypedValue("1")})
    ).refused
    assert isinstance(refusal.error, IndicatorChangedError)
    desk.submit(Filing(desk.task, "乙县的", values=_values(desk, "999")), unit=desk.example.county_b)
    assert desk.line().indicators[0].filed == Reported(Decimal(1))


def test_a_request_key_never_vouches_for_another_value_or_assessment(asking: Desk) -> None:
    def filing(stations: str, assessment: Assessment = Assessment.BEHIND) -> Filing:
        return Filing(asking.task, "已完成", assessment=assessment, values=_values(asking, stations))

    first = asking.submit(filing("12"), request_key="k")
    asking.submit(filing("15"), request_key="other")
    # Late, after a newer version with another value: still the first receipt.
    again = asking.submit(filing("12.0"), request_key="k")
    assert first.receipt is not None
    assert again.receipt is not None
    assert again.receipt.number == first.receipt.number
    for changed in (filing("13"), filing("12", Assessment.DONE)):
        [refusal] = asking.submit(changed, request_key="k").refused
        assert isinstance(refusal.error, RequestKeyUsedError)
    assert set(asking.values()) == {1, 2}


def test_the_last_value_is_found_across_versions_of_the_list(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "先报", values=_values(desk, "150", "80")))
    desk.submit(Filing(desk.task, "更正", values=_values(desk, "120", "80")))
    desk.submit(Filing(desk.task, "乙县", values=_values(desk, "999")), unit=desk.example.county_b)
    assert desk.line().indicators[0].last is None
    opened = desk.next_round()
    [line] = desk.line(opened).indicators
    assert line.last == LastValue(Decimal(120), "个", "2024Q3")
    assert line.filed is None
    task = desk.line(opened).task
    [refusal] = desk.submit(
        Filing(task, "第四季度", values={line.id: TypedValue("119")}), reporting_round=opened
    ).refused
    assert isinstance(refusal.error, ValueFallsError)
    assert (refusal.error.fields["period"], refusal.error.fields["last"]) == ("2024Q3", "120")
    outcome = desk.submit(
        Filing(task, "第四季度", values={line.id: TypedValue("119", "核减重复计算")}), reporting_round=opened
    )
    assert not outcome.refused
    with desk.database.reading() as session:
        history = value_history(session, desk.example.task_list, 5, unit_id=key(desk.county))
        everyone = value_history(session, desk.example.task_list, 5)
    assert [(found.period, value.value, value.reason) for found, _, _, value in history] == [
        ("2024Q4", Decimal(119), "核减重复计算"),
        ("2024Q3", Decimal(120), ""),
    ]
    assert [value.value for *_, value in everyone] == [Decimal(119), Decimal(120), Decimal(999)]


def test_what_a_newer_version_takes_back_is_no_last_value(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "先报", values=_values(desk, "150")))
    desk.submit(Filing(desk.task, "更正：尚未统计", values={}))
    [line] = desk.line(desk.next_round()).indicators
    assert line.last is None


def test_amounts_are_exact_in_the_database(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "已完成", values=_values(desk, "123456789012.12345678", "0.1")))
    with desk.database.reading() as session:
        found = {value.indicator_id: value.value for value in session.exec(select(ReportedValue))}
    assert found == {desk.stations: Decimal("123456789012.12345678"), desk.rate: Decimal("0.1")}


def test_saving_a_draft_keeps_the_tick_the_assessment_and_values_as_typed(asking: Desk) -> None:
    def save(text: str, **said: object) -> Draft | None:
        with asking.database.transaction() as session:
            return save_draft(
                session,
                asking.example.filer(asking.county),
                session.get_one(ReportingRound, asking.example.round.id),
                asking.county,
                asking.task,
                text,
                NOW,
                **said,  # type: ignore[arg-type]
            )

    typed = _values(asking, "约12", "")
    save("没有安排", is_nil=True, assessment=Assessment.BEHIND, values=typed)
    draft = asking.draft()
    assert draft is not None
    assert (draft.text, draft.is_nil, draft.assessment) == ("没有安排", True, Assessment.BEHIND)
    assert read_typed(draft.reported) == {asking.stations: TypedValue("约12")}
    # A face without a place for values leaves those that were typed.
    assert save("改一改") is not None
    draft = asking.draft()
    assert draft is not None
    assert (draft.is_nil, draft.assessment) == (False, None)
    assert read_typed(draft.reported) == {asking.stations: TypedValue("约12")}
    with pytest.raises(IndicatorChangedError):
        save("改一改", values={99999: TypedValue("1")})
    for said in ({"is_nil": True}, {"assessment": Assessment.DONE}, {"values": _values(asking, "3")}):
        assert save("", **({"values": {}} | said)) is not None
        assert asking.draft() is not None
    assert save("", values={}) is None
    assert asking.draft() is None
    with asking.database.reading() as session:
        states = session.exec(select(Obligation.state).where(Obligation.unit_id == asking.county.id)).all()
    assert set(states) == {"pending"}


def test_a_draft_of_a_list_that_does_not_ask_holds_no_assessment(desk: Desk) -> None:
    with desk.database.transaction() as session:
        found = save_draft(
            session,
            desk.example.filer(desk.county),
            session.get_one(ReportingRound, desk.example.round.id),
            desk.county,
            desk.task,
            "草稿",
            NOW,
            assessment=Assessment.DONE,
        )
        assert found is not None
        assert found.assessment is None


def test_filing_discards_what_was_typed_in_the_draft(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "已完成", values=_values(desk, "约12")))
    assert desk.draft() is not None
    desk.submit(Filing(desk.task, "已完成", values=_values(desk, "12")))
    assert desk.draft() is None


def test_indicators_cost_a_fixed_number_of_queries_however_many_texts(desk: Desk) -> None:
    first, second = desk.example.tasks[:2]
    with desk.database.transaction() as session:
        for number in range(20, 30):
            add_indicator(session, desk.example.tasks[1], f"指标{number}", "个", "9", lineage=number)
    plain = _queries(desk, Filing(first, "甲"))
    both = _queries(desk, Filing(first, "乙"), Filing(second, "乙"))
    # Of a second text only its own: what is on file, its new version, its draft and its state.
    assert both["indicator"] == plain["indicator"] == 1
    assert both["indicator_value"] == plain["indicator_value"] == 1
    assert both["reported_value"] == plain["reported_value"] == 2


def test_a_task_without_indicators_costs_one_query_a_submission(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for indicator in session.exec(select(Indicator)):
            indicator.state = IndicatorState.DISMISSED
            session.add(indicator)
    counts = _queries(desk, *(Filing(task, "甲") for task in desk.example.tasks[:2]))
    assert counts == {"indicator": 1, "indicator_value": 0, "reported_value": 0}


def _queries(desk: Desk, *filings: Filing) -> dict[str, int]:
    """How many SELECTs of a submission begin at each of the indicators' tables."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(desk.database.engine, "before_cursor_execute", note)
    try:
        outcome = desk.submit(*filings)
    finally:
        event.remove(desk.database.engine, "before_cursor_execute", note)
    assert len(outcome.filed) == len(filings)
    reads = [statement for statement in seen if statement.startswith("SELECT")]
    return {
        "indicator": sum(" FROM indicator WHERE" in statement for statement in reads),
        "indicator_value": sum(" FROM indicator_value" in statement for statement in reads),
        "reported_value": sum("reported_value.value" in statement for statement in reads),
    }


def test_the_newest_update_is_the_one_whose_values_count(desk: Desk) -> None:
    desk.submit(Filing(desk.task, "一", values=_values(desk, "12")))
    desk.submit(Filing(desk.task, "二", values=_values(desk, "13")))
    with desk.database.reading() as session:
        obligation = session.exec(select(Obligation).where(Obligation.version == 2)).one()
        update = latest_update(session, obligation)
        assert update is not None
        found = values_of_updates(session, [key(update)])
    assert [value.value for value in found[key(update)].values()] == [Decimal(13)]
