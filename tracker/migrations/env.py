"""Alembic's entry: runs on the connection it is handed, with the tables of `tracker.models`."""

from typing import Any, Literal

from alembic import context

from tracker.models import metadata
from tracker.models.columns import Amount, Word


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Writes our column types as plain ones: a migration must not change with the code it once came from."""
    if kind == "type" and isinstance(item, Word | Amount):
        return f"sa.String(length={item.impl.length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
