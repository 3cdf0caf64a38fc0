"""Invented rounds for the report tests and pictures. All names and texts are made up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.domain.rates import Tally, rates_of
from tracker.domain.states import ObligationState
from tracker.reports.data import ReportEntry, ReportTask, ReportUnit, RoundReport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

S = ObligationState
ZONE = ZoneInfo("Asia/Shanghai")
DUE_AT = datetime(2024, 10, 6, 23, 59, 59, tzinfo=ZONE)
ON_TIME = DUE_AT - timedelta(days=2, hours=14, minutes=20)
LATE = DUE_AT + timedelta(days=1, hours=9)


@dataclass(frozen=True, slots=True)
class Filed:
    """What one unit did about one task; `name` belongs to a county unless `is_lead`."""

    name: str
    text: str = ""
    state: ObligationState = S.SUBMITTED
    nil_reason: str = ""
    is_lead: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class TaskText:
    """The words of one task; tasks of one `measure` are neighbours, and so are those of one `units_text`."""

    content: str
    measure: str = "1．示例措施"
    units_text: str = "市示例局，各县人民政府"
    section: str = ""
    number: str = ""


def make_report(tasks: Sequence[tuple[TaskText, Sequence[Filed]]], **changes: object) -> RoundReport:
    """A round of these tasks; counts and rates follow from the entries."""
    ids: dict[str, int] = {}
    facts: dict[str, list[Tally]] = {}
    kinds: dict[str, str] = {}
    for _, filed in tasks:
        for one in filed:
            ids.setdefault(one.name, len(ids) + 1)
            kinds.setdefault(one.name, "department" if one.is_lead else "county")
            facts.setdefault(one.name, []).append(_tally(one))
    units = {name: ReportUnit(ids[name], name, kinds[name], rates_of(facts[name])) for name in ids}
    made: list[ReportTask] = []
    measure = block = 0
    for index, (words, filed) in enumerate(tasks, start=1):
        measure += index == 1 or tasks[index - 2][0].measure != words.measure
        block += index == 1 or tasks[index - 2][0].units_text != words.units_text
        entries = tuple(_entry(one, units[one.name]) for one in filed)
        made.append(
            ReportTask(
                id=index,
                number=words.number or str(index),
                section=words.section,
                measure=words.measure,
                measure_id=measure,
                content=words.content,
                units_text=words.units_text,
                units_block=block,
                entries=entries,
                rates=rates_of(map(_tally, filed)),
            )
        )
    in_order = sorted(units.values(), key=lambda unit: (unit.kind != "department", unit.id))
    report = RoundReport(
        list_slug="example",
        list_title="示例市重点任务清单（示例）",
        note="备注：每条措施责任单位中的第一个单位为牵头单位。各单位每季度填写贯彻落实情况（每条控制在300字以内）。",
        period="2024Q3",
        period_label="2024年第三季度",
        due_at=DUE_AT,
        as_of=DUE_AT + timedelta(days=3, hours=10),
        is_closed=True,
        character_limit=300,
        rates=rates_of(tally for of_unit in facts.values() for tally in of_unit),
        tasks=tuple(made),
        units=tuple(in_order),
    )
    return replace(report, **changes)  # type: ignore[arg-type]


def full_round(text_of: Callable[[int, int], str], tasks: int = 70, counties: int = 17) -> RoundReport:
    """Every unit has filed on every task: the lead and all counties. `text_of` is given both indexes."""
    return make_report(
        [
            (
                TaskText(
                    content=f"示例任务{index + 1}："
                    + "推动脱贫地区一二三产业融合发展，构建现代乡村产业体系。" * 4,
                    measure=f"{index // 2 + 1}．做大做强示例产业",
                    units_text=f"市示例{index // 3 + 1}局、乡村振兴局等部门，各县（市、区）人民政府",
                ),
                [
                    Filed(
                        f"市示例{index // 3 + 1}局" if place == 0 else f"示例{place}县",
                        text_of(index, place),
                        is_lead=place == 0,
                    )
                    for place in range(counties + 1)
                ],
            )
            for index in range(tasks)
        ]
    )


def _tally(one: Filed) -> Tally:
    return Tally(one.state, not one.is_late)


def _first(one: Filed) -> datetime | None:
    if one.state in {S.PENDING, S.DRAFT} or (one.state is S.EXEMPT and not one.text):
        return None
    return LATE if one.is_late else ON_TIME


def _entry(one: Filed, unit: ReportUnit) -> ReportEntry:
    first = _first(one)
    return ReportEntry(
        unit=unit,
        role="lead" if one.is_lead else "local",
        state=one.state,
        text=one.text,
        nil_reason=one.nil_reason,
        first_submitted_at=first,
        submitted_at=first and first + timedelta(hours=1),
        is_late=one.is_late,
        version=1 if first else 0,
    )
