"""What a new version of a document does to its tasks: which are the same ones, and what became of each."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from rapidfuzz import fuzz

from tracker.domain.names import normalise_name
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ChangeKind = Literal["same", "moved", "changed", "added", "removed"]
Field = Literal["number", "section", "measure", "title", "content", "deadline", "units", "order"]

CHANGE_LABELS: Final[dict[ChangeKind, str]] = {
    "changed": mark("修改"),
    "added": mark("新增"),
    "removed": mark("删除"),
    "moved": mark("移动"),
}
FIELD_LABELS: Final[dict[Field, str]] = {
    "number": mark("序号"),
    "section": mark("板块"),
    "measure": mark("措施"),
    "title": mark("标题"),
    "content": mark("内容"),
    "deadline": mark("完成时限"),
    "units": mark("单位"),
    "order": mark("次序"),
}
# Of 100. Tasks of one number are taken for each other sooner than tasks of two.
_ALIKE_AT_ITS_NUMBER: Final = 50
_ALIKE: Final = 70
# Every pair of what is left is compared: two documents without anything in common are not, beyond this.
_MOST_PAIRS: Final = 1_000_000
_PLACE: Final[frozenset[Field]] = frozenset({"number", "section", "measure", "order"})


@dataclass(frozen=True, slots=True)
class TaskText:
    """A task as a person compares it; `units` are (role, name) in the document's order."""

    number: str
    section: str
    measure: str
    title: str
    content: str
    deadline: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One task and what became of it; `before` is None for an added one, `after` for a removed one.

    `fields` are those that differ. `is_guess` says that likeness made the pair, not equal words.
    """

    kind: ChangeKind
    before: TaskText | None
    after: TaskText | None
    fields: frozenset[Field] = frozenset()
    is_guess: bool = False


def compare_tasks(
    before: Sequence[TaskText], after: Sequence[TaskText], continues: Mapping[str, str] | None = None
) -> tuple[TaskChange, ...]:
    """Every task of either version once: those of `after` in its order, then the removed ones.

    `continues` is a person's word: by number in `after` the number in `before`, or "" for a new task. Without it
    tasks of the same words are the same, then those that are alike: at one number sooner than at two.
    """
    pairs, guessed = _pairs(before, after, continues or {})
    kept = _in_order([pairs[place] for place in sorted(pairs)])
    changes = []
    for place, task in enumerate(after):
        if place not in pairs:
            changes.append(TaskChange("added", None, task))
            continue
        old = before[pairs[place]]
        fields = _differing(old, task, is_in_order=pairs[place] in kept)
        kind: ChangeKind = "same" if not fields else "moved" if fields <= _PLACE else "changed"
        changes.append(TaskChange(kind, old, task, fields, is_guess=place in guessed))
    gone = set(range(len(before))) - set(pairs.values())
    changes += [TaskChange("removed", before[place], None) for place in sorted(gone)]
    return tuple(changes)


def _pairs(
    before: Sequence[TaskText], after: Sequence[TaskText], continues: Mapping[str, str]
) -> tuple[dict[int, int], set[int]]:
    """Places in `before` by places in `after`, and which of these rest on likeness."""
    pairs: dict[int, int] = {}
    by_number = {task.number: place for place, task in enumerate(before)}
    for place, task in enumerate(after):
        wanted = by_number.get(continues.get(task.number, ""))
        if wanted is not None and wanted not in pairs.values():
            pairs[place] = wanted
    new = {place for place, task in enumerate(after) if continues.get(task.number) == ""}
    _pair_equal(before, after, pairs, new)
    certain = set(pairs)
    _pair_alike(before, after, pairs, new)
    return pairs, set(pairs) - certain


def _pair_equal(
    before: Sequence[TaskText], after: Sequence[TaskText], pairs: dict[int, int], new: set[int]
) -> None:
    """Pairs tasks of the same words: at the same number first, then in their order."""
    left: dict[str, list[int]] = defaultdict(list)
    taken = set(pairs.values())
    for place, task in enumerate(before):
        if place not in taken:
            left[_words(task)].append(place)
    open_places = [place for place in range(len(after)) if place not in pairs and place not in new]
    for same_number in (True, False):
        for place in open_places:
            if place in pairs:
                continue
            candidates = left[_words(after[place])]
            found = next(
                (old for old in candidates if not same_number or before[old].number == after[place].number),
                None,
            )
            if found is not None:
                candidates.remove(found)
                pairs[place] = found


def _pair_alike(
    before: Sequence[TaskText], after: Sequence[TaskText], pairs: dict[int, int], new: set[int]
) -> None:
    """Pairs what is left by likeness, the most alike first."""
    rows = [place for place in range(len(after)) if place not in pairs and place not in new]
    taken = set(pairs.values())
    columns = [place for place in range(len(before)) if place not in taken]
    if not rows or not columns or len(rows) * len(columns) > _MOST_PAIRS:
        return
    old_words = {old: _words(before[old]) for old in columns}
    ranked = []
    for place in rows:
        words = _words(after[place])
        for old in columns:
            has_number = after[place].number == before[old].number
            least = _ALIKE_AT_ITS_NUMBER if has_number else _ALIKE
            if score := fuzz.ratio(words, old_words[old], score_cutoff=least):
                ranked.append((-score, not has_number, place, old))
    free = set(columns)
    for _score, _has_other_number, place, old in sorted(ranked):
        if place not in pairs and old in free:
            pairs[place] = old
            free.remove(old)


def _words(task: TaskText) -> str:
    return normalise_name(task.content or task.title)


def _differing(before: TaskText, after: TaskText, *, is_in_order: bool) -> frozenset[Field]:
    names: tuple[Field, ...] = ("number", "section", "measure", "title", "content", "deadline", "units")
    found: set[Field] = {name for name in names if getattr(before, name) != getattr(after, name)}
    if not is_in_order:
        found.add("order")
    return frozenset(found)


def _in_order(places: Iterable[int]) -> set[int]:
    """A longest part of `places` that ascends: what is outside has been moved past its neighbours."""
    ends: list[int] = []
    at_end: list[int] = []
    previous: dict[int, int | None] = {}
    for place in places:
        length = bisect_left(ends, place)
        previous[place] = at_end[length - 1] if length else None
        if length == len(ends):
            ends.append(place)
            at_end.append(place)
        else:
            ends[length] = at_end[length] = place
    kept: set[int] = set()
    last = at_end[-1] if at_end else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return kept
