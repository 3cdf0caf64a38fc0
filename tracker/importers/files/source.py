"""A file as it came: its name and its bytes. Every reader starts here: an upload reads like a file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.errors import UnreadableFileError
from tracker.importers.files.limits import MAX_BYTES, MEGABYTE
from tracker.importers.files.refusals import EmptyFileError, TooLargeFileError, UndecodableTextError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_BYTES", "SourceFile", "decode", "open_source"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`name` is only shown and looked at for its suffix; nothing is opened by it again."""

    name: str
    data: bytes

    @property
    def suffix(self) -> str:
        dot = self.name.rfind(".")
        return self.name[dot:].lower() if dot > 0 else ""


def open_source(path: Path) -> SourceFile:
    """The file at `path`. Raises UnreadableFileError when it is missing, no file, empty or over 20 MB."""
    try:
        # A pipe or device would be waited for without end.
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableFileError(
                    file=path.name, reason="不是普通文件（管道或设备），请给出任务表文件。"
                )
            # Read one byte more than allowed: the size of a growing file is not to be trusted.
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableFileError(file=path.name, reason="没有这个文件，请检查路径。") from error
    except IsADirectoryError as error:
        raise UnreadableFileError(file=path.name, reason="这是一个文件夹，请给出其中的文件。") from error
    except OSError as error:
        raise UnreadableFileError(file=path.name, reason=f"系统不允许读取（{error.strerror}）。") from error
    source = SourceFile(path.name, data)
    require_size(source)
    return source


def require_size(source: SourceFile) -> None:
    """Raises TooLargeFileError over 20 MB and EmptyFileError for nothing at all."""
    if len(source.data) > MAX_BYTES:
        raise TooLargeFileError(file=source.name, limit=MAX_BYTES // MEGABYTE)
    if not source.data:
        raise EmptyFileError(file=source.name)


def decode(source: SourceFile) -> str:
    """The text in UTF-8 (with or without its mark), marked UTF-16 or GB 18030 (GBK and GB 2312 too)."""
    wide = ("utf-16",) if source.data.startswith((b"\xff\xfe", b"\xfe\xff")) else ()
    for encoding in (*wide, "utf-8-sig", "gb18030"):
        try:
            return source.data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UndecodableTextError(file=source.name)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
