"""Versions of task lists

Revision: 0003, after: 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.Column("source_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("imported_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("imported_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["task_list.id"], name=op.f("fk_list_version_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_version")),
        sa.UniqueConstraint("list_id", "number", name=op.f("uq_list_version_list_id_number")),
    )
    op.execute(
        "INSERT INTO list_version"
        " (list_id, number, note, outline, source_name, source_hash, imported_at, imported_by)"
        " SELECT id, 1, note, '[]', source_name, source_hash, imported_at, '' FROM task_list"
    )
    versions = sa.table("list_version", sa.column("id"), sa.column("list_id"))
    for name in ("section", "measure", "task", "reporting_round"):
        op.add_column(name, sa.Column("version_id", sa.Integer(), nullable=True))
        table = sa.table(name, sa.column("list_id"), sa.column("version_id"))
        only = sa.select(versions.c.id).where(versions.c.list_id == table.c.list_id).scalar_subquery()
        op.execute(table.update().values(version_id=only))
    for table in ("section", "measure"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
            batch_op.create_foreign_key(f"fk_{table}_version_id", "list_version", ["version_id"], ["id"])
            batch_op.drop_index(f"ix_{table}_list_id")
            batch_op.create_index(f"ix_{table}_version_id", ["version_id"])
            batch_op.drop_constraint(f"fk_{table}_list_id", type_="foreignkey")
            batch_op.drop_column("list_id")
    with op.batch_alter_table("reporting_round") as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key("fk_reporting_round_version_id", "list_version", ["version_id"], ["id"])
        batch_op.create_index("ix_reporting_round_version_id", ["version_id"])
    # Positions are unique within a list, and a list has one version here.
    op.add_column("task", sa.Column("lineage", sa.Integer(), nullable=True))
    op.execute("UPDATE task SET lineage = position")
    with op.batch_alter_table("task") as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("lineage", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key("fk_task_version_id", "list_version", ["version_id"], ["id"])
        batch_op.drop_index("ix_task_list_id")
        batch_op.drop_constraint("uq_task_list_id_number", type_="unique")
        batch_op.create_unique_constraint("uq_task_version_id_lineage", ["version_id", "lineage"])
        batch_op.create_unique_constraint("uq_task_version_id_number", ["version_id", "number"])
        batch_op.drop_constraint("fk_task_list_id", type_="foreignkey")
        batch_op.drop_column("list_id")
    with op.batch_alter_table("task_list") as batch_op:
        for column in ("note", "source_name", "source_hash", "imported_at"):
            batch_op.drop_column(column)
