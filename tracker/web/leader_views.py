"""The leader's page in words and figures: the sentence, the curve, what is stuck, places, indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.stuck import REASON_LABELS, StuckReason
from tracker.i18n import mark
from tracker.mail.wording import moment_in_words, on_one_line, short_day
from tracker.reports.indicator_wording import date_in_words, value_in_words
from tracker.reports.wording import percent
from tracker.web.charts import Chart, Point, Scale
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from tracker.actions.brief_leader import Curve, IndicatorProgress, KindStanding, StuckTask
    from tracker.domain.standing import Place, Record

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
    label: str
    worst: tuple[PlaceView, ...]
    best: tuple[PlaceView, ...]
    excused: tuple[UnitView, ...]


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


def standing_view(found: KindStanding, zone: ZoneInfo, gettext: Gettext) -> StandingView:
    def views(places: tuple[Place, ...]) -> tuple[PlaceView, ...]:
        return tuple(_place(place, found, zone, gettext) for place in places)

    return StandingView(
        kind_in_words(found.kind, gettext),
        views(found.standing.worst),
        views(found.standing.best),
        tuple(_unit(record, found, zone, gettext) for record in found.standing.excused),
    )


def _place(place: Place, found: KindStanding, zone: ZoneInfo, gettext: Gettext) -> PlaceView:
    most = _TIED_NAMES if place.records[0].is_flawless else _TIED
    named = place.records[:most]
    return PlaceView(
        place.number,
        tuple(_unit(record, found, zone, gettext) for record in named),
        is_tie=len(place.records) > 1,
        more=len(place.records) - len(named),
    )


def _unit(record: Record, found: KindStanding, zone: ZoneInfo, gettext: Gettext) -> UnitView:
    counts = (
        (record.missing, mark("未报"), "state=missing"),
        (record.late, mark("逾期"), "timing=late"),
        (record.returned, mark("已退回"), "state=returned"),
    )
    excuse = ""
    if until := found.extended.get(record.unit_id):
        excuse = gettext("延至 {day}").format(day=short_day(until.astimezone(zone).date(), gettext))
    return UnitView(
        found.names[record.unit_id],
        tuple(
            (count, gettext(word), f"{query}&unit={record.unit_id}") for count, word, query in counts if count
        ),
        excuse,
    )


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
