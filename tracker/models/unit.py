"""OrgUnit 单位 with its aliases, UnitGroup 单位组, and the record of what people changed about them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class UnitKind(StrEnum):
    """Departments and counties are ranked apart; the office is the coordinator's own."""

    DEPARTMENT = "department"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    OFFICE = "office"
    OTHER = "other"


class OrgUnit(SQLModel, table=True):
    """A unit that can owe reports. `position` keeps the order of the document it came from."""

    __tablename__ = "org_unit"
    __table_args__ = (one_of("kind", UnitKind),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    kind: UnitKind = Field(sa_type=Word(UnitKind))
    position: int = 0
    parent_id: int | None = Field(default=None, foreign_key="org_unit.id")
    valid_from: date | None = None
    valid_to: date | None = None
    # Part of the address of the unit's calendar feed: raising it makes an address that leaked worthless.
    feed_serial: int = 0
    # Set on a unit that turned out to be another: it is shown nowhere, and its names mean the other one.
    merged_into_id: int | None = Field(default=None, foreign_key="org_unit.id")


class UnitAlias(SQLModel, table=True):
    """A name that a unit answers to, its own included.

    `lookup` is the normalised form, unique over all units: a name never means two.
    """

    __tablename__ = "unit_alias"

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    name: str = Field(max_length=200)
    lookup: str = Field(max_length=200, unique=True)


class UnitGroup(SQLModel, table=True):
    """A collective of one list (各县人民政府). Without members it binds nobody."""

    __tablename__ = "unit_group"
    __table_args__ = (UniqueConstraint("list_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    name: str = Field(max_length=200)


class UnitGroupMember(SQLModel, table=True):
    __tablename__ = "unit_group_member"

    group_id: int = Field(foreign_key="unit_group.id", primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", primary_key=True)


class UnitChangeKind(StrEnum):
    ADDED = "added"
    RENAMED = "renamed"
    REKINDED = "rekinded"
    MOVED = "moved"
    ALIAS_ADDED = "alias_added"
    ALIAS_REMOVED = "alias_removed"
    MERGED = "merged"
    MEMBERS_SET = "members_set"


class UnitChange(SQLModel, table=True):
    """One act of a person on a unit, or on the members of a group; it can be taken back by this record.

    `data` is JSON, its shape is of the kind: what stood before and after, for a merge every row that was moved.
    """

    __tablename__ = "unit_change"
    __table_args__ = (one_of("kind", UnitChangeKind),)

    id: int | None = Field(default=None, primary_key=True)
    kind: UnitChangeKind = Field(sa_type=Word(UnitChangeKind))
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="unit_group.id")
    data: str = Field(sa_type=Text)
    changed_at: datetime
    changed_by: str
    undone_at: datetime | None = None
    undone_by: str = ""
