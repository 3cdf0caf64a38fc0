"""`make bench`: searching 200,000 filed texts, beside LIKE '%…%' on the same table in the same run.

The texts are invented: words of two to four characters from a vocabulary of 30,000, the frequent ones frequent, with
numbers and punctuation. On PostgreSQL too where its server is installed. Machines differ; compare the ratios.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, text
from sqlmodel import col, select

from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tests.postgres import PostgresServer, find_postgres
from tracker.actions.search.index_texts import BATCH, index_batch
from tracker.actions.search.search_texts import MOST_HITS, read_texts, search_texts
from tracker.config import load_settings
from tracker.db import Database, open_database
from tracker.domain.bigrams import Question
from tracker.domain.states import ObligationState
from tracker.migrations import upgrade
from tracker.models import (
    AssignmentRole,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    Receipt,
    ReportingRound,
    Task,
    UnitKind,
    key,
)
from tracker.store.text_search import TextFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor

TEXTS = 200_000
UNITS = 100
TASKS = 40
RUNS = 5
PAGE = 50
NEWEST = TextFilter()


def _vocabulary(rng: random.Random) -> list[str]:
    """Invented words of the 3,755 most common characters (GB 2312, level 1)."""
    codes = itertools.product(range(0xB0, 0xD7), range(0xA1, 0xFF))
    characters = [bytes(code).decode("gb2312") for code in codes]
    rng.shuffle(characters)
    weights = list(itertools.accumulate(1 / (place + 8) for place in range(len(characters))))
    lengths = (2, 2, 2, 2, 3, 4)
    return [
        "".join(rng.choices(characters, cum_weights=weights, k=rng.choice(lengths))) for _ in range(30_000)
    ]


def _texts(count: int, words: list[str], rng: random.Random) -> Iterator[str]:
    """Of 200 to 300 characters."""
    weights = list(itertools.accumulate(1 / (place + 20) for place in range(len(words))))
    for _number in range(count):
        pieces: list[str] = []
        length, goal = 0, rng.randint(200, 300)
        while length < goal:
            piece = "".join(rng.choices(words, cum_weights=weights, k=rng.randint(3, 8)))
            if rng.random() < 0.3:
                piece += f"{rng.randint(1, 9999) / 10}" + rng.choice(("%", "万元", "亿元", "个"))
            pieces.append(piece + rng.choice("，，，。；、"))
            length += len(pieces[-1])
        yield "".join(pieces)[:300]


@dataclass(frozen=True, slots=True)
class Asked:
    name: str
    words: str
    wanted: TextFilter = NEWEST
    actor: Actor = COORDINATOR


def _fill(database: Database, settings: Settings, words: list[str], rng: random.Random) -> Example:
    """A text for each of 100 units, 40 tasks and 50 rounds."""
    with database.transaction() as session:
        example = build_example(session, settings)
        units = [OrgUnit(name=f"示例单位{n}", kind=UnitKind.OTHER, position=n) for n in range(UNITS)]
        tasks = [
            Task(
                version_id=example.round.version_id,
                lineage=n,
                position=n,
                number=str(n),
                title="",
                content="",
            )
            for n in range(10, 10 + TASKS)
        ]
        rounds = [
            ReportingRound(
                list_id=key(example.task_list),
                version_id=example.round.version_id,
                period=f"{1970 + n}",
                opened_at=OPENED_AT,
                due_at=OPENED_AT,
                rules=example.round.rules,
            )
            for n in range(TEXTS // UNITS // TASKS)
        ]
        session.add_all([*units, *tasks, *rounds])
        session.flush()
        receipt = Receipt(
            number="bench",
            round_id=key(example.round),
            unit_id=key(units[0]),
            issued_at=OPENED_AT,
            filed_by="",
            via="",
        )
        session.add(receipt)
        session.flush()
        owed = list(itertools.product(rounds, units, tasks))
        common = {"role": AssignmentRole.LOCAL, "state": ObligationState.SUBMITTED, "version": 1}
        common |= {"endorsed_version": 0, "exempt_reason": ""}
        session.connection().execute(
            insert(Obligation),
            [
                common | {"id": n, "round_id": key(found), "unit_id": key(unit), "task_id": key(task)}
                for n, (found, unit, task) in enumerate(owed, start=1000)
            ],
        )
        common = {"version": 1, "nil_reason": "", "remark": "", "filed_by": "", "via": ""}
        common |= {"submitted_at": OPENED_AT, "receipt_id": key(receipt)}
        session.connection().execute(
            insert(ProgressUpdate),
            [
                common | {"obligation_id": n, "text": filed}
                for n, filed in enumerate(_texts(len(owed), words, rng), start=1000)
            ],
        )
    return example


def _size(database: Database) -> float:
    """MiB of the whole database."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            pages, size = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_count", "page_size")
            )
            return float(pages * size / 2**20)
        return float(
            connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one() / 2**20
        )


def _index(database: Database) -> tuple[float, float]:
    """Milliseconds a text, and of the slowest transaction: so long a submission may wait on SQLite."""
    times = []
    while True:
        started = time.perf_counter()
        if not index_batch(database, OPENED_AT):
            break
        times.append(time.perf_counter() - started)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return sum(times) / TEXTS * 1000, max(times) * 1000


def _search(session: Session, asked: Asked) -> int:
    """Finds, counts and reads the first page, as the page does."""
    found = search_texts(session, asked.actor, asked.wanted, Question.of(asked.words))
    read_texts(session, found, limit=PAGE)
    return len(found.numbers)


def _like(session: Session, asked: Asked) -> int:
    """The same by LIKE: exact letters only, neither width nor case."""
    statement = (
        select(ProgressUpdate.id)
        .join(Obligation, col(Obligation.id) == col(ProgressUpdate.obligation_id))
        .where(*(col(ProgressUpdate.text).contains(word, autoescape=True) for word in asked.words.split()))
        .order_by(col(ProgressUpdate.id).desc())
        .limit(MOST_HITS)
    )
    if asked.actor.unit_id:
        statement = statement.where(Obligation.unit_id == asked.actor.unit_id)
    if asked.wanted.period:
        statement = statement.join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        statement = statement.where(ReportingRound.period == asked.wanted.period)
    return len(session.exec(statement).all())


def _questions(database: Database, example: Example, words: list[str]) -> list[Asked]:
    with database.reading() as session:
        number = session.exec(select(func.max(ProgressUpdate.id))).one() or 0
        filed = session.get_one(ProgressUpdate, number - TEXTS // 2).text
        unit = session.exec(select(OrgUnit).where(OrgUnit.name == "示例单位7")).one()
    four = next(
        filed[n : n + 4] for n in range(len(filed)) if all("一" <= sign <= "龥" for sign in filed[n : n + 4])
    )
    pairs = [word for word in words if len(word) == 2]
    return [
        Asked("common, 2 characters", "亿元"),
        Asked("2 characters", pairs[200]),
        Asked("rare, 2 characters", pairs[-1]),
        Asked("4 characters", four),
        Asked("a whole sentence", filed[20:60]),
        Asked("1 character, common", pairs[0][0]),
        Asked("2 common words", f"亿元 {pairs[0]}"),
        Asked("a number", "12.3%"),
        Asked("no hit", "龘靐龘靐"),
        Asked("common, by its unit", "亿元", actor=example.filer(unit)),
        Asked("common, of one round", "亿元", TextFilter(period="1971")),
    ]


def _measure(name: str, database: Database, settings: Settings) -> None:
    upgrade(database)
    rng = random.Random(7)
    words = _vocabulary(rng)
    example = _fill(database, settings, words, rng)
    before = _size(database)
    each, slowest = _index(database)
    print(
        f"\n{name}: {TEXTS:,} texts, {before:.0f} MiB; index {_size(database) - before:.0f} MiB,"
        f" {each:.2f} ms a text, slowest transaction of {BATCH}: {slowest:.0f} ms"
    )
    print(
        f"{'search':<30}{'words':<14}{'hits':>6}{'median ms':>11}{'LIKE, hits':>12}{'median ms':>11}{'ratio':>9}"
    )
    for asked in _questions(database, example, words):
        took: dict[bool, list[float]] = {True: [], False: []}
        counts = {}
        for _run in range(RUNS):
            for is_ours, ask in ((True, _search), (False, _like)):
                with database.reading() as session:
                    started = time.perf_counter()
                    counts[is_ours] = ask(session, asked)
                    took[is_ours].append((time.perf_counter() - started) * 1000)
        ours, like = median(took[True]), median(took[False])
        shown = asked.words if len(asked.words) <= 8 else asked.words[:7] + "…"
        print(
            f"{asked.name:<30}{shown:<{14 - sum(sign > 'ÿ' for sign in shown)}}{counts[True]:>6}{ours:>11.1f}"
            f"{counts[False]:>12}{like:>11.1f}{ours / like:>9.3f}"
        )


def main() -> None:
    """Prints a table for each database."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        config = Path(folder) / "config.toml"
        config.write_text("", "utf-8")
        settings = load_settings(config, {})
        database = open_database(settings)
        _measure("SQLite", database, settings)
        database.close()
        if (binaries := find_postgres()) is None:
            sys.exit("NOT RUN ON POSTGRESQL: no server is installed")
        with PostgresServer.started(binaries) as server:
            database = Database(server.create("bench"))
            _measure("PostgreSQL", database, settings)
            database.close()


if __name__ == "__main__":
    main()
