"""A small invented list for tests: three tasks, one department, two counties, a round due on 6 October 2024."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.actions.rounds.open_round import open_round
from tracker.actions.site.prepare_database import seed_calendar
from tracker.domain.actors import Actor, Role, system
from tracker.domain.rules import ReportingRules
from tracker.models import (
    Assignment,
    AssignmentRole,
    Contact,
    ListVersion,
    Measure,
    OrgUnit,
    ReportingRound,
    Task,
    TaskList,
    UnitGroup,
    UnitGroupMember,
    UnitKind,
    key,
)
from tracker.store.units import add_alias, add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENED_AT = datetime(2024, 9, 15, 8, tzinfo=SHANGHAI)
PERIOD = "2024Q3"
SLUG = "example"


@dataclass(frozen=True, slots=True)
class Example:
    """Tasks 1 and 2 are led by the bureau and bind both counties; task 3 binds 乙县 only. 8 obligations."""

    task_list: TaskList
    round: ReportingRound
    bureau: OrgUnit
    county_a: OrgUnit
    county_b: OrgUnit
    tasks: tuple[Task, Task, Task]

    def filer(self, unit: OrgUnit) -> Actor:
        return Actor(role=Role.FILLER, label=f"{unit.name}填报人", via="test", unit_id=key(unit))


COORDINATOR = Actor(role=Role.COORDINATOR, label="统筹人", via="test")


def build_example(session: Session, settings: Settings, now: datetime = OPENED_AT) -> Example:
    """Inserts the list and opens its 2024Q3 at `now` (by default well before it is due)."""
    seed_calendar(session)
    bureau = add_unit(session, "市示例局", UnitKind.DEPARTMENT)
    county_a = add_unit(session, "甲县", UnitKind.COUNTY)
    county_b = add_unit(session, "乙县", UnitKind.COUNTY)
    add_alias(session, county_a, "甲县人民政府")
    rules = ReportingRules(period_type="quarter", due_day=6, character_limit=300, lead="first")
    task_list = TaskList(
        slug=SLUG,
        title="示例任务清单",
        rules=rules.model_dump_json(),
        first_period="2024Q1",
        last_period="2024Q4",
    )
    session.add(task_list)
    session.flush()
    version = ListVersion(list_id=key(task_list), number=1, note="备注：示例。", imported_at=now)
    session.add(version)
    session.flush()
    counties = UnitGroup(list_id=key(task_list), name="各县人民政府")
    measures = [
        Measure(version_id=key(version), position=1, title="1．示例措施"),
        Measure(version_id=key(version), position=2, title="2．另一措施"),
    ]
    session.add(counties)
    session.add_all(measures)
    session.flush()
    for county in (county_a, county_b):
        session.add(UnitGroupMember(group_id=key(counties), unit_id=key(county)))
    tasks = tuple(
        Task(
            version_id=key(version),
            lineage=number,
            measure_id=key(measures[0] if number < 3 else measures[1]),
            position=number,
            number=str(number),
            title=f"示例任务{number}",
            content=f"示例任务{number}的具体内容。",
            units_text="市示例局，各县人民政府" if number < 3 else "市示例局，乙县人民政府",
            units_block=1 if number < 3 else 2,
            is_lead_certain=True,
            place=f"第 {number} 行",
        )
        for number in (1, 2, 3)
    )
    session.add_all(tasks)
    session.flush()
    for task in tasks:
        session.add(
            Assignment(
                task_id=key(task),
                unit_id=key(bureau),
                role=AssignmentRole.LEAD,
                position=1,
                text="市示例局",
            )
        )
        to_all = task.number != "3"
        session.add(
            Assignment(
                task_id=key(task),
                group_id=key(counties) if to_all else None,
                unit_id=None if to_all else key(county_b),
                role=AssignmentRole.LOCAL,
                position=2,
                text="各县人民政府" if to_all else "乙县人民政府",
            )
        )
    for unit, email in (
        (bureau, "bureau@example.org"),
        (county_a, "a@example.org"),
        (county_b, "b@example.org"),
    ):
        session.add(Contact(unit_id=key(unit), name=f"{unit.name}联系人", email=email, role=Role.FILLER))
    session.add(Contact(name="统筹办公室", email="office@example.org", role=Role.COORDINATOR))
    session.flush()
    opened = open_round(session, system("test"), settings, task_list, PERIOD, now)
    return Example(task_list, opened, bureau, county_a, county_b, (tasks[0], tasks[1], tasks[2]))
