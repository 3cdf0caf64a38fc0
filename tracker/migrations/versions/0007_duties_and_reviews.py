"""Duties that change, reviews by the unit above, self-assessment and reported values

Revision: 0007, after: 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


_ASSESSMENT = "assessment IN ('ahead', 'on_schedule', 'behind', 'done', 'not_started')"


def upgrade() -> None:
    op.create_table(
        "close_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("lineage", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'closed', 'refused', 'reopened')", name=op.f("ck_close_out_state")
        ),
        sa.ForeignKeyConstraint(["list_id"], ["task_list.id"], name=op.f("fk_close_out_list_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_close_out_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_close_out")),
    )
    with op.batch_alter_table("close_out", schema=None) as batch_op:
        batch_op.create_index("ix_close_out_list_lineage", ["list_id", "lineage"], unique=False)
        batch_op.create_index(batch_op.f("ix_close_out_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "instruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("lineage", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("instructed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("instructed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("closed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["task_list.id"], name=op.f("fk_instruction_list_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_instruction_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
    )
    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instruction_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_instruction_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "instruction_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("replied_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("via", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instruction.id"], name=op.f("fk_instruction_reply_instruction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_reply")),
    )
    with op.batch_alter_table("instruction_reply", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instruction_reply_instruction_id"), ["instruction_id"], unique=False
        )

    op.create_table(
        "reassignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("lineage", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("is_lasting", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reassigned_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reassigned_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("undone_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("undone_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["from_unit_id"], ["org_unit.id"], name=op.f("fk_reassignment_from_unit_id")),
        sa.ForeignKeyConstraint(["list_id"], ["task_list.id"], name=op.f("fk_reassignment_list_id")),
        sa.ForeignKeyConstraint(["round_id"], ["reporting_round.id"], name=op.f("fk_reassignment_round_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["org_unit.id"], name=op.f("fk_reassignment_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignment")),
    )
    with op.batch_alter_table("reassignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reassignment_from_unit_id"), ["from_unit_id"], unique=False)
        batch_op.create_index("ix_reassignment_list_lineage", ["list_id", "lineage"], unique=False)
        batch_op.create_index(batch_op.f("ix_reassignment_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reassignment_to_unit_id"), ["to_unit_id"], unique=False)

    op.create_table(
        "reported_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_reported_value_indicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["progress_update.id"], name=op.f("fk_reported_value_update_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_value")),
        sa.UniqueConstraint(
            "update_id", "indicator_id", name=op.f("uq_reported_value_update_id_indicator_id")
        ),
    )
    with op.batch_alter_table("reported_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reported_value_indicator_id"), ["indicator_id"], unique=False)

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_nil", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("assessment", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("reported", sa.Text(), nullable=False, server_default="{}"))
        batch_op.create_check_constraint(op.f("ck_draft_assessment"), _ASSESSMENT)

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("last_submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(sa.Column("endorsed_version", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("progress_update", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assessment", sa.String(length=24), nullable=True))
        batch_op.create_check_constraint(op.f("ck_progress_update_assessment"), _ASSESSMENT)

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_review_outcome"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_review_outcome"), "outcome IN ('returned', 'endorsed', 'accepted')"
        )
        batch_op.add_column(sa.Column("by_unit_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_review_by_unit_id"), ["by_unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_review_by_unit_id"), "org_unit", ["by_unit_id"], ["id"])
    op.execute(
        "UPDATE obligation SET last_submitted_at = (SELECT u.submitted_at FROM progress_update u"
        " WHERE u.obligation_id = obligation.id AND u.version = obligation.version)"
    )
    op.drop_index("ix_outgoing_mail_to_domain", "outgoing_mail")
    op.create_index("ix_outgoing_mail_domain_sent", "outgoing_mail", ["to_domain", "sent_at"])
    op.drop_index("ix_obligation_round_unit", "obligation")
    op.create_index(
        "ix_obligation_round_unit", "obligation", ["round_id", "unit_id", "state", "is_on_time", "task_id"]
    )
    op.create_index(
        "ix_obligation_waiting",
        "obligation",
        ["round_id", "state", "last_submitted_at", "unit_id", "endorsed_version", "version"],
    )
