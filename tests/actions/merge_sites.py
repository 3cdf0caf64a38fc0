"""Invented sites for merges: units with everything that can hang on them, in any state; and whole snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as sql_select

from tests.example import OPENED_AT
from tracker.domain.actors import Role
from tracker.domain.rules import ReportingRules
from tracker.domain.states import ObligationState
from tracker.models import (
    Account,
    ApiToken,
    Assignment,
    AssignmentRole,
    CloseOut,
    CloseOutState,
    Contact,
    Draft,
    Instruction,
    ListVersion,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    Reassignment,
    Receipt,
    Reminder,
    ReportingRound,
    Review,
    ReviewOutcome,
    Task,
    TaskList,
    UnitGroup,
    UnitGroupMember,
    UnitKind,
    key,
    metadata,
)
from tracker.store.units import add_alias, add_unit

if TYPE_CHECKING:
    from sqlmodel import Session

UNITS, TASKS, ROUNDS, GROUPS = 4, 3, 2, 2
# Whether an obligation is there, and what it holds: nothing, a draft, a filed version, both.
_S = ObligationState
SHAPES = (
    None,
    (_S.PENDING, 0, False),
    (_S.DRAFT, 0, True),
    (_S.SUBMITTED, 1, False),
    (_S.SUBMITTED, 1, True),
    (_S.RETURNED, 2, True),
    (_S.ACCEPTED, 1, False),
    (_S.NIL, 1, False),
    (_S.EXEMPT, 0, False),
    (_S.EXEMPT, 0, True),
    (_S.EXEMPT, 1, False),
)
_some = st.integers(0, 2)


@dataclass(frozen=True)
class Site:
    """Choices for each unit, by its place; of obligations by round, task and unit."""

    parents: tuple[int | None, ...]
    mailboxes: tuple[frozenset[tuple[str, Role]], ...]
    accounts: tuple[int, ...]
    members: tuple[frozenset[int], ...]
    obligations: tuple[tuple[tuple[int, AssignmentRole], ...], ...]
    request_keys: tuple[str | None, ...]
    rungs: tuple[frozenset[str], ...]
    bound: tuple[frozenset[int], ...]
    # Pairs of places: the unit above that passed on what another filed, and moved its first task to the next.
    duties: frozenset[tuple[int, int]]


def sites() -> st.SearchStrategy[Site]:
    mailbox = st.tuples(
        st.sampled_from(("a@example.org", "A@example.org", "b@example.org")),
        st.sampled_from((Role.FILLER, Role.LEADER)),
    )
    obligation = st.tuples(
        st.integers(0, len(SHAPES) - 1), st.sampled_from((AssignmentRole.LEAD, AssignmentRole.LOCAL))
    )

    def each(strategy: st.SearchStrategy[Any], count: int = UNITS) -> st.SearchStrategy[Any]:
        return st.tuples(*[strategy] * count)

    return st.builds(
        Site,
        # A parent comes before its children: no circle.
        parents=st.tuples(
            st.none(), *[st.one_of(st.none(), st.integers(0, place - 1)) for place in range(1, UNITS)]
        ),
        mailboxes=each(st.frozensets(mailbox, max_size=3)),
        accounts=each(_some),
        members=each(st.frozensets(st.integers(0, UNITS - 1)), GROUPS),
        obligations=each(each(obligation, UNITS), ROUNDS * TASKS),
        request_keys=each(st.sampled_from((None, "k1", "k2"))),
        rungs=each(st.frozensets(st.sampled_from(("-7", "-1", "H1")))),
        bound=each(st.frozensets(st.integers(0, TASKS - 1))),
        duties=st.frozensets(st.tuples(*[st.integers(0, UNITS - 1)] * 2), max_size=4),
    )


def build(session: Session, site: Site) -> list[OrgUnit]:
    """The units of `site`, with everything that hangs on them stored."""
    units = [add_unit(session, f"示例单位{place}", UnitKind.COUNTY) for place in range(UNITS)]
    for place, unit in enumerate(units):
        parent = site.parents[place]
        unit.parent_id = None if parent is None else key(units[parent])
        session.add(unit)
        add_alias(session, unit, f"示例{place}")
        for email, role in sorted(site.mailboxes[place]):
            session.add(Contact(unit_id=key(unit), name=f"某人{place}", email=email, role=role))
        for number in range(site.accounts[place]):
            name = f"account-{place}-{number}"
            session.add(
                Account(
                    username=name,
                    password_hash="-",
                    role=Role.FILLER,
                    unit_id=key(unit),
                    created_at=OPENED_AT,
                )
            )
            session.add(
                ApiToken(
                    label=name,
                    secret_hash=name,
                    role=Role.FILLER,
                    unit_id=key(unit),
                    created_at=OPENED_AT,
                )
            )
    tasks, rounds = _list(session, units, site)
    for round_place, reporting_round in enumerate(rounds):
        receipts = [
            _receipt(session, reporting_round, unit, site.request_keys[place] if not round_place else None)
            for place, unit in enumerate(units)
        ]
        for place, unit in enumerate(units):
            for rung in sorted(site.rungs[place]):
                session.add(
                    Reminder(
                        round_id=key(reporting_round),
                        unit_id=key(unit),
                        rung=rung,
                        planned_at=OPENED_AT,
                        reminded_at=OPENED_AT,
                        outstanding=1,
                    )
                )
            for task_place, task in enumerate(tasks):
                shape, bound_as = site.obligations[round_place * TASKS + task_place][place]
                _obligation(session, reporting_round, task, unit, bound_as, shape, receipts[place])
    session.flush()
    for first, second in sorted(site.duties):
        _duties(session, rounds[0], units[first], units[second])
    session.flush()
    return units


def _duties(session: Session, reporting_round: ReportingRound, one: OrgUnit, other: OrgUnit) -> None:
    """Whatever people decided about what the two owe; both may be the same."""
    session.add(
        Reassignment(
            list_id=reporting_round.list_id,
            lineage=1,
            round_id=key(reporting_round),
            from_unit_id=key(one),
            to_unit_id=key(other),
            is_lasting=True,
            reason="示例理由",
            reassigned_at=OPENED_AT,
            reassigned_by="统筹人",
        )
    )
    session.add(
        CloseOut(
            list_id=reporting_round.list_id,
            lineage=2,
            unit_id=key(other),
            state=CloseOutState.ASKED,
            evidence="示例佐证",
            asked_at=OPENED_AT,
            asked_by=other.name,
        )
    )
    session.add(
        Instruction(
            unit_id=key(one),
            text="示例批示",
            instructed_by="示例领导",
            instructed_on=OPENED_AT.date(),
            due_on=OPENED_AT.date(),
            created_at=OPENED_AT,
            created_by="统筹人",
        )
    )
    filed = session.exec(
        sql_select(ProgressUpdate)
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(Obligation.unit_id == other.id)
    ).first()
    if filed is not None:
        session.add(
            Review(
                update_id=key(filed),
                outcome=ReviewOutcome.ENDORSED,
                by_unit_id=key(one),
                reviewed_at=OPENED_AT,
                reviewed_by=one.name,
            )
        )


def _list(session: Session, units: list[OrgUnit], site: Site) -> tuple[list[Task], list[ReportingRound]]:
    rules = ReportingRules(period_type="quarter", due_day=6, character_limit=300, lead="first")
    text = rules.model_dump_json()
    task_list = TaskList(slug="example", title="示例", rules=text)
    session.add(task_list)
    session.flush()
    version = ListVersion(list_id=key(task_list), number=1, imported_at=OPENED_AT)
    session.add(version)
    for number in range(GROUPS):
        group = UnitGroup(list_id=key(task_list), name=f"各县{number}")
        session.add(group)
        session.flush()
        for place in sorted(site.members[number]):
            session.add(UnitGroupMember(group_id=key(group), unit_id=key(units[place])))
    tasks = [
        Task(version_id=key(version), lineage=n, position=n, number=str(n), title=f"任务{n}", content="内容")
        for n in range(1, TASKS + 1)
    ]
    session.add_all(tasks)
    rounds = [
        ReportingRound(
            list_id=key(task_list),
            version_id=key(version),
            period=f"2024Q{n}",
            opened_at=OPENED_AT,
            due_at=OPENED_AT + timedelta(days=20),
            rules=text,
        )
        for n in range(1, ROUNDS + 1)
    ]
    session.add_all(rounds)
    session.flush()
    for place, unit in enumerate(units):
        for task_place in sorted(site.bound[place]):
            session.add(
                Assignment(
                    task_id=key(tasks[task_place]),
                    unit_id=key(unit),
                    role=AssignmentRole.LOCAL,
                    position=place,
                    text=unit.name,
                )
            )
    return tasks, rounds


def _receipt(
    session: Session, reporting_round: ReportingRound, unit: OrgUnit, request_key: str | None
) -> Receipt:
    receipt = Receipt(
        number=f"{reporting_round.period}-{unit.id}",
        round_id=key(reporting_round),
        unit_id=key(unit),
        issued_at=OPENED_AT,
        filed_by=unit.name,
        via="test",
        request_key=request_key,
    )
    session.add(receipt)
    session.flush()
    return receipt


def _obligation(
    session: Session,
    reporting_round: ReportingRound,
    task: Task,
    unit: OrgUnit,
    role: AssignmentRole,
    shape: int,
    receipt: Receipt,
) -> None:
    if (chosen := SHAPES[shape]) is None:
        return
    state, version, has_draft = chosen
    obligation = Obligation(
        round_id=key(reporting_round),
        task_id=key(task),
        unit_id=key(unit),
        role=role,
        state=state,
        version=version,
        first_submitted_at=OPENED_AT if version else None,
        is_on_time=True if version else None,
        last_submitted_at=OPENED_AT if version else None,
        endorsed_version=version,
        exempt_reason="示例理由" if state is _S.EXEMPT else "",
    )
    session.add(obligation)
    session.flush()
    text = f"{unit.name}第{task.number}项"
    for number in range(1, version + 1):
        session.add(
            ProgressUpdate(
                obligation_id=key(obligation),
                version=number,
                text="" if state is _S.NIL else text,
                nil_reason=text if state is _S.NIL else "",
                submitted_at=OPENED_AT,
                filed_by=unit.name,
                via="test",
                receipt_id=key(receipt),
            )
        )
    if has_draft:
        session.add(
            Draft(
                obligation_id=key(obligation),
                text=f"{text}草稿",
                base_version=version,
                saved_at=OPENED_AT,
                saved_by=unit.name,
            )
        )


def snapshot(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the record of changes."""
    session.flush()
    return {
        table.name: sorted(
            (tuple(row) for row in session.execute(select(table))),
            key=lambda row: [str(cell) for cell in row],
        )
        for table in metadata.sorted_tables
        if table.name != "unit_change"
    }
