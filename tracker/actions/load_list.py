"""Finds a task list by its name or its file, and reads it. No database."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.actions.import_list import ListContent
from tracker.domain.names import nearest_names
from tracker.errors import BlockingProblemsError, UnknownListError
from tracker.importers.document import read_document
from tracker.importers.files.readers import READERS
from tracker.importers.listfile import ListFile, read_list_file
from tracker.importers.sandbox import read_untrusted
from tracker.resources import bundled

if TYPE_CHECKING:
    from tracker.config import Settings

_NO_RULES = "没有读到报送规则（报送周期、截止日）。请在清单目录为它写一个 .toml，可参照自带的清单。"


def bundled_lists(settings: Settings) -> dict[str, Path]:
    """List files by name: those of the site, then those that come with the program."""
    found: dict[str, Path] = {}
    for folder in (settings.at_root(settings.paths.tasklists), bundled("tasklists")):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return found


def load_list(settings: Settings, name_or_file: str) -> ListContent:
    """The list called `name_or_file`, or the list file or document at that path.

    Raises UnknownListError with the nearest names, UnreadableFileError, SettingsError for a wrong key of a
    list file, BlockingProblemsError for a document that states no rules.
    """
    lists = bundled_lists(settings)
    path = lists.get(name_or_file) or Path(name_or_file)
    if not path.is_file() and path.suffix not in (".toml", *READERS):
        raise UnknownListError(name_or_file, nearest_names(name_or_file, lists))
    if path.suffix == ".toml":
        definition = read_list_file(path)
        reading = read_document(definition.document)
    else:
        reading = read_untrusted(path)
        if reading.document.rules is None:
            places = tuple(f"{problem.where}：{problem.message}" for problem in reading.document.problems)
            raise BlockingProblemsError((*places, f"{path.name}：{_NO_RULES}"))
        definition = ListFile(
            slug=path.stem,
            title=reading.document.title or path.stem,
            document=path,
            rules=reading.document.rules,
        )
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
    )
