"""A plan text read as tasks: its annotated items, or its numbered items where nothing is annotated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import read_units
from tracker.importers.parsed import OutlineItem
from tracker.importers.plans.annotation_units import AnnotationReading
from tracker.importers.plans.duties import read_duties
from tracker.importers.plans.lead_rules import carried_phrase, read_lead_rule
from tracker.importers.plans.leads import deadline_of
from tracker.importers.plans.numbering import without_number
from tracker.importers.plans.outline import read_outline, speaks_of_aims, title_of
from tracker.importers.plans.reach import reach
from tracker.importers.plans.segments import annotate, segments_of
from tracker.importers.problem import Problem
from tracker.importers.tables.rows import TaskRow
from tracker.importers.tables.tasks import task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.unit_names import UnitMention
    from tracker.importers.parsed import ParsedTask
    from tracker.importers.plans.lead_rules import LeadRule
    from tracker.importers.plans.lines import Line
    from tracker.importers.plans.outline import Item
    from tracker.importers.plans.segments import Paragraph, Segment

# No document carries on more; it keeps a hostile one from binding every task to everybody.
_MOST_CARRIED: Final = 40


@dataclass(frozen=True, slots=True)
class PlanReading:
    """The tasks of a text, one row each: a row's `units` is what the annotation says, as written."""

    tasks: tuple[ParsedTask, ...] = ()
    rows: tuple[TaskRow, ...] = ()
    outline: tuple[OutlineItem, ...] = ()
    all_items: tuple[OutlineItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_annotated: bool = False
    lead: LeadRule = "unknown"
    has_stated_leads: bool = False


def read_plan(lines: Sequence[Line]) -> PlanReading:
    """The tasks of `lines`. Without a single annotation the numbered items are the tasks, and need units."""
    items = read_outline(lines)
    reached = reach(items, annotate(items))
    paragraphs = [one.paragraphs for one in reached]
    segments = [segments_of(one.item, one.paragraphs, one.below) for one in reached]
    reading = _annotated(items, paragraphs, segments) if any(segments) else _unannotated(items)
    return replace(reading, all_items=tuple(found for item in items if (found := _outlined(item))))


def _annotated(
    items: Sequence[Item], paragraphs: Sequence[Sequence[Paragraph]], segments: Sequence[Sequence[Segment]]
) -> PlanReading:
    lead, carried = _stated_outside(paragraphs)
    numbers = iter(_numbers([segment for found in segments for segment in found]))
    places = Counter(segment.where for found in segments for segment in found)
    seen: Counter[str] = Counter()
    rows: list[TaskRow] = []
    tasks: list[ParsedTask] = []
    problems: list[Problem] = []
    for segment in (segment for found in segments for segment in found):
        reading = segment.reading
        if reading.rule and reading.rule.holds_below:
            lead = reading.rule.lead
        seen[segment.where] += 1
        where = segment.where
        if places[where] > 1:
            where = f"{where}第 {seen[where]} 处"
        row = _row(segment, next(numbers), where)
        here = reading.rule.lead if reading.rule else lead
        read = task_of(row, reading, here, carried)
        tasks.append(replace(read.task, title=title_of(without_number(row.content))))
        rows.append(row)
        problems += read.problems
        if not reading.units:
            problems.append(_units_missing(row))
        carried = tuple(dict.fromkeys((*carried, *reading.carried)))[:_MOST_CARRIED]
    outline = [_outlined(item) for item, found in zip(items, segments, strict=True) if len(found) != 1]
    return PlanReading(
        tasks=tuple(tasks),
        rows=tuple(rows),
        outline=tuple(item for item in outline if item),
        problems=tuple(problems),
        is_annotated=True,
        lead=lead,
        has_stated_leads=any(task.lead_certain for task in tasks),
    )


def _unannotated(items: Sequence[Item]) -> PlanReading:
    """Every numbered item a task; its units are those that a running sentence makes answerable, if any."""
    leaves = [item for item in items if _is_task(item)]
    numbers = _unique([(item, "") for item in leaves])
    rows: list[TaskRow] = []
    tasks: list[ParsedTask] = []
    for item, number in zip(leaves, numbers, strict=True):
        text = "\n".join(line.text for line in item.paragraphs)
        row = replace(_plain_row(item, number, text), deadline=deadline_of("", text))
        read = task_of(row, read_duties(text) or AnnotationReading(), "unknown")
        rows.append(row)
        tasks.append(replace(read.task, title=title_of(without_number(item.paragraphs[0].text))))
    chosen = {id(item) for item in leaves}
    outline = [_outlined(item) for item in items if id(item) not in chosen]
    return PlanReading(
        tasks=tuple(tasks),
        rows=tuple(rows),
        outline=tuple(item for item in outline if item),
        has_stated_leads=any(task.lead_certain for task in tasks),
    )


def _is_task(item: Item) -> bool:
    """A numbered item with nothing below it, unless its headings say that it is no task."""
    if item.numbering is None or item.has_children or not item.paragraphs:
        return False
    return not any(speaks_of_aims(heading.title) for heading in (*item.ancestors(), item))


def _stated_outside(paragraphs: Sequence[Sequence[Paragraph]]) -> tuple[LeadRule, tuple[UnitMention, ...]]:
    """Rules that stand in no annotation: a note under the list, a sentence above it. They hold for all of it."""
    lead: LeadRule = "unknown"
    carried: tuple[UnitMention, ...] = ()
    for paragraph in (one for found in paragraphs for one in found):
        text = paragraph.line.text
        if "牵头" not in text and "主办" not in text and "不再" not in text:
            continue
        for annotation in reversed(paragraph.annotations):
            text = text[: annotation.start] + text[annotation.end :]
        if lead == "unknown" and (stated := read_lead_rule(text)):
            lead = stated.lead
        for sentence in text.split("。"):
            if "不再" in sentence and (phrase := carried_phrase(sentence)):
                carried = (*carried[:_MOST_CARRIED], *(m for m in read_units(phrase).mentions if m.is_group))
    return lead, tuple(dict.fromkeys(carried))[:_MOST_CARRIED]


def _row(segment: Segment, number: str, where: str) -> TaskRow:
    item = segment.item
    content = segment.content or item.title or (item.parent.title if item.parent else "")
    row = _plain_row(item, number, content)
    units = " ".join(segment.annotation.text.split())
    if segment.of > 1 and item.numbering is not None:
        headings = [heading.heading for heading in (*item.ancestors(), item) if heading.title]
        section, measure = _section_and_measure(headings)
        row = replace(row, section=section, measure=measure)
    return replace(row, units=units, deadline=deadline_of(segment.reading.deadline, content), where=where)


def _plain_row(item: Item, number: str, content: str) -> TaskRow:
    section, measure = _section_and_measure(
        [heading.heading for heading in item.ancestors() if heading.title]
    )
    return TaskRow(
        number=number,
        section=section,
        measure=measure,
        content=content,
        units="",
        units_are_inherited=False,
        deadline="",
        where=item.where,
    )


def _section_and_measure(headings: Sequence[str]) -> tuple[str, str]:
    """The outermost heading and the nearest one; a single heading is the measure."""
    if not headings:
        return "", ""
    return (headings[0] if len(headings) > 1 else ""), headings[-1]


def _numbers(segments: Sequence[Segment]) -> list[str]:
    return _unique([(one.item, f"-{one.nth}" if one.of > 1 else "") for one in segments])


def _unique(places: Sequence[tuple[Item, str]]) -> list[str]:
    """A number for each task, no two alike: as printed where that is enough, or with the one above (4(2))."""
    plain = [item.numbering.plain if item.numbering else "" for item, _ in places]
    shallowest: dict[str, int] = {}
    owners: dict[tuple[str, int], set[int]] = {}
    for number, (item, _) in zip(plain, places, strict=True):
        shallowest[number] = min(shallowest.get(number, item.level), item.level)
        owners.setdefault((number, item.level), set()).add(id(item))
    # Where one of a list needs the number above, all of it get it: 4(1), 4(2).
    unclear = {
        id(item.parent)
        for number, (item, _) in zip(plain, places, strict=True)
        if shallowest[number] != item.level
        or len(owners[number, item.level]) > 1
        or _is_printed_with_parent(item)
    }
    short = [
        number if id(item.parent) not in unclear else _with_parent(item)
        for number, (item, _) in zip(plain, places, strict=True)
    ]
    holders: dict[str, set[int]] = {}
    for text, (item, _) in zip(short, places, strict=True):
        holders.setdefault(text, set()).add(id(item.parent))
    numbers: list[str] = []
    taken: Counter[str] = Counter()
    for brief, (item, suffix) in zip(short, places, strict=True):
        text = brief if len(holders[brief]) == 1 else _path(item)
        # What no number tells apart is counted through.
        text = f"{text}{suffix}" if text else str(len(numbers) + 1)
        taken[text] += 1
        while taken[text] > 1:
            text = f"{text}#{taken[text]}"
            taken[text] += 1
        numbers.append(text)
    return numbers


def _with_parent(item: Item) -> str:
    if item.numbering is None:
        return ""
    above = item.parent.numbering if item.parent else None
    label = item.numbering.label.rstrip("、.．：: ")
    return f"{above.label.rstrip('、.．：: ')}{label}" if above else label


def _is_printed_with_parent(item: Item) -> bool:
    """Whether both numbers stand in one line: 6.（1）做好…."""
    return item.parent is not None and item.parent.numbering is not None and item.parent.where == item.where


def _path(item: Item) -> str:
    """All numbers above and its own: 三-1-一."""
    return "-".join(one.numbering.plain for one in (*item.ancestors(), item) if one.numbering)


def _outlined(item: Item) -> OutlineItem | None:
    if item.numbering is None or not item.title:
        return None
    return OutlineItem(item.where, item.level, item.numbering.label, item.title)


def _units_missing(row: TaskRow) -> Problem:
    message = f"“{row.number}”写了责任单位一栏，但没有读到单位。请补写。"
    return Problem(row.where, "units_missing", message, is_blocking=False)
