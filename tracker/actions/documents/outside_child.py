"""The process in which `write_outside` works: what to do on stdin, the file on stdout."""

from __future__ import annotations

import os
import pickle
import sys


def main() -> None:
    """Ends with a traceback where it fails; whoever started it reads that."""
    work, given = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    # A file of the caller's, not a pipe: a zip file goes back to what it has written.
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as file:
        work(*given, file)


if __name__ == "__main__":
    main()
