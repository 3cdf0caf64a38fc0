"""What a new version does to the tasks of a list, on a terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_table, say
from tracker.domain.task_changes import CHANGE_LABELS, FIELD_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.task_changes import TaskChange, TaskText

_LONGEST = 24


def changes_json(changes: Sequence[TaskChange]) -> list[dict[str, Any]]:
    """Tasks that differ: {"kind", "number", "before_number", "title", "fields", "is_guess"}."""
    return [
        {
            "kind": change.kind,
            "number": change.after.number if change.after else None,
            "before_number": change.before.number if change.before else None,
            "title": _shown(change).title,
            "fields": sorted(change.fields),
            "is_guess": change.is_guess,
        }
        for change in changes
        if change.kind != "same"
    ]


def show_changes(changes: Sequence[TaskChange]) -> None:
    """Counts by kind, and one line a task that differs."""
    counts = Counter(change.kind for change in changes)
    say("新增 {added} 项，修改 {changed} 项，移动 {moved} 项，删除 {removed} 项",
        **{kind: counts[kind] for kind in ("added", "changed", "moved", "removed")})  # fmt: skip
    rows = [
        (
            _(CHANGE_LABELS[change.kind]),
            change.before.number if change.before else "",
            change.after.number if change.after else "",
            _short(_shown(change).title),
            "、".join(_(FIELD_LABELS[field]) for field in FIELD_LABELS if field in change.fields)
            + (_("（推测）") if change.is_guess else ""),
        )
        for change in changes
        if change.kind != "same"
    ]
    if rows:
        print_table((_("改动"), _("原序号"), _("序号"), _("任务"), _("不同")), rows)


def _shown(change: TaskChange) -> TaskText:
    shown = change.after or change.before
    assert shown is not None  # noqa: S101 - a change has at least one side
    return shown


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
