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


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def ids_holding(session: Session, grams: Sequence[str]) -> Select[int]:
    """The numbers of the indexed texts that hold every one of `grams`; one of a single character begins a gram."""
    if _is_sqlite(session):
        words = " AND ".join(f'"{gram}"' if len(gram) > 1 else f'"{gram}"*' for gram in grams)
        return select(_FTS.c.rowid).where(literal_column("text_grams").op("MATCH")(words))
    words = " & ".join(f"'{gram}'" if len(gram) > 1 else f"'{gram}':*" for gram in grams)
    return select(_VECTORS.c.update_id).where(_VECTORS.c.grams.op("@@")(cast(literal(words), TSQUERY)))


def is_not_in(session: Session, last_id: int) -> ColumnElement[bool]:
    """That a filed text is not in the table, where everything up to `last_id` was put in."""
    number = col(ProgressUpdate.id)
    if _is_sqlite(session):
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
