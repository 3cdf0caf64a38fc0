"""The forms 报送表 in a mail: known by what is inside them, never by name. Each is read in a child process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.importers.files.content import identify
from tracker.importers.files.refusals import (
    NoFormInArchiveError,
    NotAFormError,
    ReadersBusyError,
    RefusedFileError,
)
from tracker.importers.files.source import SourceFile
from tracker.importers.sandbox import read_form_in_child
from tracker.mail.arrival import UnreadableMailError, read_arrival

if TYPE_CHECKING:
    from tracker.importers.forms import FormReading
    from tracker.mail.arrival import Arrival, ArrivedFile

# What a form may be kept in; nothing else is worth a process.
_MAY_HOLD: Final = frozenset({"zip", "workbook", "encrypted", "ole"})


@dataclass(frozen=True, slots=True)
class MailReading:
    """`arrival` is None for a mail that cannot be taken apart; then `refused` says why. `others` are the files that
    are no forms; those of forwarded mails are left out. `has_own_form` is False where forms were only forwarded."""

    arrival: Arrival | None
    forms: tuple[FormReading, ...] = ()
    refused: tuple[RefusedFileError | UnreadableMailError, ...] = ()
    others: tuple[ArrivedFile, ...] = ()
    has_own_form: bool = False


def read_mail(content: bytes) -> MailReading:
    """Raises ReadersBusyError, which passes; everything else is part of the value."""
    try:
        arrival = read_arrival(content)
    except UnreadableMailError as error:
        return MailReading(None, refused=(error,))
    forms: list[FormReading] = []
    refused: list[RefusedFileError | UnreadableMailError] = []
    others: list[ArrivedFile] = []
    has_own_form = False
    # The same file is often attached twice.
    once: dict[bytes, ArrivedFile] = {}
    for file in arrival.files:
        once.setdefault(file.content, file)
    for file in once.values():
        try:
            form = _form(file)
        except ReadersBusyError:
            raise
        except RefusedFileError as error:
            refused.append(error)
            continue
        if form is not None:
            forms.append(form)
            has_own_form = has_own_form or not file.depth
        elif not file.depth:
            others.append(file)
    return MailReading(arrival, tuple(forms), tuple(refused), tuple(others), has_own_form)


def _form(file: ArrivedFile) -> FormReading | None:
    """None for a file that is no form. Raises the RefusedFileError of one that may be and cannot be read."""
    if identify(file.content) not in _MAY_HOLD:
        return None
    try:
        return read_form_in_child(SourceFile(file.name, file.content))
    except (NotAFormError, NoFormInArchiveError):
        return None
