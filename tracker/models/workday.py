"""The working-day calendar as a table, so that an administrator can load a new year's notice."""

import datetime as dt

from sqlmodel import Field, SQLModel


class CalendarYear(SQLModel, table=True):
    """A year whose notice is known; `source` says where its days come from."""

    __tablename__ = "calendar_year"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    source: str


class CalendarDay(SQLModel, table=True):
    """A day that differs from its weekday: a weekday off, or a weekend worked (调休)."""

    __tablename__ = "calendar_day"

    day: dt.date = Field(primary_key=True)
    is_workday: bool
    name: str
