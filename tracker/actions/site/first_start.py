"""Takes a site from nothing to a working page: database, list, round, coordinator. Repeatable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.people.accounts import add_account, has_accounts
from tracker.actions.rounds.open_round import covered_periods, open_round
from tracker.actions.site.prepare_database import prepare_database
from tracker.domain.actors import Role
from tracker.store.lists import all_lists, list_by_slug
from tracker.store.rounds import rounds_of

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor

FIRST_LIST = "guilin-2022-2024"
FIRST_USER = "coordinator"


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What was done; each field is None or "" where it had been done before."""

    imported: str = ""
    opened: str = ""
    is_chasing: bool = True
    username: str = ""
    password: str = ""


def first_start(database: Database, settings: Settings, actor: Actor, now: datetime) -> FirstStart:
    """Migrates; imports the first list and opens its last period in an empty site; adds the first account, an administrator's,
    who may do all that a coordinator may."""
    prepare_database(database)
    imported = opened = username = password = ""
    is_chasing = True
    with database.transaction() as session:
        if not all_lists(session):
            imported = import_list(session, actor, load_list(settings, FIRST_LIST), now).title
            task_list = list_by_slug(session, FIRST_LIST)
            if not rounds_of(session, task_list):
                *_earlier, last = covered_periods(task_list)
                first_round = open_round(session, actor, settings, task_list, last.key, now)
                opened, is_chasing = first_round.period, first_round.is_chasing
        if not has_accounts(session):
            # Whoever starts a site alone has to be able to do everything on its pages.
            account, password = add_account(session, actor, FIRST_USER, Role.ADMINISTRATOR, now)
            username = account.username
    return FirstStart(imported, opened, is_chasing, username, password)
