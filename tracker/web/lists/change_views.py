"""What a new version does to a list, as pages show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.actions.lists.import_choices import NEW_TASK
from tracker.domain.task_changes import CHANGE_LABELS, FIELD_LABELS
from tracker.domain.text_diff import difference
from tracker.i18n import mark
from tracker.reports.wording import role_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tracker.domain.task_changes import ChangeKind, Field, TaskChange, TaskText
    from tracker.domain.text_diff import Piece

    Gettext = Callable[[str], str]

# Short values, shown before and after; of a text the difference is shown, of units who came and went.
_SHOWN_FIELDS: Final[tuple[Field, ...]] = ("number", "section", "measure", "deadline")
_BY_LIKENESS: Final = mark("按相近程度判断")
_LIKE_THIS: Final = mark("内容相近，看作原第 {number} 项")
_GOES_ON: Final = mark("就是原第 {number} 项")
_IS_NEW: Final = mark("是新任务")
_ELSEWHERE: Final = mark("在表中的次序变了")


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One task that differs; `moves` are (label, before, after), units are in words.

    `options` are what a person may say of a task that is not joined by its words: (value, words, is chosen).
    """

    kind: ChangeKind
    label: str
    number: str
    old_number: str
    title: str
    content: tuple[Piece, ...]
    is_reworded: bool
    moves: tuple[tuple[str, str, str], ...]
    remark: str
    units_gone: tuple[str, ...]
    units_come: tuple[str, ...]
    units: tuple[str, ...]
    is_guess: bool
    options: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class ChangesView:
    """`counts` are (label, number) of each kind that occurs; tasks that stay as they were are not listed."""

    counts: tuple[tuple[str, int], ...]
    same: int
    groups: tuple[tuple[ChangeKind, str, tuple[ChangeView, ...]], ...]


def changes_view(
    changes: Sequence[TaskChange], gettext: Gettext, continues: Mapping[str, str] | None = None
) -> ChangesView:
    """With `continues` (ImportChoices) also what may still be chosen."""
    counts = Counter(change.kind for change in changes)
    free = [change.before.number for change in changes if change.kind == "removed" and change.before]

    def view(change: TaskChange) -> ChangeView:
        found = _view(change, gettext)
        return (
            found if continues is None else replace(found, options=_options(change, continues, free, gettext))
        )

    return ChangesView(
        counts=tuple((gettext(label), counts[kind]) for kind, label in CHANGE_LABELS.items() if counts[kind]),
        same=counts["same"],
        groups=tuple(
            (kind, gettext(label), tuple(view(change) for change in changes if change.kind == kind))
            for kind, label in CHANGE_LABELS.items()
            if counts[kind]
        ),
    )


def _options(
    change: TaskChange, continues: Mapping[str, str], free: Sequence[str], gettext: Gettext
) -> tuple[tuple[str, str, bool], ...]:
    """For a task that likeness joined, that a person has judged, or that may go on as one that would be gone."""
    if change.after is None:
        return ()
    chosen = continues.get(change.after.number, "")
    paired = change.before.number if change.before else ""
    if not chosen and not change.is_guess and not (change.kind == "added" and free):
        return ()
    goes_on = gettext(_GOES_ON)
    left = gettext(_BY_LIKENESS) if chosen else gettext(_IS_NEW)
    if change.is_guess:
        left = gettext(_LIKE_THIS).format(number=paired)
    options = [("", left, not chosen)]
    options += [(old, goes_on.format(number=old), chosen == old) for old in ([paired] if paired else free)]
    if paired or chosen:
        options.append((NEW_TASK, gettext(_IS_NEW), chosen == NEW_TASK))
    return tuple(options)


def _view(change: TaskChange, gettext: Gettext) -> ChangeView:
    before, after = change.before, change.after
    shown = after or before
    assert shown is not None  # noqa: S101 - a change has at least one side
    old, new = _units(before, gettext), _units(after, gettext)
    is_pair = before is not None and after is not None
    return ChangeView(
        kind=change.kind,
        label=gettext(CHANGE_LABELS[change.kind]),
        number=shown.number,
        old_number=before.number if before else "",
        title=shown.title,
        content=difference(before.content if before else "", after.content if after else ""),
        is_reworded="content" in change.fields,
        moves=tuple(
            (gettext(FIELD_LABELS[field]), getattr(before, field), getattr(after, field))
            for field in _SHOWN_FIELDS
            if field in change.fields
        ),
        remark=gettext(_ELSEWHERE) if "order" in change.fields else "",
        units_gone=tuple(name for name in old if name not in new) if is_pair else (),
        units_come=tuple(name for name in new if name not in old) if is_pair else (),
        units=new or old,
        is_guess=change.is_guess,
    )


def _units(task: TaskText | None, gettext: Gettext) -> tuple[str, ...]:
    if task is None:
        return ()
    return tuple(
        gettext("{unit}（{role}）").format(unit=name, role=role_label(role, gettext))
        for role, name in task.units
    )
