"""The process that writes one Word document (`python -m tracker.reports.documents.word_child`); `word` starts it.

It takes the account as one line of JSON and then the template, and answers with the document or with the refusal.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Final

from tracker.importers.child import leave_network, limit
from tracker.importers.files.limits import MEGABYTE, Ceilings

if TYPE_CHECKING:
    from typing import BinaryIO

WRITTEN: Final = b"written\n"
REFUSED: Final = b"refused\n"


def main(ceilings: Ceilings) -> None:
    limit(ceilings)
    leave_network()
    # Standard output is the answer's alone.
    answer = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(answer, "wb") as file:
        file.write(_answer(sys.stdin.buffer, ceilings))


def _answer(question: BinaryIO, ceilings: Ceilings) -> bytes:
    from tracker.errors import DocumentTemplateError  # noqa: PLC0415 - inside the limits
    from tracker.importers.files.refusals import (  # noqa: PLC0415
        ReaderFailedError,
        RefusedFileError,
        TooMuchMemoryError,
    )

    asked = json.loads(question.readline())
    name = asked["file"]
    try:
        return WRITTEN + _written(name, question.read(), asked["account"])
    except (DocumentTemplateError, RefusedFileError) as error:
        refusal: DocumentTemplateError | RefusedFileError = error
    except MemoryError:
        refusal = TooMuchMemoryError(file=name, limit=ceilings.memory // MEGABYTE)
    except RecursionError:
        refusal = ReaderFailedError(file=name)
    fields = {key: value for key, value in refusal.fields.items() if isinstance(value, str | int)}
    return REFUSED + json.dumps({"name": type(refusal).__name__, "fields": fields}).encode()


def _written(name: str, data: bytes, account: dict[str, object]) -> bytes:
    from tracker.importers.files.source import SourceFile  # noqa: PLC0415
    from tracker.reports.documents.word_file import checked, sealed  # noqa: PLC0415
    from tracker.reports.documents.word_template import write_document  # noqa: PLC0415 - docxtpl is slow to load

    return sealed(write_document(checked(SourceFile(name, data)), account), name)


if __name__ == "__main__":
    main(Ceilings(*map(int, sys.argv[1:])))
