"""A table that came with a form (contacts, accounts, units), put where its reader finds it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.errors import InputError
from tracker.i18n import mark
from tracker.web.forms import file_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import FormData

_SUFFIXES: Final = {".csv", ".xlsx"}


class NoTableError(InputError):
    message = mark("请先选择一个 CSV 或 xlsx 文件。")


@contextmanager
def table_upload(form: FormData) -> Iterator[Path]:
    """The file of the field `file`, as long as the block lasts. Raises NoTableError."""
    upload = file_field(form, "file")
    suffix = Path(upload.filename or "").suffix.lower() if upload else ""
    if upload is None or suffix not in _SUFFIXES:
        raise NoTableError
    with tempfile.TemporaryDirectory() as folder:
        # Never under the name that came with it: only what kind of file it is.
        path = Path(folder) / f"table{suffix}"
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        yield path
