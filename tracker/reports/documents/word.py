"""An account as a Word file, from the office's template or the packaged one, written in a child process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import structlog

from tracker.errors import DocumentTemplateError
from tracker.importers.files.limits import MEGABYTE, Ceilings
from tracker.importers.files.refusals import ReaderFailedError, RefusedFileError, refusal
from tracker.importers.sandbox import run_child
from tracker.reports.documents.word_child import REFUSED, WRITTEN
from tracker.resources import bundled

if TYPE_CHECKING:
    from tracker.reports.accounts.account import Account

KINDS: Final = ("report", "circular", "summary")
# A report with 70 leads' texts takes a second; one that names 2,844 units, four.
WRITING: Final = Ceilings(
    seconds=60, cpu_seconds=40, memory=1536 * MEGABYTE, output=64 * MEGABYTE, open_files=64
)
_log = structlog.get_logger()


def render_word(account: Account, template: bytes | None, kind: str) -> bytes:
    """The document; `template` is the office's own, None for the packaged one of `kind`.

    An own template that fails is logged, and the packaged one stands in: an account never waits for its layout.
    """
    if template is not None:
        try:
            return try_template(account, template, f"{kind}.docx")
        except (DocumentTemplateError, RefusedFileError) as error:
            _log.warning("document_template_failed", kind=kind, reason=str(error))
    return try_template(account, packaged_template(kind), f"{kind}.docx")


def try_template(account: Account, template: bytes, file: str, ceilings: Ceilings = WRITING) -> bytes:
    """The document. Raises DocumentTemplateError with the place of a mistake, or the RefusedFileError of `file`."""
    question = json.dumps({"file": file, "account": asdict(account)}).encode() + b"\n" + template
    answer = run_child("tracker.reports.documents.word_child", question, ceilings, file=file)
    if answer.startswith(WRITTEN):
        return answer[len(WRITTEN) :]
    raise _refusal(answer, file)


def packaged_template(kind: str) -> bytes:
    return (bundled("templates") / "reports" / f"{kind}.docx").read_bytes()


def _refusal(answer: bytes, file: str) -> DocumentTemplateError | RefusedFileError:
    """What the child said; it may have been taken over by the template, so that no more than words are believed."""
    try:
        said = json.loads(answer.removeprefix(REFUSED))
        fields = {str(name): value for name, value in said["fields"].items() if isinstance(value, str | int)}
        error: DocumentTemplateError | RefusedFileError
        if said["name"] == DocumentTemplateError.__name__:
            error = DocumentTemplateError(**fields)
        else:
            error = (refusal(said["name"]) or ReaderFailedError)(**fields)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ReaderFailedError(file=file)
    return error
