"""Which scheduled runs were taken: the unique row lets one process of many do the work."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class JobRun(SQLModel, table=True):
    __tablename__ = "job_run"

    job: str = Field(primary_key=True, max_length=40)
    planned_at: datetime = Field(primary_key=True)
    finished_at: datetime | None = None
    outcome: str = ""
