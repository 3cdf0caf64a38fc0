"""An office gives its reports and circulars a Word layout of its own, or goes back to the packaged one."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from tracker.errors import DocumentTemplateError
from tracker.importers.files.refusals import NotThisFormatError, RefusedFileError
from tracker.models import CircularKind, DocumentTemplate
from tracker.reports.accounts.account_samples import empty_account, full_account
from tracker.reports.documents.word import packaged_template, try_template
from tracker.reports.documents.word_variables import VARIABLES
from tracker.store.document_templates import newest_row

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor

# What an account that leaves the office is hardly without.
_LOOKED_FOR: Final = ("title", "issue", "issuer", "issued_on", "sentence")
_TEXT: Final = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
SUFFIX: Final = ".docx"


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A template that wrote both invented accounts. `absent` are the variables that no reader would find in it."""

    kind: CircularKind
    file_name: str
    content: bytes
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateState:
    """The layout of a kind as it is used now; `fault` is why it is not, and the packaged one is.

    `changed` is the newest row, which may be the return to the packaged one. `is_own` without one: a file. `absent` as
    in CheckedTemplate.
    """

    kind: CircularKind
    is_own: bool
    changed: DocumentTemplate | None
    fault: DocumentTemplateError | RefusedFileError | None
    absent: tuple[str, ...]


def check_document_template(kind: CircularKind, file_name: str, content: bytes) -> CheckedTemplate:
    """Writes the invented accounts with it, in a child process and so outside of any transaction.

    Raises DocumentTemplateError with the place of a mistake, or the RefusedFileError of what is no such file.
    """
    if not file_name.lower().endswith(SUFFIX):
        raise NotThisFormatError(file=file_name, suffix=SUFFIX)
    account = full_account(kind, str)
    written = try_template(account, content, file_name)
    try_template(empty_account(kind, str), content, file_name)
    text = _text_of(written)
    absent = tuple(name for name in _LOOKED_FOR if str(getattr(account, name)) not in text)
    return CheckedTemplate(kind, file_name, content, tuple(VARIABLES[name] for name in absent))


def keep_document_template(session: Session, actor: Actor, template: CheckedTemplate, now: datetime) -> bool:
    """The next document is written with it. Raises ForbiddenError. False: it is so already."""
    actor.require_coordinating()
    if template.content == packaged_template(template.kind):
        return restore_document_template(session, actor, template.kind, now)
    newest = newest_row(session, template.kind)
    if newest and newest.content == template.content:
        return False
    _write(session, actor, template.kind, template.file_name, template.content, now)
    return True


def restore_document_template(session: Session, actor: Actor, kind: CircularKind, now: datetime) -> bool:
    """Back to the packaged one. Raises ForbiddenError. False where it is not changed here."""
    actor.require_coordinating()
    newest = newest_row(session, kind)
    if newest is None or not newest.content:
        return False
    _write(session, actor, kind, "", b"", now)
    return True


def own_template(session: Session, settings: Settings, kind: CircularKind) -> bytes | None:
    """What counts: the newest that was uploaded, else a file in the site's folder; None for the packaged one."""
    row = newest_row(session, kind)
    if row is not None:
        return row.content or None
    file = settings.at_root(settings.paths.templates) / "reports" / f"{kind}{SUFFIX}"
    try:
        content = file.read_bytes()
    except OSError:
        return None
    return content if content != packaged_template(kind) else None


def template_in_use(session: Session, settings: Settings, kind: CircularKind) -> bytes:
    return own_template(session, settings, kind) or packaged_template(kind)


def template_states(session: Session, settings: Settings) -> list[TemplateState]:
    """All kinds, those of the office tried with the invented accounts."""
    states = []
    for kind in CircularKind:
        content = own_template(session, settings, kind)
        fault, absent = (None, ()) if content is None else _tried(kind, content)
        states.append(TemplateState(kind, content is not None, newest_row(session, kind), fault, absent))
    return states


# A second each: what was tried once is not tried again for every look at the page.
@lru_cache(maxsize=8)
def _tried(
    kind: CircularKind, content: bytes
) -> tuple[DocumentTemplateError | RefusedFileError | None, tuple[str, ...]]:
    try:
        return None, check_document_template(kind, f"{kind}{SUFFIX}", content).absent
    except (DocumentTemplateError, RefusedFileError) as error:
        return error, ()


def _text_of(document: bytes) -> str:
    with zipfile.ZipFile(BytesIO(document)) as archive:
        parts = (
            archive.read(name)
            for name in archive.namelist()
            if re.fullmatch(r"word/(?:document|header\d*|footer\d*)\.xml", name)
        )
        return "".join(
            text.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            for part in parts
            for text in _TEXT.findall(part)
        )


def _write(
    session: Session, actor: Actor, kind: CircularKind, file_name: str, content: bytes, now: datetime
) -> None:
    session.add(
        DocumentTemplate(
            kind=kind, file_name=file_name, content=content, changed_at=now, changed_by=actor.label
        )
    )
    session.flush()
