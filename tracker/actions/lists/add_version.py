"""Adds a version to a list: the tasks as a document has them now, each joined to the one it was before."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from tracker.actions.lists.settle_indicators import settle_indicators
from tracker.actions.lists.stated_indicators import stated_indicators
from tracker.actions.lists.store_indicators import chosen_anew, says_the_same, store_indicators
from tracker.domain.task_changes import compare_tasks
from tracker.models import ListVersion, key
from tracker.store.list_lines import last_lineage, lineages_of, stored_lines, text_of, write_lines
from tracker.store.lists import versions_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.lists.list_content import ListContent
    from tracker.domain.actors import Actor
    from tracker.domain.task_changes import TaskChange
    from tracker.models import TaskList
    from tracker.store.list_lines import ListLine


@dataclass(frozen=True, slots=True)
class VersionUpdate:
    """The version in force, and the tasks that differ from the version before it: none where it is not new."""

    version: ListVersion
    is_new: bool
    changes: tuple[TaskChange, ...] = ()


def add_version(
    session: Session,
    actor: Actor,
    task_list: TaskList,
    lines: Sequence[ListLine],
    content: ListContent,
    now: datetime,
) -> VersionUpdate:
    """A new version, unless the document says what the version in force says. Rounds keep theirs."""
    before = next(iter(versions_of(session, task_list)), None)
    stored = stored_lines(session, key(before)) if before else []
    if before is not None and before.note == content.note and _said(stored) == _said(lines):
        stated = stated_indicators(session, key(before))
        if says_the_same(stated, content):
            settle_indicators(session, actor, before, chosen_anew(stated, content))
            return VersionUpdate(before, is_new=False)
    version = ListVersion(
        list_id=key(task_list),
        number=before.number + 1 if before else 1,
        note=content.note,
        outline=json.dumps([asdict(item) for item in content.outline], ensure_ascii=False),
        source_name=content.source_name,
        source_hash=content.source_hash,
        imported_at=now,
        imported_by=actor.label,
    )
    session.add(version)
    session.flush()
    changes = compare_tasks(
        [text_of(line) for line in stored], [text_of(line) for line in lines], content.continues
    )
    known = lineages_of(session, key(before)) if before else {}
    going_on = {
        change.after.number: known[change.before.number]
        for change in changes
        if change.before and change.after
    }
    new = itertools.count(last_lineage(session, task_list) + 1)
    write_lines(session, version, lines, [going_on.get(line.number) or next(new) for line in lines])
    store_indicators(session, task_list, version, before, content)
    differing = tuple(change for change in changes if change.kind != "same") if before else ()
    return VersionUpdate(version, is_new=True, changes=differing)


def _said(lines: Sequence[ListLine]) -> list[ListLine]:
    """Where a task stands in its file is not what the document says."""
    return [replace(line, place="", units_block=0) for line in lines]
