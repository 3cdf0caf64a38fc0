"""The preview's form, read into choices, and where on it a choice stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from tracker.actions.lists.import_choices import ImportChoices
from tracker.domain.rules import FilerRole
from tracker.domain.texts import one_line
from tracker.web.forms import field, line_field

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from tracker.actions.lists.wrong_choices import WrongChoice

_LINES: Final = (
    "slug", "title", "period_type", "due_day", "due_dates", "first_year", "last_year", "character_limit", "lead",
    "mailbox",
)  # fmt: skip
# Fields of many rows: the word in front of the task's number or the name, and where the choice is kept.
_BY_ROW: Final = {
    "lead": "leads",
    "units": "units",
    "kind": "kinds",
    "same": "same_as",
    "group": "groups",
    "members": "members",
    "indicator": "indicators",
    "continues": "continues",
}
_WORDS: Final = {kept: word for word, kept in _BY_ROW.items()}
# A button beside a rhythm of the text takes it as the reporting period; everything else stays as posted.
_PERIOD_BUTTON: Final = "period-"


def choices_of(form: FormData) -> ImportChoices:
    """Whatever was posted, as typed."""
    by_row: dict[str, dict[str, str]] = {kept: {} for kept in _BY_ROW.values()}
    for name, value in form.multi_items():
        word, dash, of = name.partition("-")
        if dash and word in _BY_ROW and isinstance(value, str) and (typed := one_line(value)):
            by_row[_BY_ROW[word]][of] = typed
    lines = {name: line_field(form, name) for name in _LINES}
    if picks_period(form):
        lines["period_type"] = field(form, "act").removeprefix(_PERIOD_BUTTON)
    return ImportChoices(
        **lines,
        **by_row,
        filers=tuple(role for role in get_args(FilerRole) if role in form.getlist("filers")),
        replaces=field(form, "replaces") == "1",
        confirms_leads=field(form, "confirms_leads") == "1",
        confirms_indicators=field(form, "confirms_indicators") == "1",
    )


def picks_period(form: FormData) -> bool:
    return field(form, "act").startswith(_PERIOD_BUTTON)


def control_of(wrong: WrongChoice) -> str:
    """The id of the control that shows this choice."""
    return f"{_WORDS[wrong.field]}-{wrong.row}" if wrong.row else wrong.field
