"""The forms that travel with reminders: read inside a transaction, drawn outside of it, as drawing takes time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.actions.filing.issue_form import compile_form, render_form
from tracker.domain.actors import Actor, Role
from tracker.errors import NothingExpectedError, RoundClosedError
from tracker.mail.letter import Attachment
from tracker.models import OrgUnit, ReportingRound, TaskList, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.mail.digest import DigestPart
    from tracker.reports.forms.form_data import FormSheet


def compile_forms(
    session: Session, settings: Settings, parts: Iterable[DigestPart], now: datetime
) -> dict[tuple[int, int], FormSheet]:
    """By round and unit, as the unit itself sees it; none where a round takes no texts any more.

    Needs a session that commits, as `compile_form` does.
    """
    found = {}
    for part in parts:
        reporting_round = session.get_one(ReportingRound, part.round_id)
        unit = session.get_one(OrgUnit, part.unit_id)
        task_list = session.get_one(TaskList, reporting_round.list_id)
        reader = Actor(role=Role.FILLER, label=unit.name, via="mail", unit_id=key(unit))
        try:
            sheet = compile_form(session, reader, settings, task_list, reporting_round, unit, now)
        except (RoundClosedError, NothingExpectedError):
            continue
        found[part.round_id, part.unit_id] = sheet
    return found


def render_forms(
    sheets: Mapping[tuple[int, int], FormSheet], settings: Settings
) -> dict[tuple[int, int], Attachment]:
    """By round and unit, what `send_reminders` takes."""
    found = {}
    for place, sheet in sheets.items():
        form = render_form(sheet, settings)
        found[place] = Attachment(form.file_name, form.media_type, form.content)
    return found
