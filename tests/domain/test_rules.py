"""Reporting rules: when a period is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.domain.test_periods import periods
from tracker.domain.ladder import OPENING
from tracker.domain.periods import Period, parse_period
from tracker.domain.rules import DEFAULT_LADDER, ReportingRules
from tracker.errors import DueDayNeededError

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("period", "kind", "due_day", "due_month", "due_on"),
    [
        ("2024Q1", "quarter", 6, 1, date(2024, 4, 6)),
        ("2024Q3", "quarter", 6, 1, date(2024, 10, 6)),
        ("2024Q4", "quarter", 6, 1, date(2025, 1, 6)),
        ("2024Q4", "quarter", 6, 2, date(2025, 2, 6)),
        ("2024Q3", "quarter", 28, 3, date(2024, 12, 28)),
        ("2024Q3", "quarter", 1, 4, date(2025, 1, 1)),
        ("2024Q4", "quarter", 6, 12, date(2025, 12, 6)),
        ("2024M01", "month", 5, 1, date(2024, 2, 5)),
        ("2024M11", "month", 5, 1, date(2024, 12, 5)),
        ("2024M12", "month", 5, 1, date(2025, 1, 5)),
        ("2024M11", "month", 5, 2, date(2025, 1, 5)),
        ("2024H1", "half_year", 15, 1, date(2024, 7, 15)),
        ("2024H2", "half_year", 15, 1, date(2025, 1, 15)),
        ("2024", "year", 20, 1, date(2025, 1, 20)),
        ("2024", "year", 20, 3, date(2025, 3, 20)),
    ],
)
def test_a_period_is_due_on_the_day_of_the_month_after_it(
    period: str, kind: Any, due_day: int, due_month: int, due_on: date
) -> None:
    rules = ReportingRules(period_type=kind, due_day=due_day, due_month=due_month)
    assert rules.due_on(parse_period(period, kind)) == due_on


def test_the_due_moment_is_the_last_second_of_the_due_day_in_the_sites_zone() -> None:
    rules = ReportingRules(period_type="quarter", due_day=6)
    due_at = rules.due_at(Period(2024, 3, "quarter"), SHANGHAI)
    assert due_at == datetime(2024, 10, 6, 15, 59, 59, tzinfo=UTC)
    assert due_at.astimezone(SHANGHAI).time() == time(23, 59, 59)


@given(periods(), st.integers(1, 28), st.integers(1, 12))
def test_nothing_is_due_before_its_period_is_over(period: Period, due_day: int, due_month: int) -> None:
    rules = ReportingRules(period_type=period.type, due_day=due_day, due_month=due_month)
    due_on = rules.due_on(period)
    assert due_on.day == due_day
    assert period.shift(1).starts_on <= due_on < period.shift(1).starts_on + timedelta(days=366)
    assert rules.due_on(period.shift(1)) > due_on


@given(
    st.builds(
        ReportingRules,
        period_type=st.sampled_from(["month", "quarter", "half_year", "year"]),
        due_day=st.integers(1, 28),
        filers=st.frozensets(st.sampled_from(["lead", "local"])),
        ladder=st.lists(st.integers(-20, 20), max_size=6).map(tuple),
        remind_at=st.none() | st.times().map(lambda value: value.replace(microsecond=0, fold=0)),
    )
)
def test_rules_come_back_from_the_database_as_they_went_in(rules: ReportingRules) -> None:
    assert ReportingRules.model_validate_json(rules.model_dump_json()) == rules


def test_the_ladder_is_kept_in_order_and_each_rung_once() -> None:
    rules = ReportingRules.model_validate({"period_type": "month", "due_day": 1, "ladder": [3, -5, 0, -5]})
    assert [rung.offset for rung in rules.ladder] == [-5, 0, 3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_day": 29},
        {"due_day": 0},
        {"due_month": 13},
        {"character_limit": 0},
        {"period_type": "week"},
        {"lead": "last"},
        {"filers": ["supporting"]},
        {"close_after": 0},
        {"dueday": 6},
    ],
)
def test_rules_that_cannot_be_kept_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        ReportingRules.model_validate({"period_type": "quarter", "due_day": 6} | wrong)


def test_a_list_may_name_the_date_of_each_period() -> None:
    dates = ("03-25", "06-25", "09-25", "11-30")
    rules = ReportingRules(period_type="quarter", due_dates=dates)
    found = [rules.due_on(Period(2024, index, "quarter")) for index in (1, 2, 3, 4)]
    assert found == [date(2024, 3, 25), date(2024, 6, 25), date(2024, 9, 25), date(2024, 11, 30)]


def test_a_named_date_before_its_period_lies_in_the_next_year() -> None:
    rules = ReportingRules(period_type="quarter", due_dates=("04-10", "07-10", "10-10", "01-10"))
    assert rules.due_on(Period(2024, 4, "quarter")) == date(2025, 1, 10)


def test_a_list_on_demand_has_no_due_day_of_its_own() -> None:
    with pytest.raises(DueDayNeededError, match="2024N02"):
        ReportingRules(period_type="on_demand").due_on(Period(2024, 2, "on_demand"))


@pytest.mark.parametrize(
    "values",
    [
        {"period_type": "quarter"},
        {"period_type": "quarter", "due_day": 6, "due_dates": ("03-25", "06-25", "09-25", "11-30")},
        {"period_type": "quarter", "due_dates": ("03-25",)},
        {"period_type": "half_year", "due_dates": ("02-30", "12-31")},
        {"period_type": "on_demand", "due_day": 6},
    ],
)
def test_due_days_that_do_not_fit_the_rhythm_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReportingRules(**values)


@pytest.mark.parametrize(
    ("key", "label"), [("2024B1", "2024年1—2月"), ("2024B6", "2024年11—12月"), ("2024N02", "2024年第2次")]
)
def test_two_months_and_reports_on_demand_have_keys_and_labels(key: str, label: str) -> None:
    period = parse_period(key, "on_demand" if "N" in key else "two_months")
    assert (period.key, period.label) == (key, label)
    assert period.shift(1).shift(-1) == period


def ladder(value: object) -> ReportingRules:
    return ReportingRules.model_validate({"period_type": "month", "due_day": 1, "ladder": value})


def test_a_ladder_of_tables_is_read_and_said_again_as_it_was() -> None:
    rules = ladder(
        [
            {"offset": "open", "text": "请按新口径填写。"},
            -5,
            {"offset": 1, "audience": ["filler", "leader"], "channels": ["mail"], "text": "请尽快补报。"},
        ]
    )
    assert [rung.offset for rung in rules.ladder] == ["open", -5, 1]
    assert rules.ladder[2].channels == ("mail",)
    stored = rules.model_dump_json()
    assert ReportingRules.model_validate_json(stored) == rules
    # Also by the strict reader of what a child process read.
    assert ReportingRules.model_validate_json(stored, strict=True) == rules


def test_rules_of_rounds_opened_before_there_were_tables_still_load_and_read_the_same() -> None:
    old = (
        '{"period_type":"quarter","due_day":6,"due_month":1,"due_dates":[],"character_limit":300,"lead":"first",'
        '"filers":["local","lead"],"mailbox":"","ladder":[-10,-5,-1,0,1,3],"remind_at":null,"open_before":12,'
        '"close_after":5}'
    )
    rules = ReportingRules.model_validate_json(old)
    assert rules.ladder == tuple(rung for rung in DEFAULT_LADDER if rung.offset != OPENING)
    assert '"ladder":[-10,-5,-1,0,1,3]' in rules.model_dump_json()


@pytest.mark.parametrize(
    ("value", "where", "reason"),
    [
        ([{"offset": 1, "txt": "x"}], (0, "txt"), "Extra inputs"),
        ([{"audience": ["filler"]}], (0, "offset"), "Field required"),
        ([{"offset": True}], (0, "offset"), "应为 open"),
        ([{"offset": "later"}], (0, "offset"), "应为 open"),
        ([{"offset": 9999}], (0, "offset"), "应为 open"),
        ([{"offset": 1, "audience": ["boss"]}], (0, "audience", 0), "'filler', 'leader' or 'coordinator'"),
        ([{"offset": 1, "audience": []}], (0, "audience"), "at least 1 item"),
        ([{"offset": 1, "channels": ["fax"]}], (0, "channels", 0), "'mail' or 'chat'"),
        ([{"offset": 1, "text": "字" * 301}], (0, "text"), "不能超过 300 字"),
        ([{"offset": 1, "text": "a\x00"}], (0, "text"), "控制字符"),
        ([{"offset": 0, "audience": ["coordinator"]}], (0,), "只能写在截止日之后"),
        ([{"offset": "open", "audience": ["coordinator"]}], (0,), "只能写在截止日之后"),
        ([-5, {"offset": -5, "text": "另一句"}], (), "第 -5 档写了两次"),
        (["often"], (0,), "LadderRung"),
    ],
)
def test_a_wrong_rung_is_refused_by_its_place(
    value: object, where: tuple[int | str, ...], reason: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        ladder(value)
    first = caught.value.errors()[0]
    assert first["loc"] == ("ladder", *where)
    assert reason in first["msg"]


def test_rules_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        ladder([1]).ladder[0].text = "另一句"  # type: ignore[misc]
