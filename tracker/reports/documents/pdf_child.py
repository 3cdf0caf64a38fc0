"""The process in which LibreOffice turns one document into PDF (`python -m tracker.reports.documents.pdf_child`); `pdf` starts it.

It takes the suffix as one line and then the document, and answers with the PDF, or with nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tracker.importers.child import leave_network, limit
from tracker.importers.files.libreoffice import convert
from tracker.importers.files.limits import Ceilings


def main(ceilings: Ceilings) -> None:
    limit(ceilings)
    leave_network()
    answer = os.dup(1)
    os.dup2(2, 1)
    suffix = sys.stdin.buffer.readline().decode().strip()
    # The working folder is this process's own and thrown away behind it.
    folder = Path.cwd()
    given = folder / f"given{suffix}"
    given.write_bytes(sys.stdin.buffer.read())
    written = convert(given, "pdf", folder, seconds=ceilings.seconds)
    with os.fdopen(answer, "wb") as file:
        file.write(written or b"")


if __name__ == "__main__":
    main(Ceilings(*map(int, sys.argv[1:])))
