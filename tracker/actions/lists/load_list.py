"""Finds a task list by its name or its file, and reads it. No database."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.actions.lists.list_content import ListContent
from tracker.domain.names import nearest_names
from tracker.errors import InputError, UnknownListError
from tracker.i18n import mark
from tracker.importers.document import read_document
from tracker.importers.files.readers import READERS
from tracker.importers.listfile import read_list_file
from tracker.resources import bundled

if TYPE_CHECKING:
    from tracker.config import Settings


class ListFileError(InputError):
    """An option for documents, where a list file has settled everything."""

    message = mark("{option} 只用于任务表或方案本身。{file} 是清单文件，请在其中写明，用 --dry-run 看结果。")


def bundled_lists(settings: Settings) -> dict[str, Path]:
    """List files by name: those of the site, then those that come with the program."""
    found: dict[str, Path] = {}
    for folder in (settings.at_root(settings.paths.tasklists), bundled("tasklists")):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return found


def locate(settings: Settings, name_or_file: str) -> Path:
    """The list file called `name_or_file`, or the path that it is: of a list file (.toml) or of a document.

    Raises UnknownListError with the nearest names.
    """
    lists = bundled_lists(settings)
    path = lists.get(name_or_file) or Path(name_or_file)
    if not path.is_file() and path.suffix not in (".toml", *READERS):
        raise UnknownListError(name_or_file, nearest_names(name_or_file, lists))
    return path


def load_list(settings: Settings, name_or_file: str) -> ListContent:
    """The list called `name_or_file`, or the list file at that path, with the document beside it.

    Raises UnknownListError with the nearest names, UnreadableFileError, and SettingsError for a wrong key.
    """
    definition = read_list_file(locate(settings, name_or_file))
    reading = read_document(definition.document)
    if "character_limit" not in definition.rules.model_fields_set:
        limit = {"character_limit": settings.limits.text_characters}
        definition = definition.model_copy(update={"rules": definition.rules.model_copy(update=limit)})
    tasks = reading.document.tasks
    if definition.rules.lead == "first":
        # The office has said so, where the document itself does not.
        tasks = tuple(replace(task, lead_certain=True) for task in tasks)
    return ListContent(
        definition=definition,
        tasks=tasks,
        rows=reading.rows,
        note=reading.note,
        problems=reading.document.problems,
        source_name=definition.document.name,
        source_hash=hashlib.sha256(definition.document.read_bytes()).hexdigest(),
        outline=reading.document.outline,
        indicators=reading.document.indicators,
        indicator_sets=reading.document.indicator_sets,
    )
