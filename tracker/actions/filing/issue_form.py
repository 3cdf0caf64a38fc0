"""报送表: a workbook that one unit fills away from the site and sends back, by upload or by mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.compile_worksheet import compile_worksheet
from tracker.actions.filing.filing_checks import require_open
from tracker.domain.actors import Actor, Role
from tracker.domain.form_identity import FormIdentity, RowMark, sign_fields
from tracker.domain.form_words import form_words
from tracker.domain.periods import parse_period
from tracker.domain.states import Act, ObligationState, next_state
from tracker.errors import NothingExpectedError
from tracker.i18n import mark, translations
from tracker.mail.letter import Attachment
from tracker.mail.wording import moment_in_words
from tracker.models import key
from tracker.reports.forms.form_data import FormRow, FormSheet
from tracker.store.extensions import due_at_of
from tracker.store.rounds import round_rules
from tracker.store.site_keys import site_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.filing.compile_worksheet import WorksheetLine
    from tracker.config import Settings
    from tracker.models import OrgUnit, ProgressUpdate, ReportingRound, TaskList

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The purpose of the site's key.
FORM_KEY: Final = "form"

_RETURNED: Final = mark("【退回意见】{reason}")
_ACCEPTED: Final = mark("【已审核通过，不能再改】")
_EXEMPT: Final = mark("【免报】{reason}")
_PREVIOUS_NIL: Final = mark("无进展：{reason}")
_FILE_NAME: Final = mark("报送表 {unit} {period}.xlsx")


@dataclass(frozen=True, slots=True)
class IssuedForm:
    file_name: str
    content: bytes
    media_type: str = MEDIA_TYPE


def issue_form(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    now: datetime,
) -> IssuedForm:
    """The workbook of `unit` for the round; see `compile_form`, which reads, and `render_form`, which takes longer."""
    form = compile_form(session, actor, settings, task_list, reporting_round, unit, now)
    return render_form(form, settings)


def form_attachment(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    now: datetime,
) -> Attachment:
    """The same for a mail to the unit's contacts, who see what the unit sees."""
    reader = Actor(role=Role.FILLER, label=unit.name, via="mail", unit_id=key(unit))
    issued = issue_form(session, reader, settings, task_list, reporting_round, unit, now)
    return Attachment(issued.file_name, issued.media_type, issued.content)


def compile_form(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    now: datetime,
) -> FormSheet:
    """What the unit is asked and has written so far; its drafts for itself only. Needs a session that commits:
    the first form of a site makes its key.

    Raises NotFoundError or ForbiddenError outside the actor's scope, RoundClosedError, NothingExpectedError.
    """
    actor.require_filing(key(unit))
    require_open(reporting_round, now)
    worksheet = compile_worksheet(session, actor, task_list, reporting_round, unit)
    if not worksheet.lines:
        raise NothingExpectedError(unit=unit.name, period=reporting_round.period)
    gettext = translations(settings.site.language).gettext
    secret = site_key(session, FORM_KEY, now)
    identity = FormIdentity(key(reporting_round), key(unit), reporting_round.version_id, now)
    fields = identity.fields(secret) | form_words(gettext, asks_assessment=worksheet.asks_assessment)
    signature = sign_fields(fields, secret)
    rules = round_rules(reporting_round)
    return FormSheet(
        title=task_list.title,
        unit=unit.name,
        period_label=parse_period(reporting_round.period, rules.period_type).label,
        due=moment_in_words(due_at_of(session, reporting_round, key(unit)), settings.site.zone, gettext),
        mailbox=rules.mailbox,
        character_limit=worksheet.character_limit,
        fields=fields,
        signature=signature,
        rows=tuple(
            _row(line, RowMark(key(line.task), line.obligation.version).written(secret, signature), gettext)
            for line in worksheet.lines
        ),
    )


def render_form(form: FormSheet, settings: Settings) -> IssuedForm:
    """The workbook of `form`, in the language of the site."""
    from tracker.reports.forms.form_sheet import render_form_sheet  # noqa: PLC0415 - openpyxl is slow to load

    gettext = translations(settings.site.language).gettext
    name = gettext(_FILE_NAME).format(unit=form.unit, period=form.period_label)
    return IssuedForm(name, render_form_sheet(form, gettext))


def _row(line: WorksheetLine, row_mark: str, gettext: Callable[[str], str]) -> FormRow:
    obligation, update, draft = line.obligation, line.update, line.draft
    filed = (update.nil_reason or update.text) if update else ""
    is_nil = bool(update.nil_reason) if update else None
    if draft:
        is_nil = draft.is_nil or (False if update else None)
    said = draft or update
    return FormRow(
        mark=row_mark,
        number=line.task.number,
        content=line.task.content,
        previous=_previous(line.previous, gettext),
        note=_note(line, gettext),
        text=draft.text if draft else filed,
        is_nil=is_nil,
        remark=update.remark if update else "",
        is_open=next_state(obligation.state, Act.SUBMIT) is not None,
        assessment=said.assessment if said else None,
    )


def _previous(update: ProgressUpdate | None, gettext: Callable[[str], str]) -> str:
    if update is None:
        return ""
    return gettext(_PREVIOUS_NIL).format(reason=update.nil_reason) if update.nil_reason else update.text


def _note(line: WorksheetLine, gettext: Callable[[str], str]) -> str:
    match line.obligation.state:
        case ObligationState.RETURNED:
            return gettext(_RETURNED).format(reason=line.review.reason if line.review else "")
        case ObligationState.ACCEPTED:
            return gettext(_ACCEPTED)
        case ObligationState.EXEMPT:
            return gettext(_EXEMPT).format(reason=line.obligation.exempt_reason)
        case _:
            return ""
