"""Counts of an account: of all, by kind of unit, over the rounds, by progress; and that they agree with each other."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.domain.progress_classes import CLASS_LABELS, ProgressClass, class_of, is_silent
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.errors import FiguresDisagreeError
from tracker.i18n import mark
from tracker.reports import wording
from tracker.reports.accounts.account_lines import Counts, KindCounts, Progress, RoundLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.reports.data import ReportEntry, ReportTask, RoundReport
    from tracker.reports.wording import Gettext


def counts_of(rates: Rates) -> Counts:
    """Raises FiguresDisagreeError."""
    agree(mark("按时与逾期之和"), rates.on_time + rates.late, mark("已报"), rates.filed)
    return Counts(
        expected=rates.expected,
        filed=rates.filed,
        on_time=rates.on_time,
        late=rates.late,
        missing=rates.missing,
        nil=rates.nil,
        exempt=rates.exempt,
        returned=rates.returned,
        accepted=rates.accepted,
        completeness=wording.percent(rates.completeness),
        timeliness=wording.percent(rates.timeliness),
    )


def agree(one: str, first: int, other: str, second: int) -> None:
    """Raises FiguresDisagreeError unless both figures are the same; `one` and `other` are source texts."""
    if first != second:
        raise FiguresDisagreeError(one=one, first=first, other=other, second=second)


def add_up(one: str, parts: Iterable[Counts], other: str, whole: Counts) -> None:
    """Every count of the parts together is that of the whole. Raises FiguresDisagreeError."""
    parts = tuple(parts)
    for field in ("expected", "filed", "on_time", "late", "missing", "nil", "exempt", "returned", "accepted"):
        agree(one, sum(getattr(part, field) for part in parts), other, getattr(whole, field))


def by_kind(report: RoundReport, gettext: Gettext) -> tuple[KindCounts, ...]:
    """In the order of the report's units."""
    found = []
    for kind in dict.fromkeys(unit.kind for unit in report.units):
        rates = [unit.rates for unit in report.units if unit.kind == kind]
        found.append(
            KindCounts(
                label=wording.kind_label(kind, gettext),
                units=sum(1 for one in rates if one.expected),
                counts=counts_of(together(rates)),
            )
        )
    return tuple(found)


def together(rates: Iterable[Rates]) -> Rates:
    """All of them as one."""
    rates = tuple(rates)
    fields = ("expected", "filed", "on_time", "late", "nil", "exempt", "returned", "accepted")
    return Rates(**{field: sum(getattr(one, field) for one in rates) for field in fields})


def rounds_of(report: RoundReport) -> tuple[RoundLine, ...]:
    """The earlier rounds of the list and this one, the oldest first."""
    past = [RoundLine(one.period_label, counts_of(one.rates), is_this=False) for one in report.past_rounds]
    return (*past, RoundLine(report.period_label, counts_of(report.rates), is_this=True))


def rounds_sentence(report: RoundReport, gettext: Gettext) -> str:
    """回顾3期（2024年第一季度至2024年第三季度），合计应报…; of one round only, 回顾1期（2024年第三季度），…"""
    labels = [one.period_label for one in report.past_rounds] + [report.period_label]
    total = together([*(one.rates for one in report.past_rounds), report.rates])
    words = (
        gettext("回顾{count}期（{first}至{last}），合计{counts}")
        if report.past_rounds
        else gettext("回顾{count}期（{first}），{counts}")
    )
    return words.format(
        count=len(labels), first=labels[0], last=labels[-1], counts=wording.counts_sentence(total, gettext)
    )


def comparison(report: RoundReport, rounds: tuple[RoundLine, ...], gettext: Gettext) -> str:
    """The round beside the one before, by the rates as they are printed; "" where there is none to compare with.

    Nor before the round is due: what is still to come would read as a collapse.
    """
    if report.as_of <= report.due_at or len(rounds) < 2:  # noqa: PLR2004 - this one and another
        return ""
    before, now = rounds[-2:]
    if "—" in (before.counts.completeness, now.counts.completeness):
        return ""
    return gettext(
        "上期（{period}）应报{expected}项，已报{filed}项（报送率{completeness}），按时{on_time}项"
        "（及时率{timeliness}）；与上期相比，报送率{completeness_change}，及时率{timeliness_change}。"
    ).format(
        period=before.period,
        expected=before.counts.expected,
        filed=before.counts.filed,
        completeness=before.counts.completeness,
        on_time=before.counts.on_time,
        timeliness=before.counts.timeliness,
        completeness_change=_change(before.counts.completeness, now.counts.completeness, gettext),
        timeliness_change=_change(before.counts.timeliness, now.counts.timeliness, gettext),
    )


def _change(before: str, now: str, gettext: Gettext) -> str:
    """In percentage points of what is printed, so that a reader who subtracts finds the same."""
    points = Decimal(now.rstrip("%")) - Decimal(before.rstrip("%"))
    if not points:
        return gettext("持平")
    words = gettext("提高{points}个百分点") if points > 0 else gettext("下降{points}个百分点")
    return words.format(points=abs(points))


def progress_of(report: RoundReport, gettext: Gettext) -> Progress | None:
    """By the leads' assessments; None where the list asks for none. Raises FiguresDisagreeError."""
    if not report.asks_assessment:
        return None
    leads = leads_of(report)
    classes = [class_of(entry.state, entry.assessment) for entry in leads]
    counted = {one: classes.count(one) for one in ProgressClass}
    exempt = sum(_is_nobodys(task) for task in report.tasks)
    owed = sum(entry.state is not ObligationState.EXEMPT for entry in leads)
    agree(mark("各类进度之和"), sum(counted.values()), mark("牵头事项"), owed)
    silent = sum(
        1 for entry, one in zip(leads, classes, strict=True) if one is not None and is_silent(entry.state)
    )
    return Progress(
        total=owed,
        ahead=counted[ProgressClass.AHEAD],
        on_schedule=counted[ProgressClass.ON_SCHEDULE],
        behind=counted[ProgressClass.BEHIND],
        done=counted[ProgressClass.DONE],
        unassessed=counted[ProgressClass.UNASSESSED],
        silent=silent,
        exempt=exempt,
        sentence=_progress_sentence(counted, silent, exempt, gettext),
    )


def _is_nobodys(task: ReportTask) -> bool:
    """Whoever leads the task is exempt from it; one that only changed hands has another lead."""
    states = [entry.state for entry in task.entries if entry.role == "lead"]
    return bool(states) and all(state is ObligationState.EXEMPT for state in states)


def leads_of(report: RoundReport) -> list[ReportEntry]:
    """What the lead units owe, one for each lead of each task."""
    return [entry for task in report.tasks for entry in task.entries if entry.role == "lead"]


def _progress_sentence(counted: dict[ProgressClass, int], silent: int, exempt: int, gettext: Gettext) -> str:
    """牵头事项6项：达进度2项、欠进度2项（其中未报或无进展1项）、超进度1项、完成1项。"""
    parts = []
    order = (ProgressClass.ON_SCHEDULE, ProgressClass.BEHIND, ProgressClass.AHEAD, ProgressClass.DONE)
    for one in (*order, ProgressClass.UNASSESSED):
        if one is ProgressClass.UNASSESSED and not counted[one]:
            continue
        part = gettext("{label}{count}项").format(label=gettext(CLASS_LABELS[one]), count=counted[one])
        if one is ProgressClass.BEHIND and silent:
            part += gettext("（其中未报或无进展{count}项）").format(count=silent)
        parts.append(part)
    words = gettext("牵头事项{total}项：{parts}。").format(
        total=sum(counted.values()), parts=wording.names(parts, gettext)
    )
    return (
        words + gettext("另有{count}项任务的牵头单位免报，不计在内。").format(count=exempt)
        if exempt
        else words
    )
