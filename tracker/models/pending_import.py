"""An uploaded task document that nobody has stored as a list yet."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class PendingImport(SQLModel, table=True):
    """The file as it came, what was read from it (as `importers.wire` packs it), and what a person has settled.

    `choices` is an ImportChoices as JSON.
    """

    __tablename__ = "pending_import"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=200)
    file_data: bytes
    reading: bytes
    choices: str = Field(sa_type=Text)
    uploaded_at: datetime
    uploaded_by: str
