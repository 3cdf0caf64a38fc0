"""Work that would be felt in the web process, done in one of its own: it writes a file, within a time.

A workbook of 121,500 texts takes half a minute of the processor and 700 MiB; whoever files meanwhile must not feel it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Final

import structlog

from tracker.errors import DocumentError, DocumentsBusyError, DocumentTooSlowError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

# Obligations; up to here a document is there in two seconds, and made where it is asked for.
LARGE: Final = 5_000
_SECONDS: Final = 600
# Large documents that are asked for together wait for each other rather than fill the machine.
_AT_ONCE: Final = 2
_PATIENCE: Final = 30
_SLOTS = threading.BoundedSemaphore(_AT_ONCE)
_LONGEST_COMPLAINT: Final = 4000
_log = structlog.get_logger()


def write_outside(file: BinaryIO, work: Callable[..., None], *given: Any) -> None:  # noqa: ANN401 - as `work` takes
    """`work(*given, file)` in a new process, no fork of the threaded server; `work` is a function of a module.

    `file` is a real one. Raises DocumentError.
    """
    if not _SLOTS.acquire(timeout=_PATIENCE):
        raise DocumentsBusyError
    try:
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaint:
            # Our own words to our own process: nothing of a stranger is unpickled.
            pickle.dump((work, given), asked)
            asked.seek(0)
            code = _run(asked, file, complaint)
            if code:
                complaint.seek(-min(complaint.seek(0, os.SEEK_END), _LONGEST_COMPLAINT), os.SEEK_END)
                words = complaint.read().decode("utf-8", "replace")
                _log.error("document_failed", work=work.__name__, code=code, complaint=words)
                raise DocumentError
    finally:
        _SLOTS.release()


def _run(asked: BinaryIO, file: BinaryIO, complaint: BinaryIO) -> int:
    command = [sys.executable, "-P", "-m", "tracker.actions.documents.outside_child"]
    child = subprocess.Popen(command, stdin=asked, stdout=file, stderr=complaint)
    try:
        return child.wait(_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DocumentTooSlowError(seconds=_SECONDS) from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.wait()
