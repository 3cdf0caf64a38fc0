"""A file as it came: its name and its bytes. Every reader starts here: an upload reads like a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.errors import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 20 * 1024 * 1024


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
        # Read one byte more than allowed: the size of a growing file is not to be trusted.
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableFileError(file=path.name, reason="没有这个文件，请检查路径。") from error
    except IsADirectoryError as error:
        raise UnreadableFileError(file=path.name, reason="这是一个文件夹，请给出其中的文件。") from error
    except OSError as error:
        raise UnreadableFileError(file=path.name, reason=f"系统不允许读取（{error.strerror}）。") from error
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise UnreadableFileError(file=path.name, reason=f"文件超过 {limit} MB，请删去图片等无关内容后再试。")
    if not data:
        raise UnreadableFileError(file=path.name, reason="文件是空的。")
    return SourceFile(path.name, data)


def decode(source: SourceFile) -> str:
    """The text in UTF-8 (with or without its mark) or GB 18030, which holds GBK and GB 2312."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return source.data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(
        file=source.name, reason="文字编码既不是 UTF-8 也不是 GB 18030，请另存为 UTF-8 后再试。"
    )
