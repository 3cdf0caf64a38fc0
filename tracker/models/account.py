"""Who may sign in, and by what: accounts, sessions, API tokens."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from tracker.domain.actors import Role
from tracker.models.columns import Word, one_of


class Account(SQLModel, table=True):
    """A person's or an office's sign-in; `failures` and `paused_until` slow down guessing."""

    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("role <> 'filler' OR unit_id IS NOT NULL", name="filler_has_unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=100, unique=True)
    password_hash: str
    role: Role = Field(sa_type=Word(Role))
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id", index=True)
    is_active: bool = True
    failures: int = 0
    paused_until: datetime | None = None
    created_at: datetime


class SignIn(SQLModel, table=True):
    """A session. Only the hash of its secret is kept: a copy of the database opens no session.

    The last of an account stays after it has ended, to say when somebody last signed in.
    """

    __tablename__ = "sign_in"

    secret_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime
    expires_at: datetime


class ApiToken(SQLModel, table=True):
    """A key to /api/v1 with the rights of one unit's filer, or of a coordinator."""

    __tablename__ = "api_token"
    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    label: str = Field(max_length=100, unique=True)
    secret_hash: str = Field(max_length=64, unique=True)
    role: Role = Field(sa_type=Word(Role))
    unit_id: int | None = Field(default=None, foreign_key="org_unit.id")
    created_at: datetime
    revoked_at: datetime | None = None
