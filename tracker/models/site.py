"""What belongs to the site as a whole: its keys, and the words of its mails where the office changed them."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class SiteKey(SQLModel, table=True):
    """A secret made once for a purpose, alike on all nodes; a backup carries it, so old signatures stay valid."""

    __tablename__ = "site_key"

    purpose: str = Field(primary_key=True, max_length=40)
    secret: str = Field(max_length=64)
    created_at: datetime


class MailTemplate(SQLModel, table=True):
    """One part of a kind of mail as the office words it; the newest row counts, an empty text means the packaged one."""

    __tablename__ = "mail_template"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40, index=True)
    part: str = Field(max_length=20)
    text: str = Field(sa_type=Text)
    changed_at: datetime
    changed_by: str
