"""The leader's page in words and figures: the sentence, the curve, what is stuck, places, indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.faults import FAULT_LABELS, Fault
from tracker.domain.standing import Standing
from tracker.domain.stuck import REASON_LABELS, StuckReason
from tracker.mail.wording import moment_in_words, on_one_line, short_day
from tracker.reports.indicator_wording import date_in_words, value_in_words
from tracker.reports.wording import percent
from tracker.web.rounds.charts import Chart, Point, Scale
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from tracker.actions.documents.compile_indicators import IndicatorProgress
    from tracker.actions.rounds.brief_leader import Curve, KindStanding, StuckTask
    from tracker.domain.standing import Place
    from tracker.reports.data import ReportUnit
    from tracker.reports.ranking import RankedUnit, WaitingUnit

    Gettext = Callable[[str], str]

# What one printed page has room for.
_TASKS: Final = 5
_WORDS: Final = 90
_INDICATORS: Final = 6
_TIED: Final = 4
_TIED_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class StuckView:
    """`query` is the list of what is missing of the task, "" where nothing is."""

    number: str
    title: str
    reasons: tuple[str, ...]
    lead: str
    words: str
    until: str
    obligation_id: int | None
    missing: int
    query: str
    behind: int


@dataclass(frozen=True, slots=True)
class StuckViews:
    """`shown` in full, `others` by number and obligation only."""

    said: str
    shown: tuple[StuckView, ...]
    others: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    """`faults` are (count, word, query of the list behind it); `excuse` is said beside them."""

    name: str
    faults: tuple[tuple[int, str, str], ...]
    excuse: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """`more` is how many units of a long tie are not named."""

    number: int
    units: tuple[UnitView, ...]
    is_tie: bool
    more: int


@dataclass(frozen=True, slots=True)
class StandingView:
    """`done` have filed all of a round that is not due; `waiting` have no place yet, `more` is how many of them are
    not named."""

    label: str
    done: tuple[str, ...]
    worst: tuple[PlaceView, ...]
    best: tuple[PlaceView, ...]
    waiting: tuple[UnitView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """`reached` is the width of the bar, 0 to 1, None without one; `share` the same in words."""

    name: str
    task: str
    target: str
    value: str
    source: str
    share: str
    reached: float | None


def curve_chart(curve: Curve, gettext: Gettext) -> tuple[Chart, str]:
    """The chart, and what it shows in words."""
    first_on = curve.days[0][0]
    last_day, last_count = curve.days[-1]
    scale = Scale(most_x=(curve.last_on - first_on).days, most_y=curve.expected)
    due = gettext("截止 {day}").format(day=short_day(curve.due_on, gettext))
    here = gettext("{day}：已报 {count} 项").format(day=short_day(last_day, gettext), count=last_count)
    points = [Point((day - first_on).days, count) for day, count in curve.days]
    points[-1] = Point(points[-1].x, points[-1].y, said=here)
    said = gettext("累计报送曲线：{first} 起，{here}，应报 {expected} 项，{due}").format(
        first=short_day(first_on, gettext), here=here, expected=curve.expected, due=due
    )
    ends = ((0, short_day(first_on, gettext)), (scale.most_x, short_day(curve.last_on, gettext)))
    chart = Chart(
        x_ticks=scale.x_ticks(ends if scale.most_x else ends[:1]),
        y_ticks=scale.y_ticks(((0, "0"), (curve.expected, str(curve.expected)))),
        lines=(scale.line("main", gettext("累计已报"), points, is_dotted=False),),
        marks=scale.x_ticks([((curve.due_on - first_on).days, due)]) if curve.due_on >= first_on else (),
    )
    return chart, said


def stuck_views(stuck: Sequence[StuckTask], zone: ZoneInfo, gettext: Gettext) -> StuckViews:
    counts = [
        gettext("{reason} {count} 项").format(reason=gettext(label), count=count)
        for reason, label in REASON_LABELS.items()
        if (count := sum(reason in one.reasons for one in stuck))
    ]
    said = gettext("没有需要关注的任务。")
    if stuck:
        said = gettext("需要关注 {count} 项任务：{parts}。").format(
            count=len(stuck), parts=gettext("，").join(counts)
        )
    return StuckViews(
        said,
        tuple(_stuck(one, zone, gettext) for one in stuck[:_TASKS]),
        tuple((one.task.number, one.obligation_id) for one in stuck[_TASKS:]),
    )


def _stuck(one: StuckTask, zone: ZoneInfo, gettext: Gettext) -> StuckView:
    is_extended = StuckReason.EXTENDED in one.reasons
    return StuckView(
        number=one.task.number,
        title=one.task.title,
        reasons=tuple(gettext(REASON_LABELS[reason]) for reason in one.reasons),
        lead=one.lead,
        words=on_one_line(one.words, _WORDS),
        until=moment_in_words(one.due_at, zone, gettext) if is_extended else "",
        obligation_id=one.obligation_id,
        missing=one.missing,
        query=f"state=missing&task={one.task.id}" if one.missing else "",
        behind=one.behind,
    )


def standing_view(found: KindStanding, gettext: Gettext) -> StandingView:
    def views(places: tuple[Place, ...]) -> tuple[PlaceView, ...]:
        return tuple(_place(place, found, gettext) for place in places)

    # Who has most to file yet is looked for first.
    waiting = sorted(found.waiting, key=lambda one: -one.not_due)
    standing = found.standing or Standing((), ())
    done = [row.unit.name for row in found.rows.values()] if found.standing is None else []
    return StandingView(
        kind_in_words(found.kind, gettext),
        tuple(done),
        views(standing.worst),
        views(standing.best),
        tuple(_waiting(one, gettext) for one in waiting[:_TIED_NAMES]),
        max(len(waiting) - _TIED_NAMES, 0),
    )


def _place(place: Place, found: KindStanding, gettext: Gettext) -> PlaceView:
    rows = [found.rows[unit_id] for unit_id in place.unit_ids]
    named = rows[: _TIED if rows[0].deductions else _TIED_NAMES]
    return PlaceView(
        place.number,
        tuple(_unit(row, gettext) for row in named),
        is_tie=len(rows) > 1,
        more=len(rows) - len(named),
    )


def _unit(row: RankedUnit, gettext: Gettext) -> UnitView:
    faults = [
        (one.count, gettext(FAULT_LABELS[one.fault]), f"fault={one.fault}&unit={row.unit.id}")
        for one in row.deductions
    ]
    return UnitView(row.unit.name, tuple(faults), _extension(row.unit, gettext))


def _waiting(one: WaitingUnit, gettext: Gettext) -> UnitView:
    label = gettext(FAULT_LABELS[Fault.MISSING])
    query = f"fault={Fault.MISSING}&unit={one.unit.id}"
    return UnitView(one.unit.name, ((one.not_due, label, query),), _extension(one.unit, gettext))


def _extension(unit: ReportUnit, gettext: Gettext) -> str:
    if unit.extended_to is None:
        return ""
    return gettext("延至 {day}").format(day=short_day(unit.extended_to.date(), gettext))


def indicator_rows(
    found: Sequence[IndicatorProgress], gettext: Gettext
) -> tuple[tuple[IndicatorRow, ...], int]:
    """The rows that there is room for, and how many more there are."""
    return tuple(_indicator(one, gettext) for one in found[:_INDICATORS]), max(len(found) - _INDICATORS, 0)


def _indicator(one: IndicatorProgress, gettext: Gettext) -> IndicatorRow:
    unit = one.indicator.unit
    said = gettext("还没有报数")
    if one.value is not None:
        said = f"{one.value:f}{unit}"
    elif one.reporters:
        said = gettext("{count} 个单位各报，不能相加").format(count=one.reporters)
    source = ""
    if one.value is not None:
        who = (
            gettext("牵头单位")
            if one.is_of_lead
            else gettext("{count} 个单位合计").format(count=one.reporters)
        )
        source = gettext("{period}，{who}").format(period=one.period, who=who)
    target = value_in_words(one.target, unit, gettext)
    if one.target.date:
        target = gettext("{date}：{value}").format(date=date_in_words(one.target.date, gettext), value=target)
    return IndicatorRow(
        name=one.indicator.name,
        task=one.task.number,
        target=target,
        value=said,
        source=source,
        share="" if one.share is None else percent(float(one.share)),
        reached=None if one.share is None else max(0.0, min(float(one.share), 1.0)),
    )
