"""An account as a Word file, from the office's template or the packaged one, written in a child process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import structlog

from tracker.errors import DocumentTemplateError
from tracker.i18n import mark
from tracker.importers.files.limits import MEGABYTE, Ceilings
from tracker.importers.files.refusals import (
    CompressionRatioError,
    NestedArchiveError,
    ReaderFailedError,
    RefusedFileError,
    ResultTooLargeError,
    TooManyPartsError,
    TooMuchMemoryError,
    TooSlowError,
    UnpackedTooLargeError,
    refusal,
)
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
_TEMPLATE: Final = mark("模板")
# What the readers of lists say of lists, said of a template.
_SAID_OF_TEMPLATES: Final[dict[type[RefusedFileError], str]] = {
    TooSlowError: mark("试写超过 {seconds} 秒仍未完成，已停止。请减少循环和变量后再试"),
    TooMuchMemoryError: mark("试写所需内存超过 {limit} MB，已停止。请减少循环、变量和图片后再试"),
    ResultTooLargeError: mark("写出的文档超过 {limit} MB，已停止。请减少循环、变量和图片后再试"),
    UnpackedTooLargeError: mark("解开后超过 {limit} MB。请删去或压缩图片，另存后再试"),
    CompressionRatioError: mark("其中“{what}”解开后是原来的 {ratio} 倍以上，不像正常的文件。请另存后再试"),
    TooManyPartsError: mark("其中的部件超过 {limit} 个，不像正常的文件。请另存后再试"),
    NestedArchiveError: mark("里面还套着压缩包（“{what}”）。请在 Word 中删去后再试"),
}
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
    try:
        answer = run_child("tracker.reports.documents.word_child", question, ceilings, file=file)
    except RefusedFileError as error:
        raise _of_template(error) from error
    if answer.startswith(WRITTEN):
        return answer[len(WRITTEN) :]
    raise _of_template(_refusal(answer, file))


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


def _of_template(error: DocumentTemplateError | RefusedFileError) -> DocumentTemplateError | RefusedFileError:
    reason = next((words for kind, words in _SAID_OF_TEMPLATES.items() if isinstance(error, kind)), None)
    if reason is None:
        return error
    # `part` is the place in what a template's error says.
    fields = {"what" if name == "part" else name: value for name, value in error.fields.items()}
    return DocumentTemplateError(part=_TEMPLATE, paragraph=0, text="", reason=reason, **fields)
