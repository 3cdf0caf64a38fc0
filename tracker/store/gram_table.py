"""The table `text_grams` in the words of each database: an FTS5 table of SQLite, a tsvector of PostgreSQL.

Grams are those of `domain.bigrams`: they hold no quote, operator, control character or space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    Integer,
    Text,
    bindparam,
    cast,
    column,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlmodel import col

from tracker.models import ProgressUpdate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlmodel import Session

_FTS: Final = table("text_grams", column("rowid", Integer), column("grams", Text))
_VECTORS: Final = table("text_grams", column("update_id", Integer), column("grams", TSVECTOR))
# On PostgreSQL a text may be committed after one with a higher number. So many numbers back such are looked for.
_OVERTAKEN: Final = 1000
# Grams are common when so many of so many of the newest texts hold them.
_COMMON: Final = 20
_SAMPLE: Final = 1000


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def ids_holding(session: Session, grams: Sequence[str]) -> Select[int]:
    """The numbers of the indexed texts that hold every one of `grams`; one of a single character begins a gram."""
    if _is_sqlite(session):
        words = " AND ".join(f'"{gram}"' if len(gram) > 1 else f'"{gram}"*' for gram in grams)
        return select(_FTS.c.rowid).where(literal_column("text_grams").op("MATCH")(words))
    return select(_VECTORS.c.update_id).where(_holds(grams))


def ids_from_newest(session: Session, grams: Sequence[str], last_id: int) -> Select[int]:
    """As `ids_holding`, for a cursor that reads the newest first and may stop early.

    PostgreSQL takes neighbouring grams for independent of each other, and so a common word of four characters for a
    rare one. How common one is the newest texts tell: if it is, texts are read from the newest on, without the index.
    """
    if _is_sqlite(session):
        return ids_holding(session, grams)
    holds = _holds(grams)
    newest = select(func.count().filter(holds)).where(_VECTORS.c.update_id > last_id - _SAMPLE)
    is_common = session.connection().execute(newest).scalar_one() >= _COMMON
    # What part of the rows a cursor is planned for.
    part = 0.001 if is_common else 1
    session.connection().execute(text(f"SET LOCAL cursor_tuple_fraction = {part}"))
    # No index answers IS TRUE.
    return select(_VECTORS.c.update_id).where(holds.is_(True) if is_common else holds)


def _holds(grams: Sequence[str]) -> ColumnElement[bool]:
    words = " & ".join(f"'{gram}'" if len(gram) > 1 else f"'{gram}':*" for gram in grams)
    return _VECTORS.c.grams.op("@@", is_comparison=True)(cast(literal(words), TSQUERY))


def is_not_in(session: Session, last_id: int) -> ColumnElement[bool]:
    """That a filed text is not in the table, where everything up to `last_id` was put in; 0 says that none was,
    whatever the table holds."""
    number = col(ProgressUpdate.id)
    if _is_sqlite(session) or not last_id:
        return number > last_id
    return (number > last_id - _OVERTAKEN) & ~exists().where(_VECTORS.c.update_id == number)


def add(session: Session, texts: Iterable[tuple[int, set[str]]]) -> None:
    """Puts in the grams of each text, by its number."""
    rows: list[dict[str, Any]]
    if _is_sqlite(session):
        rows = [{"rowid": number, "grams": " ".join(grams)} for number, grams in texts]
        session.connection().execute(insert(_FTS), rows)
        return
    rows = [{"number": number, "found": list(grams)} for number, grams in texts]
    values = {
        "update_id": bindparam("number"),
        "grams": func.array_to_tsvector(cast(bindparam("found"), ARRAY(Text))),
    }
    session.connection().execute(insert(_VECTORS).values(values), rows)


def clear(session: Session) -> None:
    """Takes everything out."""
    delete_all = "INSERT INTO text_grams (text_grams) VALUES ('delete-all')"
    session.connection().execute(text(delete_all if _is_sqlite(session) else "TRUNCATE text_grams"))
