"""Stores a document as a list, with what a person has settled. All or nothing; the page and the command alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlmodel import select

from tracker.actions.lists.check_choices import check_choices
from tracker.actions.lists.compare_versions import stored_numbers
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.list_content import ListContent
from tracker.actions.lists.settle_import import settle
from tracker.errors import InputError
from tracker.i18n import mark
from tracker.importers.listfile import ListFile
from tracker.models import TaskList
from tracker.store.units import known_names

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.lists.check_choices import ChosenList
    from tracker.actions.lists.import_draft import ImportDraft
    from tracker.actions.lists.import_list import ImportOutcome
    from tracker.actions.lists.settle_import import Settlement
    from tracker.domain.actors import Actor


class UnshownUnitsError(InputError):
    """The choices make other units than the preview has shown."""

    message = mark("要新建的单位与刚才显示的不同，请在下面核对后再导入。")


class ContradictionError(InputError):
    message = mark("一个名称既是单位又是集体称呼，或前后不一致：{reason}")


def commit_import(
    session: Session, actor: Actor, draft: ImportDraft, now: datetime, *, shown: str | None = None
) -> ImportOutcome:
    """The list as `settle` shows it; `shown` is the Settlement's `made` that a person has seen, where one has.

    Raises WrongChoicesError with all that is wrong, UnshownUnitsError, ContradictionError, InvalidValueError
    for a name that is none, and as `import_list`.
    """
    actor.require_coordinating()
    settlement = settle(draft.reading, draft.choices, known_names(session))
    slugs = frozenset(session.exec(select(TaskList.slug)).all())
    chosen = check_choices(
        draft.choices,
        draft.reading.document.rules,
        settlement,
        slugs,
        stored_numbers(session, draft.choices.slug),
    )
    definition = _definition(chosen, settlement, draft.source_name)
    if shown is not None and settlement.made != shown:
        raise UnshownUnitsError
    return import_list(
        session,
        actor,
        ListContent(
            definition=definition,
            tasks=settlement.tasks,
            rows=settlement.rows,
            note=draft.reading.note,
            problems=settlement.problems,
            source_name=draft.source_name,
            source_hash=draft.source_hash,
            outline=draft.reading.document.outline,
            indicators=settlement.indicators.found,
            indicator_sets=settlement.indicators.sets,
            indicator_states=settlement.indicators.states,
            continues=draft.choices.going_on(),
        ),
        now,
    )


def _definition(chosen: ChosenList, settlement: Settlement, file_name: str) -> ListFile:
    try:
        return ListFile(
            slug=chosen.slug,
            title=chosen.title,
            document=Path(file_name),
            first_period=chosen.first_period,
            last_period=chosen.last_period,
            rules=chosen.rules,
            units=settlement.unit_entries(),
            groups=settlement.group_entries(),
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        raise ContradictionError(reason=found.get("ctx", {}).get("error", found["msg"])) from error
