"""Files that users send are read in a child process, under ceilings of time, memory and output.

A new process each time (no fork of the threaded server): a tenth of a second to start, and nothing that a
file did to its reader is there for the next. The child gets the bytes and a name, no settings and no secrets.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import astuple
from typing import TYPE_CHECKING, Final

from tracker.importers.files.limits import CONVERTING, MEGABYTE, READING
from tracker.importers.files.readers import NEEDS_LIBREOFFICE, READERS, TABLE_READERS, require_suffix
from tracker.importers.files.refusals import (
    ReaderFailedError,
    ReadersBusyError,
    RefusedFileError,
    ResultTooLargeError,
    TooMuchMemoryError,
    TooSlowError,
)
from tracker.importers.files.source import open_source, require_size
from tracker.importers.wire import ask, unpack

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tracker.importers.document import DocumentReading
    from tracker.importers.files.limits import Ceilings
    from tracker.importers.files.readers import FileReading
    from tracker.importers.files.source import SourceFile
    from tracker.importers.forms import FormReading
    from tracker.importers.wire import Want

# Uploads that come together wait for each other rather than fill the machine.
_AT_ONCE: Final = 2
_SLOTS = threading.BoundedSemaphore(_AT_ONCE)
_KEPT_ENVIRONMENT: Final = ("PATH", "SYSTEMROOT")
_LONGEST_NAME: Final = 200
_LONGEST_COMPLAINT: Final = 4000


def read_untrusted(path: Path) -> DocumentReading:
    """The document at `path`, read in a child process.

    Raises UnreadableFileError, and of it the RefusedFileError that names the cause.
    """
    return read_in_child(open_source(path))


def read_in_child(source: SourceFile, ceilings: Ceilings | None = None) -> DocumentReading:
    """Like `read_untrusted`, for a file that is already in memory; `ceilings` other than those of its format."""
    reading: DocumentReading = _ask(source, "document", ceilings)
    return reading


def read_blocks_in_child(source: SourceFile, *, is_table: bool = False) -> FileReading:
    """Paragraphs and grids only; `is_table` for a list of contacts or units, where `.txt` is CSV."""
    reading: FileReading = _ask(source, "table" if is_table else "blocks")
    return reading


def read_form_in_child(source: SourceFile) -> FormReading:
    """A form that came back, by whatever name. Raises the RefusedFileError that fits."""
    reading: FormReading = _ask(source, "form")
    return reading


def _ask(source: SourceFile, want: Want, ceilings: Ceilings | None = None) -> Any:  # noqa: ANN401 - as `want` says
    require_size(source)
    if want != "form":
        require_suffix(source, TABLE_READERS if want == "table" else READERS)
    if ceilings is None:
        is_converted = want != "form" and source.suffix in NEEDS_LIBREOFFICE
        ceilings = CONVERTING if is_converted else READING
    question = ask(source.name[-_LONGEST_NAME:], want) + source.data
    answer = run_child("tracker.importers.child", question, ceilings, file=source.name)
    try:
        return unpack(answer, want)
    except ValueError as error:
        raise ReaderFailedError(file=source.name) from error


def run_child(module: str, question: bytes, ceilings: Ceilings, *, file: str) -> bytes:
    """What `python -m MODULE CEILINGS…` answers on its standard output to `question` on its input.

    Raises the RefusedFileError that says of `file` how the child ended.
    """
    if not _SLOTS.acquire(timeout=2 * ceilings.seconds):
        raise ReadersBusyError(file=file)
    try:
        return _run(module, question, ceilings, file)
    finally:
        _SLOTS.release()


def _run(module: str, question: bytes, ceilings: Ceilings, file: str) -> bytes:
    """Starts the child, waits for it, gives its answer. Files, not pipes: the system caps what is written."""
    with (
        tempfile.TemporaryDirectory(prefix="duban-") as folder,
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryFile() as complaint,
    ):
        given.write(question)
        given.seek(0)
        numbers = map(str, astuple(ceilings))
        child = subprocess.Popen(
            [sys.executable, "-P", "-s", "-B", "-m", module, *numbers],
            stdin=given, stdout=answer, stderr=complaint, cwd=folder, env=_environment(folder),
            start_new_session=True,
        )  # fmt: skip
        try:
            code = child.wait(ceilings.seconds)
        except subprocess.TimeoutExpired as error:
            raise TooSlowError(file=file, seconds=ceilings.seconds) from error
        finally:
            _kill(child)
        if answer.seek(0, os.SEEK_END) >= ceilings.output:
            raise ResultTooLargeError(file=file, limit=ceilings.output // MEGABYTE)
        if code:
            complaint.seek(-min(complaint.seek(0, os.SEEK_END), _LONGEST_COMPLAINT), os.SEEK_END)
            cause = ChildProcessError(code, complaint.read().decode("utf-8", "replace"))
            raise _death(code, file, ceilings) from cause
        answer.seek(0)
        return answer.read()


def _death(code: int, file: str, ceilings: Ceilings) -> RefusedFileError:
    """What a child died of: by the signal that ended it, where there are signals."""
    ended_by = {-getattr(signal, name, 0): name for name in ("SIGXCPU", "SIGKILL", "SIGABRT")}.get(code)
    if ended_by == "SIGXCPU":
        return TooSlowError(file=file, seconds=ceilings.cpu_seconds)
    # The system's own choice when memory runs out; Rust's and C++'s where Python would raise MemoryError.
    if ended_by:
        return TooMuchMemoryError(file=file, limit=ceilings.memory // MEGABYTE)
    return ReaderFailedError(file=file)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """The child and whatever it started, which LibreOffice would outlive."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _environment(folder: str) -> dict[str, str]:
    """Only what a Python process needs to start; none of the site's secrets."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
    }
