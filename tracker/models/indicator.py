"""Indicator 指标, its stated values, and tables of one measure over rows and columns."""

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import Amount, Word, one_of


class IndicatorState(StrEnum):
    """A quantity found in running text is proposed until a person says what it is."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class IndicatorKind(StrEnum):
    """约束性, 预期性, or not said."""

    BINDING = "binding"
    ANTICIPATED = "anticipated"
    UNSTATED = "unstated"


class ValueRole(StrEnum):
    """What a document states about an indicator at a date."""

    BASELINE = "baseline"
    TARGET = "target"
    GROWTH = "growth"


class IndicatorSet(SQLModel, table=True):
    """A table of one measure; its cells are indicators with a `row` and a `column`.

    `totals` is JSON: how wide the table is, and its totals, kept as printed and never computed.
    """

    __tablename__ = "indicator_set"

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="list_version.id", index=True)
    position: int
    title: str
    unit: str
    totals: str = Field(sa_type=Text)
    place: str = ""


class Indicator(SQLModel, table=True):
    """One indicator of one version. Rows of the same `lineage` are the same indicator in versions of its list.

    An indicator without values is known by name only: a blank cell is unknown, not zero.
    """

    __table_args__ = (
        UniqueConstraint("version_id", "lineage"),
        one_of("kind", IndicatorKind),
        one_of("state", IndicatorState),
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="list_version.id")
    lineage: int
    task_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    set_id: int | None = Field(default=None, foreign_key="indicator_set.id", index=True)
    row: str = ""
    column: str = ""
    position: int
    number: str = Field(default="", max_length=20)
    category: str = ""
    name: str
    unit: str = ""
    kind: IndicatorKind = Field(sa_type=Word(IndicatorKind))
    state: IndicatorState = Field(sa_type=Word(IndicatorState))
    place: str = ""


class IndicatorValue(SQLModel, table=True):
    """A stated value. `value` is None for words (应兜尽兜); `text` is always as printed.

    `on_date` is an ISO 8601 prefix (2025, 2019-06), "" where none is given. `bound`, `change` and `pace` are the
    words of `tracker.domain.measure_words` and `bounding_words`.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (one_of("role", ValueRole),)

    id: int | None = Field(default=None, primary_key=True)
    indicator_id: int = Field(foreign_key="indicator.id", index=True)
    role: ValueRole = Field(sa_type=Word(ValueRole))
    position: int
    text: str = Field(sa_type=Text)
    value: Decimal | None = Field(default=None, sa_type=Amount)
    upper: Decimal | None = Field(default=None, sa_type=Amount)
    on_date: str = Field(default="", max_length=10)
    bound: str = Field(default="exactly", max_length=20)
    is_strict: bool = False
    change: str = Field(default="", max_length=20)
    pace: str = Field(default="", max_length=20)
    note: str = ""
