"""A round of any size, written straight into the tables: what a board costs does not depend on how it came about."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sqlalchemy import insert

from tracker.domain.rules import ReportingRules
from tracker.domain.states import FILED, ObligationState
from tracker.models import (
    AssignmentRole,
    ListVersion,
    Measure,
    Obligation,
    OrgUnit,
    ReportingRound,
    Task,
    TaskList,
    UnitKind,
    key,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

_MEASURES = 8
_CHUNK = 20_000


def build_round(
    session: Session, tasks: int, units: int, now: datetime, *, slug: str = "big", first_id: int = 1000
) -> ReportingRound:
    """Every unit owes every task. The titles are as long as those of a real list; `first_id` is the id before the
    first obligation's, where large ones are wanted."""
    chance = random.Random(len(slug))
    rules = ReportingRules(period_type="quarter", due_day=6)
    task_list = TaskList(
        slug=slug, title="示例市促进示例产业高质量发展三年行动重点任务清单", rules=rules.model_dump_json()
    )
    session.add(task_list)
    session.flush()
    version = ListVersion(list_id=key(task_list), number=1, imported_at=now)
    session.add(version)
    session.flush()
    measures = [
        Measure(
            version_id=key(version),
            position=number,
            title=f"（{number}）做强做优示例产业，稳定示例人口就业增收渠道",
        )
        for number in range(_MEASURES)
    ]
    places = [
        OrgUnit(
            name=f"示例{number}自治县人民政府办公室" if number % 5 else f"市示例{number}和资源保障局",
            kind=UnitKind.COUNTY if number % 5 else UnitKind.DEPARTMENT,
            position=number,
        )
        for number in range(units)
    ]
    session.add_all([*measures, *places])
    session.flush()
    rows = [
        Task(
            version_id=key(version),
            lineage=number,
            measure_id=key(measures[number % _MEASURES]),
            position=number,
            number=str(number),
            title=f"加强示例对象动态监测，分层分类做好示例人口帮扶增收工作{number}，逐项落实到位、定期回访",
            content="示例",
        )
        for number in range(1, tasks + 1)
    ]
    found = ReportingRound(
        list_id=key(task_list),
        version_id=key(version),
        period="2024Q3",
        opened_at=now,
        due_at=now,
        rules=task_list.rules,
    )
    session.add_all([*rows, found])
    session.flush()
    obligations = []
    for task in rows:
        for unit in places:
            state = chance.choice(tuple(ObligationState))
            is_filed = state in FILED
            obligations.append(
                {
                    "round_id": key(found),
                    "task_id": key(task),
                    "unit_id": key(unit),
                    "role": AssignmentRole.LOCAL,
                    "state": state,
                    "is_on_time": chance.random() < 0.5 if is_filed else None,
                    "first_submitted_at": now if is_filed else None,
                    "last_submitted_at": now if is_filed else None,
                    "version": int(is_filed),
                    "endorsed_version": 0,
                    "exempt_reason": "",
                }
            )
    for number, values in enumerate(obligations, start=first_id + 1):
        values["id"] = number
    for start in range(0, len(obligations), _CHUNK):
        session.execute(insert(Obligation), obligations[start : start + _CHUNK])
    session.flush()
    return found
