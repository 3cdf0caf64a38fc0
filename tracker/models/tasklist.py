"""TaskList 任务清单, its versions, and what stands in one: sections, measures, tasks, and who is bound by each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class AssignmentRole(StrEnum):
    """分工: 牵头 lead, 配合 supporting, 属地 local."""

    LEAD = "lead"
    SUPPORTING = "supporting"
    LOCAL = "local"


class TaskList(SQLModel, table=True):
    """What is asked of units under one slug; `rules` is a ReportingRules as JSON, for rounds that open from now on."""

    __tablename__ = "task_list"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=100, unique=True)
    title: str
    rules: str = Field(sa_type=Text)
    first_period: str = Field(default="", max_length=10)
    last_period: str = Field(default="", max_length=10)


class ListVersion(SQLModel, table=True):
    """The document of a list as imported once; the highest number is in force. Never changed afterwards.

    A round keeps the version that it was opened on. `outline` is a list of OutlineItem as JSON.
    """

    __tablename__ = "list_version"
    __table_args__ = (UniqueConstraint("list_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    number: int
    note: str = Field(default="", sa_type=Text)
    outline: str = Field(default="[]", sa_type=Text)
    source_name: str = ""
    source_hash: str = Field(default="", max_length=64)
    imported_at: datetime
    imported_by: str = ""


class Section(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="list_version.id", index=True)
    position: int
    title: str


class Measure(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="list_version.id", index=True)
    section_id: int | None = Field(default=None, foreign_key="section.id")
    position: int
    title: str


class Task(SQLModel, table=True):
    """One numbered row of one version. Rows of the same `lineage` are the same task in versions of its list.

    `units_block` numbers the units cell it shares with its neighbours in the source.
    """

    __table_args__ = (UniqueConstraint("version_id", "number"), UniqueConstraint("version_id", "lineage"))

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="list_version.id")
    lineage: int
    measure_id: int | None = Field(default=None, foreign_key="measure.id")
    position: int
    number: str = Field(max_length=20)
    title: str
    content: str = Field(sa_type=Text)
    units_text: str = Field(default="", sa_type=Text)
    units_block: int = 0
    deadline: str = ""
    is_lead_certain: bool = False
    place: str = ""


class Assignment(SQLModel, table=True):
    """Task × unit (or × group, resolved when a round opens) × role; `text` as written in the document."""

    __table_args__ = (
        one_of("role", AssignmentRole),
        CheckConstraint("(unit_id IS NULL) <> (group_id IS NULL)", name="unit_or_group"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="unit_group.id")
    role: AssignmentRole = Field(sa_type=Word(AssignmentRole))
    position: int
    text: str
