"""Published accounts for tests: drafted, published, and with documents that are quick to make."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from unittest import mock

from tests.actions.chasing.test_tell_coordinators import staged
from tests.example import COORDINATOR, SHANGHAI
from tracker.actions.documents import publish_circular as publishing
from tracker.actions.documents.draft_circular import draft_circular
from tracker.actions.documents.publish_circular import publish_circular
from tracker.actions.documents.render_account import RenderedFile
from tracker.models import CircularKind, ReportingRound, TaskList, key

if TYPE_CHECKING:
    from tests.example import Example
    from tracker.actions.documents.prepare_account import PreparedAccount
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.actors import Actor

# Two days after the due day.
PUBLISHED_AT = datetime(2024, 10, 8, 15, tzinfo=SHANGHAI)


def plain_files(prepared: PreparedAccount, _settings: Settings) -> tuple[RenderedFile, ...]:
    """Word, LibreOffice and workbooks are other tests' concern: what is published here is one sentence."""
    return tuple(plain_file(prepared, form, _settings) for form in ("docx", "html", "xlsx"))


def plain_file(prepared: PreparedAccount, form: str, _settings: Settings) -> RenderedFile:
    account = prepared.account
    words = f"{account.issue} {account.sentence}"
    content = f'<html lang="zh-CN"><p>{words}</p></html>' if form == "html" else words
    return RenderedFile(form, f"{account.title}.{form}", content.encode())


def stage(database: Database, settings: Settings) -> Example:
    with database.transaction() as session:
        return staged(session, settings)


def draft(
    database: Database,
    settings: Settings,
    example: Example,
    kind: CircularKind = CircularKind.REPORT,
    now: datetime = PUBLISHED_AT,
) -> int:
    with database.transaction() as session:
        task_list = session.get_one(TaskList, example.task_list.id)
        current = session.get_one(ReportingRound, example.round.id)
        return key(draft_circular(session, COORDINATOR, settings, task_list, current, kind, now))


def publish(
    database: Database,
    settings: Settings,
    example: Example,
    kind: CircularKind = CircularKind.REPORT,
    now: datetime = PUBLISHED_AT,
) -> int:
    """The id of a published account, with plain files."""
    circular_id = draft(database, settings, example, kind, now)
    publish_plainly(database, settings, COORDINATOR, circular_id, now)
    return circular_id


def publish_plainly(
    database: Database, settings: Settings, actor: Actor, circular_id: int, now: datetime
) -> None:
    with mock.patch.object(publishing, "render_files", plain_files):
        publish_circular(database, settings, actor, circular_id, now)
