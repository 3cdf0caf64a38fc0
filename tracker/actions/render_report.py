"""A compiled round in the format that was asked for, with the name and type of its file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.errors import InvalidValueError
from tracker.i18n import translations
from tracker.templating import page_environment

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.reports.data import RoundReport

MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class RenderedReport:
    file_name: str
    media_type: str
    content: bytes


def render_report(
    report: RoundReport, form: str, settings: Settings, language: str | None = None
) -> RenderedReport:
    """`form` is xlsx, html or json. Raises InvalidValueError for another."""
    language = language or settings.site.language
    match form:
        case "xlsx":
            from tracker.reports.workbook import render_workbook  # noqa: PLC0415 - openpyxl is slow to load

            content = render_workbook(report, translations(language).gettext)
        case "html":
            from tracker.reports.html import render_html  # noqa: PLC0415 - likewise for its own weight

            content = render_html(report, page_environment(settings, language)).encode()
        case "json":
            from tracker.reports.json import to_json  # noqa: PLC0415

            content = json.dumps(to_json(report), ensure_ascii=False, indent=2).encode()
        case _:
            raise InvalidValueError(field="--format", value=form, reason="应为 " + "、".join(MEDIA_TYPES))
    return RenderedReport(
        file_name=f"{report.list_title} {report.period_label}.{form}",
        media_type=MEDIA_TYPES[form],
        content=content,
    )
