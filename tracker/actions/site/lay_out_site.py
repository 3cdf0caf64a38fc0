"""Lays out an editable site in a folder: config, templates, task lists."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tracker.errors import InvalidValueError
from tracker.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = ("config.toml", "templates", "tasklists")


def lay_out_site(folder: Path) -> None:
    """Copies what comes with the program to `folder`. Raises InvalidValueError rather than overwrite."""
    taken = [name for name in _PARTS if (folder / name).exists()]
    if taken:
        raise InvalidValueError(field="目录", value=folder, reason=f"已有 {'、'.join(taken)}，不会覆盖")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _PARTS:
            source = bundled(name)
            if source.is_dir():
                shutil.copytree(source, folder / name)
            else:
                shutil.copyfile(source, folder / name)
    except OSError as error:
        raise InvalidValueError(field="目录", value=folder, reason=str(error.strerror)) from error
