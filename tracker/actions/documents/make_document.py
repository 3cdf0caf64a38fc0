"""A document of a round as a file, whole or a part: small ones made here, large ones in a process of their own."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from tracker.actions.documents import outside
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.documents.compile_texts import texts_head, texts_of
from tracker.actions.documents.outside import write_outside
from tracker.actions.documents.render_report import MEDIA_TYPES, file_name, write_report
from tracker.db import Database
from tracker.errors import NotFoundError, TooManyRowsError
from tracker.i18n import translations
from tracker.models import Measure
from tracker.reports.narrow import narrowed
from tracker.reports.wording import kind_label
from tracker.store.obligation_list import ObligationFilter, count_obligations
from tracker.store.rounds import round_by_name
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from datetime import datetime
    from typing import BinaryIO

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import ReportingRound
    from tracker.reports.data import RoundReport


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """`form` is one of render_report.MEDIA_TYPES; of `wanted` the unit, the kind and the measure narrow."""

    slug: str
    period: str
    form: str
    wanted: ObligationFilter
    language: str
    now: datetime


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """`content` stands at its beginning and disappears when it is closed."""

    file_name: str
    media_type: str
    content: BinaryIO
    size: int


def make_document(database: Database, settings: Settings, order: DocumentOrder) -> MadeDocument:
    """Waits until it is there.

    Raises what `write_document` raises, TooManyRowsError, and for large ones DocumentError.
    """
    with database.reading() as session:
        head, reporting_round = _head(session, settings, order)
        # All but the flat table are compiled whole, and narrowed then.
        read = order.wanted if order.form == "texts" else ObligationFilter()
        amount = count_obligations(session, reporting_round, read)
    content = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        if amount > outside.LARGE:
            _require_room(order, amount)
            address = database.engine.url.render_as_string(hide_password=False)
            write_outside(content, _write_anew, address, settings, order)
        else:
            write_document(database, settings, order, content)
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
    except BaseException:
        content.close()
        raise
    return MadeDocument(file_name(head, order.form, order.language), MEDIA_TYPES[order.form], content, size)


def _require_room(order: DocumentOrder, amount: int) -> None:
    from tracker.reports.sheets.sheet_stream import MOST_ROWS  # noqa: PLC0415 - openpyxl is slow to load

    # The header takes one.
    if order.form in {"xlsx", "texts"} and amount >= MOST_ROWS:
        raise TooManyRowsError(limit=MOST_ROWS)


def write_document(database: Database, settings: Settings, order: DocumentOrder, file: BinaryIO) -> None:
    """Into `file`, in this process.

    Raises NotFoundError where nothing is owed in the part that is wanted, InvalidValueError for an unknown form.
    """
    if order.form == "texts":
        _write_texts(database, settings, order, file)
        return
    with database.reading() as session:
        task_list, reporting_round = round_by_name(session, order.slug, order.period)
        report = compile_report(session, settings, task_list, reporting_round, order.now)
    wanted = order.wanted
    report = narrowed(report, unit_id=wanted.unit_id, kind=wanted.kind, measure_id=wanted.measure_id)
    write_report(report, order.form, settings, order.language, file)


def _write_texts(database: Database, settings: Settings, order: DocumentOrder, file: BinaryIO) -> None:
    """Row by row out of the database: never all of them in memory."""
    from tracker.reports.sheets.workbook import render_texts  # noqa: PLC0415 - openpyxl is slow to load

    with database.reading() as session:
        head, reporting_round = _head(session, settings, order)
        pairs = texts_of(session, settings, reporting_round, order.wanted)
        render_texts(head, pairs, file, translations(order.language).gettext)


def _head(session: Session, settings: Settings, order: DocumentOrder) -> tuple[RoundReport, ReportingRound]:
    """What stands above every document. Raises NotFoundError where nothing is owed in the part that is wanted."""
    task_list, reporting_round = round_by_name(session, order.slug, order.period)
    head = texts_head(session, settings, task_list, reporting_round, order.now)
    part = _part(session, order)
    if part and not count_obligations(session, reporting_round, order.wanted):
        raise NotFoundError
    return replace(head, part=part), reporting_round


def _part(session: Session, order: DocumentOrder) -> str:
    """The part's name, as `narrowed` composes it."""
    wanted, words = order.wanted, []
    if wanted.measure_id is not None:
        measure = session.get(Measure, wanted.measure_id)
        words.append(measure.title if measure else "")
    if wanted.kind is not None:
        words.append(kind_label(wanted.kind, str))
    if wanted.unit_id is not None:
        words.append(unit_by_id(session, wanted.unit_id).name)
    return " ".join(words)


def _write_anew(address: str, settings: Settings, order: DocumentOrder, file: BinaryIO) -> None:
    """`write_document` in a process that has no database yet."""
    database = Database(make_url(address))
    try:
        write_document(database, settings, order, file)
    finally:
        database.close()
