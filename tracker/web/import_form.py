"""The preview's form, read into choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from tracker.actions.import_choices import ImportChoices
from tracker.domain.rules import FilerRole
from tracker.domain.texts import one_line
from tracker.web.forms import field, line_field

if TYPE_CHECKING:
    from starlette.datastructures import FormData

_LINES: Final = (
    "slug", "title", "period_type", "due_day", "due_dates", "first_year", "last_year", "character_limit", "mailbox",
)  # fmt: skip
# Fields of many rows: the word in front of the task's number or the name, and where the choice is kept.
_BY_ROW: Final = {
    "lead": "leads",
    "units": "units",
    "kind": "kinds",
    "same": "same_as",
    "group": "groups",
    "members": "members",
}
_LEADS: Final = {"first", "stated", "unknown"}


def choices_of(form: FormData) -> ImportChoices:
    """Whatever was posted, as typed; names that stand for nothing are ignored where choices are applied."""
    by_row: dict[str, dict[str, str]] = {kept: {} for kept in _BY_ROW.values()}
    for name, value in form.multi_items():
        word, dash, of = name.partition("-")
        if dash and word in _BY_ROW and isinstance(value, str) and (typed := one_line(value)):
            by_row[_BY_ROW[word]][of] = typed
    lead = field(form, "lead")
    return ImportChoices(
        **{name: line_field(form, name) for name in _LINES},
        **by_row,
        lead=lead if lead in _LEADS else "unknown",
        filers=tuple(role for role in get_args(FilerRole) if role in form.getlist("filers")),
        replaces=field(form, "replaces") == "1",
        confirms_leads=field(form, "confirms_leads") == "1",
    )
