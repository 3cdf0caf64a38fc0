"""A site of any size for `make bench`, written in bulk: one list, two quarters, texts of about 200 characters."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from tracker.actions.people.accounts import secret_hash
from tracker.actions.site.prepare_database import seed_calendar
from tracker.config import load_settings
from tracker.db import open_database
from tracker.domain.actors import Role
from tracker.domain.rules import ReportingRules
from tracker.domain.states import ObligationState
from tracker.migrations import upgrade
from tracker.models import (
    Account,
    AssignmentRole,
    Contact,
    ListVersion,
    Measure,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    Receipt,
    ReportingRound,
    SignIn,
    Task,
    TaskList,
    UnitAlias,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlmodel import Session

    from tracker.config import Settings

NOW: Final = datetime(2024, 10, 3, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
SLUG, BEFORE, PERIOD = "bench", "2024Q2", "2024Q3"
TASKS: Final = 70
UNIT: Final = 1  # the one whose page is measured
_FILED_AT: Final = NOW - timedelta(days=2)
_SENTENCES: Final = {
    BEFORE: "（示例）本季度按计划推进，已完成示范点建设，培训人员若干人次，资金全部到位。",
    PERIOD: "（示例）新开工项目两个，其余在建；组织对接活动三场，签订意向书若干份，遗留问题已报专班。",
}
_BATCH: Final = 20_000


def settings_in(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    config = folder / "config.toml"
    config.write_text("", "utf-8")
    return load_settings(config, {})


def build_site(folder: Path, units: int, *, texts: int, before: bool = True) -> dict[Role, str]:
    """Writes the site and returns a session's secret by role; the filler is of unit `UNIT`.

    `texts` obligations of this quarter have a text, task by task; those of the quarter before all have
    one, where there is a quarter before.
    """
    database = open_database(settings_in(folder))
    upgrade(database)
    with database.transaction() as session:
        seed_calendar(session)
        _write_list(session)
        _write_units(session, units)
        rounds = ((1, BEFORE, units * TASKS if before else 0), (2, PERIOD, texts))
        for number, period, filed in rounds[0 if before else 1 :]:
            _write_round(session, number, period, units, filed)
        found = _write_accounts(session)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    database.close()
    return found


def text_of(number: int, period: str = PERIOD) -> str:
    return f"第{number}项：{_SENTENCES[period] * 5}"[:200]


def _write_list(session: Session) -> None:
    rules = ReportingRules(period_type="quarter", due_day=6, character_limit=300, lead="first")
    _add(
        session,
        TaskList(
            id=1,
            slug=SLUG,
            title="示例重点任务清单",
            rules=rules.model_dump_json(),
            first_period="2024Q1",
            last_period="2024Q4",
        ),
    )
    _add(session, ListVersion(id=1, list_id=1, number=1, imported_at=NOW))
    _add(session, *(Measure(id=n, version_id=1, position=n, title=f"{n}．示例措施") for n in range(1, 11)))
    _add(
        session,
        *(
            Task(
                id=n,
                version_id=1,
                lineage=n,
                measure_id=1 + (n - 1) // 7,
                position=n,
                number=str(n),
                title=f"示例任务{n}",
                content=f"示例任务{n}的具体内容：" + "开展示范建设，落实配套资金。" * 3,
                units_text="市示例局，各县人民政府",
            )
            for n in range(1, TASKS + 1)
        ),
    )


def _write_units(session: Session, units: int) -> None:
    names = [
        (n, f"示例第{n}县", UnitKind.COUNTY if n > units // 2 else UnitKind.DEPARTMENT)
        for n in range(1, units + 1)
    ]
    _bulk(session, OrgUnit, ({"id": n, "name": name, "kind": kind, "position": n} for n, name, kind in names))
    _bulk(session, UnitAlias, ({"unit_id": n, "name": name, "lookup": name} for n, name, _ in names))
    _bulk(
        session,
        Contact,
        (
            {"unit_id": n, "name": f"{name}联系人", "email": f"u{n}@example.org", "role": Role.FILLER}
            for n, name, _ in names
        ),
    )


def _write_round(session: Session, number: int, period: str, units: int, texts: int) -> None:
    """Obligations task by task, the first `texts` of them filed; ids go on from the round before."""
    opened_at = NOW - timedelta(days=18 if period == PERIOD else 110)
    rules = ReportingRules(period_type="quarter", due_day=6, character_limit=300, lead="first")
    _add(
        session,
        ReportingRound(
            id=number,
            list_id=1,
            version_id=1,
            period=period,
            opened_at=opened_at,
            due_at=opened_at + timedelta(days=21),
            closed_at=None if period == PERIOD else opened_at + timedelta(days=40),
            rules=rules.model_dump_json(),
        ),
    )
    first = 1 + (units * TASKS if number > 1 else 0)
    places = [(task, unit) for task in range(1, TASKS + 1) for unit in range(1, units + 1)]
    filed = {
        "state": ObligationState.SUBMITTED,
        "first_submitted_at": _FILED_AT,
        "last_submitted_at": _FILED_AT,
    }
    filed |= {"is_on_time": True, "version": 1}
    pending: dict[str, Any] = {
        "state": ObligationState.PENDING,
        "first_submitted_at": None,
        "last_submitted_at": None,
    }
    pending |= {"is_on_time": None, "version": 0}
    common = {"round_id": number, "role": AssignmentRole.LOCAL}
    _bulk(
        session,
        Obligation,
        (
            {"id": first + n, "task_id": task, "unit_id": unit} | common | (filed if n < texts else pending)
            for n, (task, unit) in enumerate(places)
        ),
    )
    receipts = (number - 1) * units
    _bulk(
        session,
        Receipt,
        (
            {"id": receipts + unit, "number": f"{period}-{unit}", "round_id": number, "unit_id": unit,
             "issued_at": _FILED_AT, "filed_by": "示例填报人", "via": "web"}
            for unit in range(1, units + 1)
        ),
    )  # fmt: skip
    _bulk(
        session,
        ProgressUpdate,
        (
            {"obligation_id": first + n, "version": 1, "text": text_of(task, period), "submitted_at": _FILED_AT,
             "filed_by": "示例填报人", "via": "web", "receipt_id": receipts + unit}
            for n, (task, unit) in enumerate(places[:texts])
        ),
    )  # fmt: skip


def _write_accounts(session: Session) -> dict[Role, str]:
    found = {}
    for number, role in enumerate((Role.FILLER, Role.LEADER, Role.COORDINATOR, Role.ADMINISTRATOR), start=1):
        unit_id = UNIT if role is Role.FILLER else None
        _add(
            session,
            Account(
                id=number, username=role.value, password_hash="-", role=role, unit_id=unit_id, created_at=NOW
            ),
        )
        found[role] = secrets.token_urlsafe(32)
        ends_at = NOW + timedelta(days=60)
        _add(
            session,
            SignIn(
                secret_hash=secret_hash(found[role]), account_id=number, created_at=NOW, expires_at=ends_at
            ),
        )
    return found


def _add(session: Session, *rows: object) -> None:
    session.add_all(rows)
    session.flush()


def _bulk(session: Session, table: type, rows: Iterator[dict[str, Any]]) -> None:
    """In batches: two hundred thousand rows stay out of memory."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            session.execute(insert(table), batch)
            batch.clear()
    if batch:
        session.execute(insert(table), batch)
