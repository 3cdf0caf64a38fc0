"""The process that reads one file of a stranger (`python -m tracker.importers.child`); `sandbox` starts it.

It takes the file from standard input and answers on standard output (see `wire`). It limits itself before it
looks at a byte; where the system has no such limits (Windows) only the parent's clock stops it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from tracker.importers.files.limits import MEGABYTE, Ceilings
from tracker.importers.files.refusals import ReaderFailedError, RefusedFileError, TooMuchMemoryError

if TYPE_CHECKING:
    from tracker.importers.files.source import SourceFile
    from tracker.importers.wire import Want

# Network, and with it the right to have one: without these a LibreOffice or a parser can reach nobody.
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def main(ceilings: Ceilings) -> None:
    """Reads the file that is asked for on standard input; answers with the reading or with the refusal."""
    limit(ceilings)
    leave_network()
    # Standard output is the answer's alone.
    answer = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(answer, "wb") as file:
        file.write(_answer(sys.stdin.buffer, ceilings))


def _answer(question: BinaryIO, ceilings: Ceilings) -> bytes:
    from tracker.importers.files.source import SourceFile  # noqa: PLC0415 - inside the limits
    from tracker.importers.wire import asked, pack, pack_refusal  # noqa: PLC0415

    name, want = asked(question.readline())
    try:
        return pack(_reading(SourceFile(name, question.read()), want), want)
    except RefusedFileError as error:
        return pack_refusal(error)
    except MemoryError:
        return pack_refusal(TooMuchMemoryError(file=name, limit=ceilings.memory // MEGABYTE))
    except RecursionError:
        return pack_refusal(ReaderFailedError(file=name))


def _reading(source: SourceFile, want: Want) -> object:
    if want == "form":
        from tracker.importers.forms import read_form  # noqa: PLC0415

        return read_form(source)
    from tracker.importers.files.readers import READERS, TABLE_READERS, read_blocks  # noqa: PLC0415

    reading = read_blocks(source, TABLE_READERS if want == "table" else READERS)
    if want != "document":
        return reading
    from tracker.importers.document import read_reading  # noqa: PLC0415 - not for a file that is refused

    return read_reading(reading, source.name)


def limit(ceilings: Ceilings) -> None:
    """Hard limits of this process and of what it starts. No core files: they would hold the document."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    limits = (
        (resource.RLIMIT_CORE, 0, 0),
        # The soft limit sends SIGXCPU, which tells the parent what happened.
        (resource.RLIMIT_CPU, ceilings.cpu_seconds, ceilings.cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, ceilings.output, ceilings.output),
        (resource.RLIMIT_NOFILE, ceilings.open_files, ceilings.open_files),
        (resource.RLIMIT_AS, ceilings.memory, ceilings.memory),
    )
    for kind, soft, hard in limits:
        # macOS knows RLIMIT_AS but refuses to set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


def leave_network() -> None:
    """Into an empty network of its own, where the system lets an ordinary process do so (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # noqa: PLC0415

    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(_CLONE_NEWNET):
            unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


if __name__ == "__main__":
    main(Ceilings(*map(int, sys.argv[1:])))
