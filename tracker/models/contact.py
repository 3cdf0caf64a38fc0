"""Whom mails go to."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.domain.actors import Role
from tracker.models.columns import Word, one_of


class Contact(SQLModel, table=True):
    """A person of a unit who gets its mails; a coordinator may belong to none."""

    __table_args__ = (UniqueConstraint("unit_id", "email", "role"), one_of("role", Role))

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    name: str = Field(max_length=100)
    email: str = Field(max_length=254)
    role: Role = Field(sa_type=Word(Role))
    # Where the same messages go beside mail: the address of a chat robot, as Apprise writes it; "" for nowhere.
    chat_url: str = Field(default="", max_length=500)
