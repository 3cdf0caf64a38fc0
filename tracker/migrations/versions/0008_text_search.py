"""The index of the search over filed texts

Revision: 0008, after: 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("indexed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Only which text holds which gram is kept: no texts, no places, no lengths.
        op.execute(
            "CREATE VIRTUAL TABLE text_grams USING fts5"
            "(grams, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
        return
    op.execute(
        "CREATE TABLE text_grams ("
        " update_id integer NOT NULL CONSTRAINT pk_text_grams PRIMARY KEY"
        " CONSTRAINT fk_text_grams_update_id REFERENCES progress_update (id),"
        " grams tsvector NOT NULL)"
    )
    # Kept in the row, and no list of what is pending: else the planner takes reading all of it for cheap.
    op.execute("ALTER TABLE text_grams ALTER COLUMN grams SET STORAGE MAIN")
    op.execute("CREATE INDEX ix_text_grams_grams ON text_grams USING gin (grams) WITH (fastupdate = off)")
