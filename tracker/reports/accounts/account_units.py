"""Who was late, who is missing, who comes where and who is to be praised: departments and counties apart."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tracker.domain.faults import Fault
from tracker.domain.numerals import in_chinese
from tracker.domain.scoring import CARD_LABELS, Card
from tracker.domain.states import FILED
from tracker.domain.texts import visible
from tracker.i18n import mark
from tracker.reports import wording
from tracker.reports.accounts.account_counts import agree, counts_of, together
from tracker.reports.accounts.account_lines import (
    BestUnits,
    KindFaults,
    Proposals,
    RankedLine,
    RankingTable,
    UnitLine,
)
from tracker.reports.indicator_wording import date_in_words
from tracker.reports.ranking import fault_label, faults_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tracker.reports.accounts.account_lines import Counts
    from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport
    from tracker.reports.ranking import KindRanking, RankedUnit
    from tracker.reports.wording import Gettext

_RUN: Final = 3
_PLAIN_NUMBER: Final = re.compile(r"[0-9]{1,9}")
# Every unit that has a part in the counts is named in one of these.
_SENTENCES: Final = {
    "late": mark("逾期报送{count}项：{units}。"),
    "missing": mark("逾期未报{count}项：{units}。"),
    "awaited": mark("未到报送时间{count}项：{units}。"),
    "excused_late": mark("经申诉不计逾期{count}项：{units}。"),
    "excused_missing": mark("经申诉不计未报{count}项：{units}。"),
}


def faults_by_kind(report: RoundReport, gettext: Gettext) -> tuple[KindFaults, ...]:
    """Every late and every missing item of every unit, once. Raises FiguresDisagreeError."""
    found: list[KindFaults] = []
    for kind in dict.fromkeys(unit.kind for unit in report.units):
        units = [unit for unit in report.units if unit.kind == kind]
        lines = {
            name: tuple(_lines(report, units, is_wanted, gettext)) for name, is_wanted in _wanted(report)
        }
        counts = counts_of(together(unit.rates for unit in units))
        agree(
            mark("点名的逾期项数之和"), _sum(lines["late"], lines["excused_late"]), mark("逾期"), counts.late
        )
        missing = _sum(lines["missing"], lines["awaited"], lines["excused_missing"])
        agree(mark("点名的未报项数之和"), missing, mark("未报"), counts.missing)
        found.append(
            KindFaults(
                ordinal=in_chinese(len(found) + 1),
                label=wording.kind_label(kind, gettext),
                counts=counts,
                sentences=_sentences(lines, counts, gettext),
                **lines,
            )
        )
    return tuple(found)


def _sentences(
    lines: Mapping[str, tuple[UnitLine, ...]], counts: Counts, gettext: Gettext
) -> tuple[str, ...]:
    said = tuple(
        gettext(words).format(
            count=sum(line.count for line in lines[name]),
            units=gettext("；").join(_named(line, gettext) for line in lines[name]),
        )
        for name, words in _SENTENCES.items()
        if lines[name]
    )
    if said:
        return said
    return (gettext("没有逾期和未报。") if counts.expected else gettext("没有应报事项。"),)


def _named(line: UnitLine, gettext: Gettext) -> str:
    words = (
        gettext("{unit}{count}项（{tasks}，{note}）") if line.note else gettext("{unit}{count}项（{tasks}）")
    )
    return words.format(unit=line.unit, count=line.count, tasks=line.tasks, note=line.note)


def _wanted(report: RoundReport) -> tuple[tuple[str, Callable[[ReportEntry], bool]], ...]:
    def is_late(entry: ReportEntry) -> bool:
        return entry.state in FILED and entry.is_late

    def is_overdue(entry: ReportEntry) -> bool:
        return wording.is_missing(entry) and report.as_of > (entry.unit.extended_to or report.due_at)

    return (
        ("late", lambda entry: Fault.LATE in faults_of(entry, report)),
        ("missing", lambda entry: Fault.MISSING in faults_of(entry, report)),
        ("awaited", lambda entry: wording.is_missing(entry) and not is_overdue(entry)),
        ("excused_late", lambda entry: is_late(entry) and Fault.LATE in entry.struck_out),
        ("excused_missing", lambda entry: is_overdue(entry) and Fault.MISSING in entry.struck_out),
    )


def _sum(*groups: tuple[UnitLine, ...]) -> int:
    return sum(line.count for group in groups for line in group)


def _lines(
    report: RoundReport,
    units: Iterable[ReportUnit],
    is_wanted: Callable[[ReportEntry], bool],
    gettext: Gettext,
) -> Iterable[UnitLine]:
    """Units with the most of their tasks in question first; those alike in the order of the report."""
    places: dict[int, list[int]] = {}
    for place, task in enumerate(report.tasks):
        for entry in task.entries:
            if is_wanted(entry):
                places.setdefault(entry.unit.id, []).append(place)
    named = [unit for unit in units if unit.id in places]
    for unit in sorted(named, key=lambda one: -len(places[one.id])):
        yield UnitLine(
            unit=visible(unit.name),
            count=len(places[unit.id]),
            tasks=task_numbers(report.tasks, places[unit.id], gettext),
            note=extension_note(unit, gettext),
        )


def task_numbers(tasks: tuple[ReportTask, ...], places: list[int], gettext: Gettext) -> str:
    """第1—3、7项: tasks by their place in the report; three and more whose numbers follow each other are joined."""
    runs: list[list[str]] = []
    for number in (tasks[place].number for place in dict.fromkeys(places)):
        if runs and _follows(runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts.extend([f"{run[0]}—{run[-1]}"] if len(run) >= _RUN else run)
    return gettext("第{numbers}项").format(numbers=visible(wording.names(parts, gettext)))


def _follows(before: str, number: str) -> bool:
    """Both plain, the second by one more: what stands between 5 and 2, or between 1-1 and 1-3, nobody can tell."""
    are_plain = _PLAIN_NUMBER.fullmatch(before) and _PLAIN_NUMBER.fullmatch(number)
    return bool(are_plain) and int(number) == int(before) + 1


def extension_note(unit: ReportUnit, gettext: Gettext) -> str:
    """延期至2024年10月15日, "" where the unit was given no later day."""
    if unit.extended_to is None:
        return ""
    return gettext("延期至{day}").format(day=date_in_words(unit.extended_to.date().isoformat(), gettext))


def ranking_tables(
    report: RoundReport, rankings: tuple[KindRanking, ...], gettext: Gettext
) -> tuple[RankingTable, ...]:
    """Raises FiguresDisagreeError."""
    return tuple(_table(report, ranking, gettext) for ranking in rankings)


def _table(report: RoundReport, ranking: KindRanking, gettext: Gettext) -> RankingTable:
    owing = sum(unit.kind == ranking.kind and unit.rates.expected > 0 for unit in report.units)
    agree(
        mark("排名与待排名的单位数之和"),
        len(ranking.rows) + len(ranking.waiting),
        mark("应报的单位数"),
        owing,
    )
    ranked = {row.unit.id for row in ranking.rows}
    held = Counter(
        fault
        for task in report.tasks
        for entry in task.entries
        if entry.unit.id in ranked
        for fault in faults_of(entry, report)
    )
    for fault in Fault:
        deducted = sum(one.count for row in ranking.rows for one in row.deductions if one.fault is fault)
        agree(mark("扣分的项数之和"), deducted, mark("认定的项数"), held[fault])
    return RankingTable(
        label=wording.kind_label(ranking.kind, gettext),
        rows=tuple(_ranked(row, gettext) for row in ranking.rows),
        waiting=tuple(
            UnitLine(visible(one.unit.name), one.not_due, "", extension_note(one.unit, gettext))
            for one in ranking.waiting
        ),
    )


def _ranked(row: RankedUnit, gettext: Gettext) -> RankedLine:
    deduction = gettext("{fault}{count}项扣{points}分")
    return RankedLine(
        place=row.place,
        unit=visible(row.unit.name),
        score=f"{row.score:.2f}",
        deductions=gettext("；").join(
            deduction.format(
                fault=fault_label(one.fault, gettext), count=one.count, points=f"{one.points:.2f}"
            )
            for one in row.deductions
        ),
        excused=gettext("；").join(
            gettext("{fault}{count}项").format(fault=fault_label(fault, gettext), count=count)
            for fault, count in row.struck_out
        ),
        extended=extension_note(row.unit, gettext),
        card=gettext(CARD_LABELS[row.card]) if row.card else "",
        is_to_be_interviewed=row.is_to_be_interviewed,
    )


def best_units(rankings: tuple[KindRanking, ...], gettext: Gettext) -> tuple[BestUnits, ...]:
    """For each kind the units with everything filed and nothing against them; where there are none, the best of those
    for which no card is proposed and which are named neither late nor missing; else nobody.

    A unit of which something is still awaited is not praised yet.
    """
    found = []
    for ranking in rankings:
        worthy = [row for row in ranking.rows if _is_worthy(row)]
        flawless = [row for row in worthy if not row.deductions]
        praised = flawless or [row for row in worthy if row.place == worthy[0].place]
        if not praised:
            continue
        words = (
            gettext("{label}中{count}个单位全部报送，没有扣分事项：{names}。")
            if flawless
            else gettext("{label}里没有逾期和未报的单位中，得分最高（{score}分）的{count}个：{names}。")
        )
        label = wording.kind_label(ranking.kind, gettext)
        names = wording.names((visible(row.unit.name) for row in praised), gettext)
        score = f"{praised[0].score:.2f}"
        sentence = words.format(label=label, count=len(praised), names=names, score=score)
        found.append(BestUnits(label, names, len(praised), bool(flawless), sentence))
    return tuple(found)


def _is_worthy(row: RankedUnit) -> bool:
    """A document that praises a unit does not name it as late or missing a page later."""
    named = {Fault.MISSING, Fault.LATE}
    return (
        row.card is None
        and not row.unit.rates.missing
        and not any(one.fault in named for one in row.deductions)
    )


def proposals_of(rankings: tuple[KindRanking, ...], gettext: Gettext) -> Proposals:
    def named(is_wanted: Callable[[RankedUnit], bool]) -> str:
        rows = (row for ranking in rankings for row in ranking.rows if is_wanted(row))
        return wording.names((visible(row.unit.name) for row in rows), gettext)

    return Proposals(
        red_cards=named(lambda row: row.card is Card.RED),
        yellow_cards=named(lambda row: row.card is Card.YELLOW),
        interviews=named(lambda row: row.is_to_be_interviewed),
    )
