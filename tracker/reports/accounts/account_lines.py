"""What an account (报告, 通报, 总结) is made of: numbers and finished words, nothing that a template has to work out.

Every field is a text, a number, a truth value, or a tuple of such lines. Texts of users are as filed, hidden characters
written out; whoever prints them escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """`on_time` + `late` = `filed`, `filed` + `missing` = `expected`; the rates are words: 95.8%, or — of nothing."""

    expected: int
    filed: int
    on_time: int
    late: int
    missing: int
    nil: int
    exempt: int
    returned: int
    accepted: int
    completeness: str
    timeliness: str


@dataclass(frozen=True, slots=True)
class KindCounts:
    """Departments or counties; `units` is how many of them owe something."""

    label: str
    units: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Progress:
    """How the tasks stand by their leads' own judgement; the five classes add up to `total`.

    `silent` of those `behind` filed nothing, or that there was nothing to report. Not in `total` are `exempt` tasks, whose
    leads are.
    """

    total: int
    ahead: int
    on_schedule: int
    behind: int
    done: int
    unassessed: int
    silent: int
    exempt: int
    sentence: str


@dataclass(frozen=True, slots=True)
class LeadLine:
    """What the lead of a task filed; `words` is "" where it filed nothing, and then `note` says so.

    A lead that `is_stuck` has its words in the account's `stuck`; `progress` is "" where the list asks no assessment.
    """

    unit: str
    words: str
    progress: str
    note: str
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    """`others` says how the other units that owe the task stand, "" where there are none."""

    number: str
    content: str
    leads: tuple[LeadLine, ...]
    others: str


@dataclass(frozen=True, slots=True)
class MeasureBlock:
    """A measure, or a section where the list has no measures. `ordinal` is 一, 二 …; `title` is without its own number.

    `section` is "" where it repeats.
    """

    ordinal: str
    section: str
    title: str
    counts: Counts
    sentence: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """`value` and `share` are — where there is none."""

    task_number: str
    name: str
    target: str
    target_date: str
    value: str
    share: str
    period: str
    note: str


@dataclass(frozen=True, slots=True)
class StuckLine:
    """A task with why it is stuck, the gravest first; `lead` is "" where nobody leads. `words` are the lead's own."""

    ordinal: str
    number: str
    content: str
    lead: str
    reasons: str
    words: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with so many of its tasks: `tasks` is 第1—3、7项, `note` that it was given a later day."""

    unit: str
    count: int
    tasks: str
    note: str


@dataclass(frozen=True, slots=True)
class KindFaults:
    """Units of one kind by name. `awaited` are not due yet; what is `excused_…` was struck out after an appeal.

    late + excused_late = the late of `counts`; missing + awaited + excused_missing = the missing. `sentences` say all
    that there is, one a paragraph. `ordinal` is 一, 二 …
    """

    ordinal: str
    label: str
    counts: Counts
    late: tuple[UnitLine, ...]
    missing: tuple[UnitLine, ...]
    awaited: tuple[UnitLine, ...]
    excused_late: tuple[UnitLine, ...]
    excused_missing: tuple[UnitLine, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankedLine:
    """`place` is shared by units with the same score. `card` is what is proposed, "" for none and in a circular."""

    place: int
    unit: str
    score: str
    deductions: str
    excused: str
    extended: str
    card: str
    is_to_be_interviewed: bool


@dataclass(frozen=True, slots=True)
class RankingTable:
    """`waiting` have no place yet: so many of their texts are missing and not due."""

    label: str
    rows: tuple[RankedLine, ...]
    waiting: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class BestUnits:
    """The units of a kind to be praised: those without a fault, else the best of those that nobody has to name."""

    label: str
    names: str
    count: int
    is_flawless: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """Drafts for a person to decide on: names of units, "" for nobody; a circular has none."""

    red_cards: str
    yellow_cards: str
    interviews: str


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in a table of several, the oldest first; `is_this` is the round of the account."""

    period: str
    counts: Counts
    is_this: bool


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """What a lead filed in one period."""

    period: str
    unit: str
    progress: str
    words: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A task over the periods, the oldest first."""

    number: str
    content: str
    periods: tuple[PeriodLine, ...]
