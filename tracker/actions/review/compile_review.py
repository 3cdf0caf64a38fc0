"""One page of what waits for a reviewer: each text with what is needed beside it to judge it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.near_copies import FiledText
from tracker.domain.periods import parse_period
from tracker.domain.text_flags import FlagContext, Reported, flags_of, targets_in
from tracker.models import Measure, TaskList, key
from tracker.store.lists import measures_of
from tracker.store.review_texts import (
    file_names,
    last_texts,
    said_of,
    targets_of_tasks,
    texts_beside,
    versions_of,
)
from tracker.store.rounds import find_round, round_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.periods import Period
    from tracker.domain.text_flags import Flag
    from tracker.models import ProgressUpdate, ReportingRound
    from tracker.store.review_queue import WaitingRow
    from tracker.store.review_texts import Beside, Said, Version


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """`versions` are all that were filed, the newest first, with the words on each; `last` is the text of the
    period before. `flags` are of the newest version; a nil report has none."""

    row: WaitingRow
    measure: Measure | None
    versions: Sequence[Version]
    last: ProgressUpdate | None
    said: Sequence[Said]
    files: Sequence[str]
    flags: tuple[Flag, ...]

    @property
    def update(self) -> ProgressUpdate:
        return self.versions[0].update


@dataclass(frozen=True, slots=True)
class ReviewPage:
    last_period: Period
    cards: tuple[ReviewCard, ...]


def compile_review(
    session: Session,
    settings: Settings,
    reporting_round: ReportingRound,
    rows: Sequence[WaitingRow],
    *,
    within: Collection[int] | None = None,
) -> ReviewPage:
    """The cards of `rows`; `within` are the only units whose texts the reviewer may see beside them."""
    rules = round_rules(reporting_round)
    before = parse_period(reporting_round.period, rules.period_type).shift(-1)
    unit_ids = {key(row.unit) for row in rows}
    task_ids = {key(row.task) for row in rows}
    versions = versions_of(session, [key(row.obligation) for row in rows])
    said = said_of(session, reporting_round, [key(found[0].update) for found in versions.values()])
    files = file_names(session, reporting_round, unit_ids, task_ids)
    targets = targets_of_tasks(session, task_ids)
    measures = measures_of(session, reporting_round.version_id)
    task_list = session.get_one(TaskList, reporting_round.list_id)
    previous = find_round(session, task_list, before)
    last = last_texts(session, previous, unit_ids, {row.task.lineage for row in rows}) if previous else {}
    beside = _Beside(texts_beside(session, reporting_round, task_ids, unit_ids, within=within))
    cards = []
    for row in rows:
        unit_id, task_id = key(row.unit), key(row.task)
        found = versions[key(row.obligation)]
        update = found[0].update
        of_indicators = said.get(key(update), [])
        former = last.get((unit_id, row.task.lineage))
        context = FlagContext(
            id=key(row.obligation),
            limit=rules.character_limit,
            last=FiledText(0, before.label, former.text) if former else None,
            same_task=beside.of_task[task_id],
            same_unit=beside.of_unit[unit_id],
            targets=targets.get(task_id) or targets_in(row.task.content),
            reported=[
                Reported(one.indicator.name, one.indicator.unit, one.value.value) for one in of_indicators
            ],
            stock_phrases=settings.review.stock_phrases,
        )
        cards.append(
            ReviewCard(
                row=row,
                measure=measures.get(row.task.measure_id or 0),
                versions=found,
                last=former,
                said=of_indicators,
                files=files.get((unit_id, task_id), ()),
                flags=() if update.nil_reason else flags_of(update.text, context),
            )
        )
    return ReviewPage(before, tuple(cards))


class _Beside:
    """The texts beside those of a page: other units' by task, named by unit; a unit's others, named by task."""

    def __init__(self, found: Sequence[Beside]) -> None:
        self.of_task: dict[int, list[FiledText]] = defaultdict(list)
        self.of_unit: dict[int, list[FiledText]] = defaultdict(list)
        for one in found:
            self.of_task[one.task_id].append(FiledText(one.obligation_id, one.unit, one.text))
            self.of_unit[one.unit_id].append(FiledText(one.obligation_id, one.task_number, one.text))
