"""Stores an uploaded document as a list, with what a person has settled. All or nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlmodel import select

from tracker.actions.import_choices import (
    ImportChoices,
    chosen_periods,
    chosen_rules,
    chosen_slug,
    chosen_title,
)
from tracker.actions.import_list import ListContent, import_list
from tracker.actions.keep_import import reading_of
from tracker.actions.settle_import import settle
from tracker.errors import InputError, InvalidValueError
from tracker.i18n import mark
from tracker.importers.listfile import ListFile
from tracker.models import TaskList
from tracker.store.units import known_names

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.import_list import ImportOutcome
    from tracker.actions.settle_import import Settlement
    from tracker.domain.actors import Actor
    from tracker.importers.document import DocumentReading
    from tracker.models import PendingImport


class UnshownUnitsError(InputError):
    """The choices make other units than the preview has shown."""

    message = mark("要新建的单位与刚才显示的不同，请在下面核对后再导入。")


class ContradictionError(InputError):
    message = mark("一个名称既是单位又是集体称呼，或前后不一致：{reason}")


def commit_import(
    session: Session, actor: Actor, pending: PendingImport, shown: str, now: datetime
) -> ImportOutcome:
    """The list as previewed; `shown` is the Settlement's `made` that the person has seen.

    Raises InvalidValueError for a wrong rule, UnshownUnitsError, ContradictionError, and as `import_list`.
    """
    actor.require_coordinating()
    reading = reading_of(pending)
    choices = ImportChoices.model_validate_json(pending.choices)
    settlement = settle(reading, choices, known_names(session))
    definition = _definition(choices, reading, settlement, pending.file_name)
    stored = session.exec(select(TaskList).where(TaskList.slug == definition.slug)).first()
    if stored is not None and not choices.replaces:
        raise InvalidValueError(
            field=mark("清单代号"),
            value=definition.slug,
            reason=mark("已有同代号的清单，请换一个代号，或勾选“更新已有清单”"),
        )
    if settlement.made != shown:
        raise UnshownUnitsError
    outcome = import_list(
        session,
        actor,
        ListContent(
            definition=definition,
            tasks=settlement.tasks,
            rows=settlement.rows,
            note=reading.note,
            problems=settlement.problems,
            source_name=pending.file_name,
            source_hash=hashlib.sha256(pending.file_data).hexdigest(),
        ),
        now,
    )
    session.delete(pending)
    return outcome


def _definition(
    choices: ImportChoices, reading: DocumentReading, settlement: Settlement, file_name: str
) -> ListFile:
    slug, title = chosen_slug(choices), chosen_title(choices)
    rules = chosen_rules(choices, reading.document.rules)
    first, last = chosen_periods(choices)
    try:
        return ListFile(
            slug=slug,
            title=title,
            document=Path(file_name),
            first_period=first,
            last_period=last,
            rules=rules,
            units=settlement.unit_entries(),
            groups=settlement.group_entries(),
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        raise ContradictionError(reason=found.get("ctx", {}).get("error", found["msg"])) from error
