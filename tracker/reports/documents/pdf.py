"""A finished document as PDF, by LibreOffice where it is installed, in a child process."""

from __future__ import annotations

from typing import Final

from tracker.errors import OfficeFailedError, OfficeMissingError
from tracker.i18n import mark
from tracker.importers.files.libreoffice import find_libreoffice
from tracker.importers.files.limits import CONVERTING
from tracker.importers.files.refusals import ReadersBusyError, RefusedFileError, TooSlowError
from tracker.importers.sandbox import run_child

_PDF: Final = b"%PDF-"
_TOO_SLOW: Final = mark("用时过长，已停止")
_BUSY: Final = mark("正在转换的文件较多")
_FAILED: Final = mark("它没有写出文件")


def to_pdf(content: bytes, suffix: str) -> bytes:
    """`content` is a file that this program wrote; `suffix` is .docx or .xlsx.

    Raises OfficeMissingError or OfficeFailedError.
    """
    if find_libreoffice() is None:
        raise OfficeMissingError
    try:
        written = run_child(
            "tracker.reports.documents.pdf_child", suffix.encode() + b"\n" + content, CONVERTING, file=suffix
        )
    except TooSlowError as error:
        raise OfficeFailedError(reason=_TOO_SLOW) from error
    except ReadersBusyError as error:
        raise OfficeFailedError(reason=_BUSY) from error
    except RefusedFileError as error:
        raise OfficeFailedError(reason=_FAILED) from error
    if not written.startswith(_PDF):
        raise OfficeFailedError(reason=_FAILED)
    return written
