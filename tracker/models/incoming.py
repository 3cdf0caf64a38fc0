"""IncomingMail 来件 and what comes with it: nothing that arrives is dropped without a row."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

from tracker.models.columns import Word, one_of


class IncomingState(StrEnum):
    """`received` has been stored and not looked at; `held` waits because its sender sends too much.

    `quarantined` waits for a person; `ignored` is an automatic answer; `bounce` says that a mail of ours failed.
    """

    RECEIVED = "received"
    HELD = "held"
    FILED = "filed"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"
    IGNORED = "ignored"
    BOUNCE = "bounce"


class IncomingMail(SQLModel, table=True):
    """One mail as it came. `fingerprint` is of what its writer sent, so the same mail is one row however often it is
    delivered. `reason` says in words why it stands where it does; `unit_id` is whom it was filed for.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (one_of("state", IncomingState),)

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(max_length=64, unique=True)
    message_id: str = Field(default="", max_length=250)
    from_address: str = Field(default="", max_length=254, index=True)
    from_name: str = ""
    subject: str = ""
    received_at: datetime
    content: bytes = Field(sa_type=LargeBinary)
    state: IncomingState = Field(sa_type=Word(IncomingState), index=True)
    reason: str = Field(default="", sa_type=Text)
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    round_id: int | None = Field(default=None, foreign_key="reporting_round.id")
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id")
    answer_id: int | None = Field(default=None, foreign_key="outgoing_mail.id")
    handled_at: datetime | None = None
    handled_by: str = ""


class MailboxPlace(SQLModel, table=True):
    """How far a folder of the mailbox has been read (UIDVALIDITY and UID of RFC 3501), and how the last poll went."""

    __tablename__ = "mailbox_place"

    folder: str = Field(primary_key=True, max_length=300)
    uid_validity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)
    polled_at: datetime
    last_error: str = Field(default="", sa_type=Text)


class Material(SQLModel, table=True):
    """经验典型材料: a file that a unit sent in at any time, on a round, a task, or neither."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="org_unit.id", index=True)
    round_id: int | None = Field(default=None, foreign_key="reporting_round.id")
    task_id: int | None = Field(default=None, foreign_key="task.id")
    incoming_id: int | None = Field(default=None, foreign_key="incoming_mail.id", index=True)
    file_name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    content: bytes = Field(sa_type=LargeBinary)
    content_hash: str = Field(max_length=64)
    received_at: datetime
    received_from: str
