"""Documents as files: the same rows by every way, large ones from a process of their own, and its failures named."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, PERIOD, SLUG, Example, build_example
from tests.reports.factory import full_round
from tracker.actions.documents import make_document, outside
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.documents.compile_texts import texts_head, texts_of
from tracker.actions.documents.make_document import DocumentOrder, MadeDocument
from tracker.actions.documents.make_document import make_document as make
from tracker.actions.documents.render_report import render_report
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.errors import DocumentError, DocumentsBusyError, DocumentTooSlowError, NotFoundError
from tracker.models import Measure, ReportingRound, TaskList, UnitKind, key
from tracker.reports.narrow import narrowed
from tracker.reports.sheets.flat_sheets import pairs_of
from tracker.store.obligation_list import ObligationFilter

if TYPE_CHECKING:
    from typing import BinaryIO

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.reports.data import ReportEntry, ReportTask

EVERYTHING = ObligationFilter()


def order(form: str = "texts", wanted: ObligationFilter = EVERYTHING) -> DocumentOrder:
    return DocumentOrder(SLUG, PERIOD, form, wanted, "zh", OPENED_AT)


def file_all(session: Session, example: Example) -> None:
    """Everybody files on the first task; 乙县 on its own too."""
    reporting_round = session.get_one(ReportingRound, example.round.id)
    for unit, tasks in (
        (example.county_b, (0, 2)),
        (example.bureau, (0,)),
        (example.county_a, (0,)),
    ):
        filings = [Filing(example.tasks[place], f"{unit.name}第{place + 1}项") for place in tasks]
        submit(session, COORDINATOR, reporting_round, unit, filings, OPENED_AT)


@pytest.fixture
def example(sqlite_database: Database, settings: Settings) -> Example:
    with sqlite_database.transaction() as session:
        built = build_example(session, settings)
        session.flush()
        file_all(session, built)
    return built


def content_of(made: MadeDocument) -> bytes:
    with made.content as file:
        return file.read()


def shown(pairs: list[tuple[ReportTask, ReportEntry]]) -> list[tuple[object, ...]]:
    return [
        (
            task.number, task.section, task.measure, task.content, entry.unit.name, entry.unit.kind,
            entry.unit.extended_to, entry.role, entry.state, entry.text, entry.nil_reason,
            entry.first_submitted_at, entry.submitted_at, entry.is_late, entry.version,
        )
        for task, entry in pairs
    ]  # fmt: skip


def test_the_rows_of_the_database_are_those_of_the_report(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        built = build_example(session, settings)
        session.flush()
        file_all(session, built)
    with database.reading() as session:
        task_list = session.exec(select(TaskList)).one()
        reporting_round = session.exec(select(ReportingRound)).one()
        whole = compile_report(session, settings, task_list, reporting_round, OPENED_AT)
        measure = key(session.exec(select(Measure).where(Measure.position == 2)).one())
        for wanted, report in (
            (EVERYTHING, whole),
            (ObligationFilter(kind=UnitKind.COUNTY), narrowed(whole, kind="county")),
            (ObligationFilter(unit_id=built.county_b.id), narrowed(whole, unit_id=built.county_b.id)),
            (ObligationFilter(measure_id=measure), narrowed(whole, measure_id=measure)),
        ):
            rows = list(texts_of(session, settings, reporting_round, wanted))
            assert shown(rows) == shown(list(pairs_of(report)))
            assert rows
        head = texts_head(session, settings, task_list, reporting_round, OPENED_AT)
    assert (head.list_title, head.period_label, head.due_at, head.as_of) == (
        whole.list_title,
        whole.period_label,
        whole.due_at,
        whole.as_of,
    )


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("form", ["texts", "xlsx"])
def test_a_large_document_is_the_same_from_outside(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    near = make(sqlite_database, settings, order(form))
    monkeypatch.setattr(outside, "LARGE", 0)
    far = make(sqlite_database, settings, order(form))
    assert (near.file_name, near.media_type) == (far.file_name, far.media_type)
    books = [load_workbook(BytesIO(content_of(made))) for made in (near, far)]
    cells = [[[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()] for book in books]
    assert cells[0] == cells[1]
    assert "乙县第3项" in str(cells[1])


@pytest.mark.usefixtures("example")
def test_a_large_document_comes_from_postgresql_too(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        if not session.exec(select(TaskList)).all():
            build_example(session, settings)
    monkeypatch.setattr(outside, "LARGE", 0)
    made = make(database, settings, order("json"))
    assert len(json.loads(content_of(made))["tasks"]) == 3


def test_a_part_has_its_name_and_nothing_of_others(
    sqlite_database: Database, settings: Settings, example: Example
) -> None:
    made = make(sqlite_database, settings, order("json", ObligationFilter(unit_id=example.county_a.id)))
    words = content_of(made).decode()
    assert made.file_name == "示例任务清单 2024年第三季度 甲县.json"
    assert ("甲县第1项" in words, "乙县" in words, "市示例局第" in words) == (True, False, False)
    made = make(
        sqlite_database,
        settings,
        order("texts", ObligationFilter(unit_id=example.county_b.id, kind=UnitKind.COUNTY)),
    )
    assert made.file_name == "示例任务清单 2024年第三季度 县（市、区） 乙县 落实进度明细.xlsx"
    assert made.size == len(content_of(made))


def test_a_small_part_of_a_large_round_is_made_here_only_where_no_more_is_read(
    sqlite_database: Database, settings: Settings, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "LARGE", 5)
    started: list[str] = []
    monkeypatch.setattr(make_document, "write_outside", lambda _file, *given: started.append(given[-1].form))
    own = ObligationFilter(unit_id=example.county_a.id)
    for form in ("texts", "json"):
        content_of(make(sqlite_database, settings, order(form, own)))
    assert started == ["json"]


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("form", ["texts", "xlsx", "json"])
def test_a_part_in_which_nothing_is_owed_is_not_found(
    sqlite_database: Database, settings: Settings, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFoundError):
        make(sqlite_database, settings, order(form, ObligationFilter(kind=UnitKind.TOWN)))
    monkeypatch.setattr(outside, "LARGE", 0)
    with pytest.raises(NotFoundError):
        make(sqlite_database, settings, order(form, ObligationFilter(kind=UnitKind.TOWN)))


@pytest.mark.usefixtures("example")
def test_what_goes_wrong_outside_is_named(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "LARGE", 0)
    with pytest.raises(DocumentError, match="未能生成"):
        make(sqlite_database, settings, order("exe"))
    monkeypatch.setattr(outside, "_SECONDS", 0.01)
    with pytest.raises(DocumentTooSlowError):
        make(sqlite_database, settings, order())
    monkeypatch.setattr(outside, "_PATIENCE", 0.01)
    with outside._SLOTS, outside._SLOTS, pytest.raises(DocumentsBusyError):
        make(sqlite_database, settings, order())


def test_a_large_report_in_memory_is_made_outside_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = full_round(lambda task, unit: f"{task}-{unit}", tasks=2, counties=2)
    near = render_report(report, "csv", settings)
    monkeypatch.setattr(outside, "LARGE", 5)
    started: list[int] = []
    run = outside._run

    def counted(*files: BinaryIO) -> int:
        started.append(1)
        return run(*files)

    monkeypatch.setattr(outside, "_run", counted)
    assert render_report(report, "csv", settings) == near
    assert started
