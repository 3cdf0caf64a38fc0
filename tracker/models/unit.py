"""OrgUnit 单位 with its aliases, and UnitGroup 单位组."""

from datetime import date
from enum import StrEnum

from sqlalchemy import UniqueConstraint
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
