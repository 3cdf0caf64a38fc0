"""OutgoingMail 待发 and Reminder 催报: nothing is sent without a row here, written with its cause."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class MailState(StrEnum):
    """`sending` is leased by a worker until `leased_until`; `parked` waits for a person.

    `cancelled` lost its reason before it went out; `bounced` was taken by a server and came back.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


class OutgoingMail(SQLModel, table=True):
    """One mail to one recipient. `cause` is unique: the same cause never makes a second mail.

    `channel` is "mail", or "chat" for the same words through a chat robot. `answers` is the Message-ID of the mail
    that this one answers. `to_domain` is what limits per domain count by.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        one_of("state", MailState),
        Index("ix_outgoing_mail_due", "state", "next_attempt_at"),
        Index("ix_outgoing_mail_domain_sent", "to_domain", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cause: str = Field(max_length=200, unique=True)
    kind: str = Field(max_length=40)
    message_id: str = Field(max_length=200, unique=True)
    to_name: str = Field(default="", max_length=100)
    to_address: str = Field(max_length=254)
    to_domain: str = Field(default="", max_length=254)
    channel: str = Field(default="mail", max_length=10)
    answers: str = Field(default="", max_length=250)
    subject: str
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    state: MailState = Field(default=MailState.QUEUED, sa_type=Word(MailState))
    attempts: int = 0
    created_at: datetime
    next_attempt_at: datetime
    leased_until: datetime | None = None
    lease: str | None = Field(default=None, max_length=32)
    sent_at: datetime | None = None
    bounced_at: datetime | None = None
    last_error: str = Field(default="", sa_type=Text)


class MailAttachment(SQLModel, table=True):
    __tablename__ = "mail_attachment"

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="outgoing_mail.id", index=True)
    file_name: str
    media_type: str
    content: bytes = Field(sa_type=LargeBinary)


class Reminder(SQLModel, table=True):
    """One rung for one unit in one round; the unique row is what makes it go out once."""

    __table_args__ = (UniqueConstraint("round_id", "unit_id", "rung"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="reporting_round.id")
    unit_id: int = Field(foreign_key="org_unit.id")
    # The rung's offset in working days; `H` and a number for one sent by hand.
    rung: str = Field(max_length=20)
    planned_at: datetime
    reminded_at: datetime
    outstanding: int


class ReminderMail(SQLModel, table=True):
    """Which mails carried a reminder: a digest serves several reminders, a unit may have several contacts."""

    __tablename__ = "reminder_mail"

    reminder_id: int = Field(foreign_key="reminder.id", primary_key=True)
    mail_id: int = Field(foreign_key="outgoing_mail.id", primary_key=True)
