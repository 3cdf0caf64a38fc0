"""A compiled round in the format that was asked for, with the name and type of its file."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.documents import outside
from tracker.errors import InvalidValueError
from tracker.i18n import translations
from tracker.templating import page_environment

if TYPE_CHECKING:
    from typing import BinaryIO

    from tracker.config import Settings
    from tracker.reports.data import RoundReport

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES: Final = {
    "xlsx": _XLSX,
    # The flat table alone, as long as it may be.
    "texts": _XLSX,
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}
_LONGEST_PART: Final = 40


@dataclass(frozen=True, slots=True)
class RenderedReport:
    file_name: str
    media_type: str
    content: bytes


def render_report(
    report: RoundReport, form: str, settings: Settings, language: str | None = None
) -> RenderedReport:
    """`form` is one of `MEDIA_TYPES`; a large one is made in a process of its own.

    Raises InvalidValueError for another form, for a large one DocumentError.
    """
    language = language or settings.site.language
    with tempfile.TemporaryFile() as file:
        if sum(len(task.entries) for task in report.tasks) > outside.LARGE:
            outside.write_outside(file, write_report, report, form, settings, language)
        else:
            write_report(report, form, settings, language, file)
        file.seek(0)
        content = file.read()
    return RenderedReport(file_name(report, form, language), MEDIA_TYPES[form], content)


def write_report(report: RoundReport, form: str, settings: Settings, language: str, file: BinaryIO) -> None:
    """Into `file`, in this process. Raises InvalidValueError for an unknown form."""
    gettext = translations(language).gettext
    match form:
        case "xlsx":
            from tracker.reports.sheets.workbook import render_workbook  # noqa: PLC0415 - openpyxl is slow to load

            file.write(render_workbook(report, gettext))
        case "texts":
            from tracker.reports.sheets.flat_sheets import pairs_of  # noqa: PLC0415 - likewise
            from tracker.reports.sheets.workbook import render_texts  # noqa: PLC0415 - likewise

            render_texts(report, pairs_of(report), file, gettext)
        case "html":
            from tracker.reports.html import render_html  # noqa: PLC0415 - likewise for its own weight

            file.write(render_html(report, page_environment(settings, language)).encode())
        case "json":
            from tracker.reports.json import to_json  # noqa: PLC0415

            file.write(json.dumps(to_json(report), ensure_ascii=False, indent=2).encode())
        case "csv":
            from tracker.reports.csv import csv_lines  # noqa: PLC0415

            file.writelines(line.encode() for line in csv_lines(report, gettext))
        case _:
            raise InvalidValueError(field="--format", value=form, reason="应为 " + "、".join(MEDIA_TYPES))


def file_name(report: RoundReport, form: str, language: str) -> str:
    """What the file of a report is called: list, period, and the part that it is of."""
    gettext = translations(language).gettext
    words = [report.list_title, report.period_label]
    if report.part:
        words.append(report.part[:_LONGEST_PART])
    if form == "texts":
        words.append(gettext("落实进度明细"))
    return f"{' '.join(words)}.{'xlsx' if form == 'texts' else form}"
