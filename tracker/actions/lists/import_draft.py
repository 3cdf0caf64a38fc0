"""A document on its way to becoming a list: the file, what was read of it, and what a person has settled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.actions.lists.import_choices import propose
from tracker.errors import InputError
from tracker.i18n import mark
from tracker.importers.sandbox import read_in_child

if TYPE_CHECKING:
    from tracker.actions.lists.import_choices import ImportChoices
    from tracker.config import Settings
    from tracker.importers.document import DocumentReading
    from tracker.importers.files.source import SourceFile


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """Everything that an import is made from; the page keeps one in the database, the command in memory."""

    source_name: str
    source_hash: str
    reading: DocumentReading
    choices: ImportChoices

    def settled(self, choices: ImportChoices) -> ImportDraft:
        return replace(self, choices=choices)


class NoRulesError(InputError):
    """A document says nothing of periods and due days, and nobody has said it in its place."""

    message = mark(
        "没有读到报送规则（报送周期、截止日），未写入任何内容。\n{found}"
        "请先运行 tracker import {file} --preview --json，把其中的 choices 存为一个文件，写好 period_type 和 due_day，"
        "再运行 tracker import {file} --choices 那个文件；也可以在网页上导入。"
    )


def draft_of(source: SourceFile, reading: DocumentReading, choices: ImportChoices) -> ImportDraft:
    return ImportDraft(source.name, hashlib.sha256(source.data).hexdigest(), reading, choices)


def read_draft(settings: Settings, source: SourceFile) -> ImportDraft:
    """A file of a user's, read in a child process, with what is proposed for it.

    Raises UnreadableFileError.
    """
    reading = read_in_child(source)
    return draft_of(source, reading, propose(reading, source.name, settings.limits.text_characters))


def unattended(choices: ImportChoices) -> ImportChoices:
    """The proposal where nobody looks at it: a list of that name is updated, and years that only a title names
    open no rounds.
    """
    return choices.model_copy(update={"replaces": True, "first_year": "", "last_year": ""})


def require_rules(draft: ImportDraft) -> None:
    """Raises NoRulesError, with problems and rhythms of the text, for a document that states no rules."""
    document = draft.reading.document
    if document.rules is not None:
        return
    found = [f"{problem.where}：{problem.message}\n" for problem in document.problems]
    found += [f"{cadence.where}：“{cadence.words}”（{cadence.text}）\n" for cadence in document.cadences]
    raise NoRulesError(file=draft.source_name, found="".join(found))
