"""Texts that are on file, and what a search among them finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from tests.example import COORDINATOR, OPENED_AT
from tracker.actions.search.index_texts import index_texts
from tracker.actions.search.search_texts import FoundTexts, read_texts, search_texts
from tracker.domain.bigrams import Question
from tracker.models import Obligation, ProgressUpdate, Receipt, key
from tracker.store.text_search import TextFilter, said_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from tests.example import Example
    from tracker.db import Database
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, Task

ALL_TEXTS = TextFilter(with_old_versions=True)


def put_on_file(session: Session, example: Example, unit: OrgUnit, task: Task, texts: Sequence[str]) -> int:
    """One version a text, whatever it says, the last one the newest; the number of the first."""
    obligation = session.exec(
        select(Obligation).where(
            Obligation.round_id == example.round.id,
            Obligation.unit_id == unit.id,
            Obligation.task_id == task.id,
        )
    ).one()
    receipt = Receipt(
        number=f"test-{obligation.id}-{obligation.version}",
        round_id=key(example.round),
        unit_id=key(unit),
        issued_at=OPENED_AT,
        filed_by="test",
        via="test",
    )
    session.add(receipt)
    session.flush()
    updates = [
        ProgressUpdate(
            obligation_id=key(obligation),
            version=version,
            text=text,
            submitted_at=OPENED_AT,
            filed_by="test",
            via="test",
            receipt_id=key(receipt),
        )
        for version, text in enumerate(texts, start=obligation.version + 1)
    ]
    session.add_all(updates)
    obligation.version += len(texts)
    session.add(obligation)
    session.flush()
    return min(key(update) for update in updates)


def index_all(database: Database) -> int:
    return index_texts(database, OPENED_AT, at_most=1_000_000)


def search(
    database: Database, asked: str, *, actor: Actor = COORDINATOR, wanted: TextFilter | None = None
) -> FoundTexts:
    with database.reading() as session:
        return search_texts(session, actor, wanted or TextFilter(), Question.of(asked))


def said(
    database: Database, asked: str, *, actor: Actor = COORDINATOR, wanted: TextFilter | None = None
) -> list[str]:
    """What the hits say, newest first."""
    found = search(database, asked, actor=actor, wanted=wanted)
    with database.reading() as session:
        return [said_in(hit.update) for hit in read_texts(session, found, limit=1000)]


def numbers_on_file(database: Database) -> list[int | None]:
    with database.reading() as session:
        return list(session.exec(select(ProgressUpdate.id).order_by(col(ProgressUpdate.id))))
