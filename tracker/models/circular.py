"""Circular 通报 and report 报告: numbered, frozen accounts; the office's own Word templates; what was mailed by itself."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class CircularKind(StrEnum):
    """落实情况报告 goes upward, 通报 goes to the units, 总结 looks back over several rounds."""

    REPORT = "report"
    CIRCULAR = "circular"
    SUMMARY = "summary"


class Circular(SQLModel, table=True):
    """One edition of one account of a list. A draft (`published_at` None) has no data and is changed freely.

    `period` is that of its round, or of the half-year or year that a summary looks back over. Once published it is
    never changed: `data` is the account as gzipped JSON at `cut_off_at`, `data_hash` its SHA-256; a correction is the
    next `edition` of the same `number`. `words` is JSON: what the office writes itself, by the name of its part.
    """

    __table_args__ = (
        UniqueConstraint("list_id", "kind", "year", "number", "edition"),
        one_of("kind", CircularKind),
    )

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    round_id: int | None = Field(default=None, foreign_key="reporting_round.id", index=True)
    period: str = Field(max_length=10)
    kind: CircularKind = Field(sa_type=Word(CircularKind))
    year: int
    # 第 N 期 of the list's accounts of this kind in its year; given on publication.
    number: int | None = None
    edition: int = 1
    title: str
    words: str = Field(default="{}", sa_type=Text)
    # Why this edition corrects the one before.
    correction: str = Field(default="", sa_type=Text)
    cut_off_at: datetime
    created_at: datetime
    created_by: str
    published_at: datetime | None = None
    published_by: str = ""
    data: bytes | None = Field(default=None, sa_type=LargeBinary)
    data_hash: str = Field(default="", max_length=64)


class CircularFile(SQLModel, table=True):
    """A file of a published account, as it left the office; never changed."""

    __tablename__ = "circular_file"
    __table_args__ = (UniqueConstraint("circular_id", "form"),)

    id: int | None = Field(default=None, primary_key=True)
    circular_id: int = Field(foreign_key="circular.id")
    form: str = Field(max_length=10)
    file_name: str
    content: bytes = Field(sa_type=LargeBinary)
    content_hash: str = Field(max_length=64)


class DocumentTemplate(SQLModel, table=True):
    """A Word template as the office edited it; the newest of a kind counts, one without content means the packaged."""

    __tablename__ = "document_template"
    __table_args__ = (one_of("kind", CircularKind),)

    id: int | None = Field(default=None, primary_key=True)
    kind: CircularKind = Field(sa_type=Word(CircularKind), index=True)
    file_name: str
    content: bytes = Field(sa_type=LargeBinary)
    changed_at: datetime
    changed_by: str


class DocumentMailing(SQLModel, table=True):
    """That a document went out by itself: the unique row is what makes it go once."""

    __tablename__ = "document_mailing"
    __table_args__ = (UniqueConstraint("list_id", "period", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="task_list.id")
    period: str = Field(max_length=10)
    # preview, final, summary.
    kind: str = Field(max_length=20)
    mailed_at: datetime
