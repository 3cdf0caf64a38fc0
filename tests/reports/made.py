"""Random reports for property tests: any round that `compile_report` could make, and more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.domain.rates import Rates
from tracker.domain.scoring_rules import ScoringRules
from tracker.domain.states import ObligationState
from tracker.reports.data import (
    PastRound,
    PastText,
    ReportEntry,
    ReportIndicator,
    ReportTask,
    ReportUnit,
    RoundReport,
)

# What no database takes is refused at the door: NUL, and lone surrogates, which UTF-8 has no bytes for.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
COUNTS = st.integers(0, 300_000)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=None, min_value=-(10**15), max_value=10**15
)
ZONES = st.sampled_from(
    [
        ZoneInfo("Asia/Shanghai"),
        ZoneInfo("UTC"),
        ZoneInfo("America/St_Johns"),
        timezone(timedelta(minutes=-90)),
    ]
)
# A time that a clock shows twice is never equal to itself in another zone.
MOMENTS = st.builds(
    lambda at, zone: at.replace(tzinfo=UTC).astimezone(zone).replace(fold=0),
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - made aware above
    ZONES,
).filter(lambda at: at.astimezone(UTC) == at)
STATES = st.sampled_from([state for state in ObligationState if state is not ObligationState.DRAFT])
ASSESSED = st.none() | st.sampled_from(Assessment)
RATES = st.builds(Rates, *[COUNTS] * 8)
POINTS = st.decimals(0, 1000, places=3)
SCORING = st.builds(
    ScoringRules,
    base=POINTS,
    by=st.sampled_from(["share", "item"]),
    missing=POINTS,
    late=POINTS,
    no_substance=POINTS,
    returned=POINTS,
    yellow_below=st.just(Decimal(1000)),
    red_below=POINTS,
    interview_after=st.integers(0, 20),
)
PAST = st.builds(PastText, TEXTS, TEXTS, TEXTS, STATES, ASSESSED, TEXTS)
INDICATORS = st.builds(
    ReportIndicator,
    task_number=TEXTS,
    name=TEXTS,
    unit=TEXTS,
    target_text=TEXTS,
    target=st.none() | NUMBERS,
    target_date=TEXTS,
    value=st.none() | NUMBERS,
    period_label=TEXTS,
    reporters=COUNTS,
    is_of_lead=st.booleans(),
    share=st.none() | NUMBERS,
    points=st.lists(st.tuples(TEXTS, NUMBERS), max_size=3).map(tuple),
)


@st.composite
def reports(draw: st.DrawFn) -> RoundReport:
    """Up to 4 units and 4 tasks; every field of every part is drawn."""
    kinds = st.sampled_from(["department", "county", "town", "village", "office", "other"])
    units = [
        ReportUnit(number, draw(TEXTS), draw(kinds), draw(RATES), draw(st.none() | MOMENTS), draw(COUNTS))
        for number in range(1, draw(st.integers(0, 4)) + 1)
    ]
    tasks = [_task(draw, number, units) for number in range(1, draw(st.integers(0, 4)) + 1)]
    return RoundReport(
        list_slug=draw(TEXTS),
        list_title=draw(TEXTS),
        note=draw(TEXTS),
        period=draw(TEXTS),
        period_label=draw(TEXTS),
        due_at=draw(MOMENTS),
        as_of=draw(MOMENTS),
        is_closed=draw(st.booleans()),
        character_limit=draw(st.integers(1, 20_000)),
        rates=draw(RATES),
        tasks=tuple(tasks),
        units=tuple(units),
        asks_assessment=draw(st.booleans()),
        scoring=draw(SCORING),
        indicators=draw(st.lists(INDICATORS, max_size=2).map(tuple)),
        past_rounds=draw(st.lists(st.builds(PastRound, TEXTS, TEXTS, RATES), max_size=2).map(tuple)),
        part=draw(TEXTS),
    )


def _task(draw: st.DrawFn, number: int, units: list[ReportUnit]) -> ReportTask:
    return ReportTask(
        id=number,
        number=draw(TEXTS),
        section=draw(TEXTS),
        measure=draw(TEXTS),
        measure_id=draw(COUNTS),
        content=draw(TEXTS),
        units_text=draw(TEXTS),
        units_block=draw(COUNTS),
        entries=tuple(_entry(draw, unit) for unit in units if draw(st.booleans())),
        rates=draw(RATES),
        past=draw(st.lists(PAST, max_size=2).map(tuple)),
    )


def _entry(draw: st.DrawFn, unit: ReportUnit) -> ReportEntry:
    return ReportEntry(
        unit=unit,
        role=draw(st.sampled_from(["lead", "supporting", "local"])),
        state=draw(STATES),
        text=draw(TEXTS),
        nil_reason=draw(TEXTS),
        first_submitted_at=draw(st.none() | MOMENTS),
        submitted_at=draw(st.none() | MOMENTS),
        is_late=draw(st.booleans()),
        version=draw(COUNTS),
        assessment=draw(ASSESSED),
        times_returned=draw(COUNTS),
        has_no_substance=draw(st.booleans()),
        struck_out=draw(st.lists(st.sampled_from(Fault), max_size=4, unique=True).map(tuple)),
    )
