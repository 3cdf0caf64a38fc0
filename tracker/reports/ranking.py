"""The ranking 排名 of the units of a round: places and scores, each kind by itself, with all that explains them.

One rule for the pages, the leader's few places and every document (DESIGN: rule 13). Whoever has the counts calls
`ranked`; `rankings_of` counts them from a report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.faults import FAULT_LABELS, Fault
from tracker.domain.scoring import (
    Card,
    Conduct,
    card_for,
    is_to_be_interviewed,
    placed,
    points_off,
    printed,
    score_of,
)
from tracker.domain.states import FILED, ObligationState
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from tracker.domain.scoring_rules import ScoringRules
    from tracker.reports.data import ReportEntry, ReportUnit, RoundReport


@dataclass(frozen=True, slots=True)
class Deduction:
    """`points` is rounded for print by itself; the score is not their difference but rounded from the exact one."""

    fault: Fault
    count: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """`deductions` and `struck_out` (fault, count) the gravest first; card and interview are proposals."""

    place: int
    unit: ReportUnit
    score: Decimal
    deductions: tuple[Deduction, ...]
    struck_out: tuple[tuple[Fault, int], ...]
    card: Card | None
    is_to_be_interviewed: bool


@dataclass(frozen=True, slots=True)
class WaitingUnit:
    """Has no place yet: `not_due` of its texts are missing and its own due moment has not passed."""

    unit: ReportUnit
    not_due: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class KindRanking:
    """`kind` as in `ReportUnit`; `rows` by place, within a place in the list's order."""

    kind: str
    rows: tuple[RankedUnit, ...]
    waiting: tuple[WaitingUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitFaults:
    """How many obligations of a unit have a fault, and how many had it until an appeal struck it out.

    MISSING of `held` may count what is not due yet: it is held against nobody before that.
    """

    held: Mapping[Fault, int] = field(default_factory=dict)
    struck_out: Mapping[Fault, int] = field(default_factory=dict)


def faults_of(entry: ReportEntry, report: RoundReport) -> tuple[Fault, ...]:
    """What counts against the unit at the report's moment, the gravest first.

    Nothing is missing before the unit's own due moment has passed; what an appeal struck out does not count.
    """
    is_due = report.as_of > _due_at(entry.unit, report.due_at)
    return tuple(
        fault
        for fault in _faults(entry)
        if fault not in entry.struck_out and (is_due or fault is not Fault.MISSING)
    )


def rankings_of(report: RoundReport) -> tuple[KindRanking, ...]:
    """Each kind of the report's units by itself, in their order."""
    held: dict[int, Counter[Fault]] = {unit.id: Counter() for unit in report.units}
    struck_out: dict[int, Counter[Fault]] = {unit.id: Counter() for unit in report.units}
    for task in report.tasks:
        for entry in task.entries:
            for fault in _faults(entry):
                (struck_out if fault in entry.struck_out else held)[entry.unit.id][fault] += 1
    faults = {unit.id: UnitFaults(held[unit.id], struck_out[unit.id]) for unit in report.units}
    return ranked(report.units, faults, report.scoring, due_at=report.due_at, as_of=report.as_of)


def ranked(
    units: Sequence[ReportUnit],
    faults: Mapping[int, UnitFaults],
    rules: ScoringRules,
    *,
    due_at: datetime,
    as_of: datetime,
) -> tuple[KindRanking, ...]:
    """`faults` by unit id. A unit that owes nothing is left out; one with something missing that is not due yet waits."""
    found = []
    for kind in dict.fromkeys(unit.kind for unit in units):
        owing = {unit.id: unit for unit in units if unit.kind == kind and unit.rates.expected}
        waiting = tuple(
            WaitingUnit(unit, count, _due_at(unit, due_at))
            for unit in owing.values()
            if (count := _held(faults, unit).get(Fault.MISSING, 0)) and as_of <= _due_at(unit, due_at)
        )
        if not owing:
            continue
        waits = {one.unit.id for one in waiting}
        conducts = [
            Conduct(unit.id, unit.rates.expected, _held(faults, unit))
            for unit in owing.values()
            if unit.id not in waits
        ]
        rows = tuple(
            _row(place, owing[one.unit_id], one, faults.get(one.unit_id, UnitFaults()), rules)
            for place, one in placed(conducts, rules)
        )
        found.append(KindRanking(kind, rows, waiting))
    return tuple(found)


_BY_SHARE = mark(
    "得分 = {base} − {missing} × 未报占比 − {late} × 逾期占比 − {no_substance} × 无实质内容占比 − "
    "{returned} × 退回占比，最低 0 分；占比是有该情形的项数 ÷ 应报项数。"
)
_BY_ITEM = mark(
    "得分 = {base} − 未报每项 {missing} 分 − 逾期每项 {late} 分 − 无实质内容每项 {no_substance} 分 − "
    "退回每项 {returned} 分，最低 0 分。"
)
_COUNTING = mark(
    "同一项退回几次只计一次；免报不计应报；延期的按延期后的截止时间；申诉成立的不扣分，列在旁边。"
)
_PLACES = mark(
    "各类单位分开排名；得分相同的并列，下一名次顺延（1、1、3）；名次按未取整的得分排，得分和扣分各自四舍五入到两位小数，"
    "加减可能略有出入。没有应报项的单位、未到本单位截止时间还有未报项的单位不排名。"
)
_CARDS = mark("得分低于 {yellow} 分的建议黄牌，低于 {red} 分的建议红牌。")
_INTERVIEWS = mark("连续 {count} 期有未报的建议约谈。")
_ONE_INTERVIEW = mark("本期有未报的建议约谈。")
_DRAFTS = mark("以上建议由人决定后发出。")


def formula(rules: ScoringRules, gettext: Callable[[str], str]) -> tuple[str, ...]:
    """How places come about, in lines to be printed under every ranking."""
    points = {
        "base": rules.base,
        "missing": rules.missing,
        "late": rules.late,
        "no_substance": rules.no_substance,
        "returned": rules.returned,
    }
    words = {name: plain(value) for name, value in points.items()}
    costs = _BY_SHARE if rules.by == "share" else _BY_ITEM
    lines = [
        gettext(costs).format(**words),
        gettext(_COUNTING),
        gettext(_PLACES),
    ]
    proposals = []
    if rules.yellow_below:
        proposals.append(gettext(_CARDS).format(yellow=plain(rules.yellow_below), red=plain(rules.red_below)))
    if rules.interview_after:
        words_of_it = _ONE_INTERVIEW if rules.interview_after == 1 else _INTERVIEWS
        proposals.append(gettext(words_of_it).format(count=rules.interview_after))
    if proposals:
        lines.append("".join([*proposals, gettext(_DRAFTS)]))
    return tuple(lines)


def plain(points: Decimal) -> str:
    """100 and 12.5: a setting as it was written, without zeros that say nothing."""
    return f"{points.normalize():f}"


def fault_label(fault: Fault, gettext: Callable[[str], str]) -> str:
    return gettext(FAULT_LABELS[fault])


def _faults(entry: ReportEntry) -> tuple[Fault, ...]:
    """Whether or not anything was struck out or is due; nothing is held against who is exempt."""
    if entry.state is ObligationState.EXEMPT:
        return ()
    is_filed = entry.state in FILED
    found = {
        Fault.MISSING: not is_filed,
        Fault.LATE: is_filed and entry.is_late,
        Fault.NO_SUBSTANCE: is_filed and entry.has_no_substance,
        Fault.RETURNED: is_filed and entry.times_returned > 0,
    }
    return tuple(fault for fault in Fault if found[fault])


def _row(
    place: int, unit: ReportUnit, conduct: Conduct, faults: UnitFaults, rules: ScoringRules
) -> RankedUnit:
    score = score_of(conduct, rules)
    return RankedUnit(
        place=place,
        unit=unit,
        score=printed(score),
        deductions=tuple(
            Deduction(fault, count, printed(points_off(fault, count, conduct.expected, rules)))
            for fault in Fault
            if (count := conduct.faults.get(fault, 0))
        ),
        struck_out=tuple((fault, count) for fault in Fault if (count := faults.struck_out.get(fault, 0))),
        card=card_for(score, rules),
        is_to_be_interviewed=is_to_be_interviewed(
            conduct.faults.get(Fault.MISSING, 0), unit.missed_before, rules
        ),
    )


def _held(faults: Mapping[int, UnitFaults], unit: ReportUnit) -> Mapping[Fault, int]:
    return faults.get(unit.id, UnitFaults()).held


def _due_at(unit: ReportUnit, due_at: datetime) -> datetime:
    return unit.extended_to or due_at
