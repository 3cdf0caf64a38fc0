"""Alembic's entry: runs on the connection it is handed, with the tables of `tracker.models`."""

from typing import Any, Literal

from alembic import context

from tracker.models import metadata
from tracker.models.columns import Amount, Word
from tracker.models.search import has_model


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Writes our column types as plain ones: a migration must not change with the code it once came from."""
    if kind == "type" and isinstance(item, Word | Amount):
        return f"sa.String(length={item.impl.length})"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leaves alone the tables that are made by hand."""
    return kind != "table" or name is None or has_model(name)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    include_name=include_name,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
