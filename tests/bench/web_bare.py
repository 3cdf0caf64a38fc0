"""What the product's pages are measured against: FastAPI, SQLModel and Jinja as their tutorials put them together.

The same database file, the same rows, the same texts; nobody signs in, nothing is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Form
from jinja2 import Environment
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select
from starlette.responses import HTMLResponse, Response

from tests.bench.web_site import PERIOD, UNIT
from tracker.models import Obligation, ProgressUpdate, ReportingRound, Task, TaskList, key

if TYPE_CHECKING:
    from tracker.db import Database

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1>
<table>
{% for task, obligation, before, now in rows %}
<tr><td>{{ task.number }}</td><td>{{ task.content }}</td><td>{{ obligation.state.value }}</td>
<td>{{ before.text }}</td><td><textarea name="text-{{ task.id }}">{{ now.text }}</textarea></td></tr>
{% endfor %}
</table>
</body></html>"""


class BareText(SQLModel, table=True):
    __tablename__ = "bench_text"

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int
    text: str


def bare_app(database: Database) -> FastAPI:
    """On the engine of the product: the same journal, and a commit is on the disk when it returns."""
    engine = database.engine
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["bench_text"]])
    page = Environment(autoescape=True).from_string(_PAGE)
    app = FastAPI()

    @app.get("/filing")
    def filing() -> HTMLResponse:
        with Session(engine) as session:
            task_list, reporting_round = session.exec(
                select(TaskList, ReportingRound)
                .join(ReportingRound, col(ReportingRound.list_id) == col(TaskList.id))
                .where(ReportingRound.period == PERIOD)
            ).one()
            earlier, previous = aliased(Obligation), aliased(ProgressUpdate)
            rows = session.exec(
                select(Task, Obligation, previous, ProgressUpdate)
                .join(Obligation, col(Obligation.task_id) == col(Task.id))
                .join(ProgressUpdate, col(ProgressUpdate.obligation_id) == col(Obligation.id))
                .join(earlier, (earlier.task_id == Task.id) & (earlier.unit_id == Obligation.unit_id))  # type: ignore[arg-type]
                .join(previous, previous.obligation_id == earlier.id)  # type: ignore[arg-type]
                .where(
                    Obligation.round_id == reporting_round.id,
                    Obligation.unit_id == UNIT,
                    earlier.round_id == key(reporting_round) - 1,
                )
                .order_by(col(Task.position))
            ).all()
            return HTMLResponse(page.render(title=task_list.title, rows=rows))

    @app.post("/texts")
    def add_text(text: Annotated[str, Form()]) -> Response:
        with Session(engine) as session:
            row = BareText(obligation_id=1, text=text)
            session.add(row)
            session.commit()
            return Response(str(key(row)))

    return app
