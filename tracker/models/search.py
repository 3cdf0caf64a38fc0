"""How far the filed texts are in the index of the search.

The index itself is a table `text_grams`, made by a migration in each database's own way: a full text table of
SQLite, which brings tables of its own, or one with a GIN index. No model describes it.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

_INDEX = "text_grams"


class SearchIndex(SQLModel, table=True):
    """One row, number 1: everything up to `last_id` of `progress_update` is in, by the rules of `edition`."""

    __tablename__ = "search_index"

    id: int = Field(primary_key=True)
    edition: int
    last_id: int
    indexed_at: datetime


def has_model(table: str) -> bool:
    """False for the tables of the index."""
    return table != _INDEX and not table.startswith(f"{_INDEX}_")
