"""Accounts drafted, published once and for ever, numbered without gaps, corrected by a new edition."""

from __future__ import annotations

import gzip
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from tests.actions.publishing import PUBLISHED_AT, draft, plain_files, publish, stage
from tests.example import COORDINATOR
from tracker.actions.documents import draft_circular as drafting
from tracker.actions.documents import publish_circular as module
from tracker.actions.documents import verify_circular as verifying
from tracker.actions.documents.correct_circular import correct_circular, edition_before
from tracker.actions.documents.draft_circular import (
    discard_draft,
    draft_circular,
    draft_summary,
    mark_of,
    save_words,
    words_of,
)
from tracker.actions.documents.publish_circular import publish_circular
from tracker.actions.documents.read_accounts import frozen_of
from tracker.actions.documents.verify_circular import verify_circular
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.compare_rounds import compare_editions
from tracker.domain.actors import Actor, Role
from tracker.errors import (
    CircularPublishedError,
    CircularSupersededError,
    CircularUnpublishedError,
    ControlCharacterError,
    DraftOvertakenError,
    DraftWaitsError,
    ForbiddenError,
    FrozenDataError,
    InvalidValueError,
    NothingToSummariseError,
    ValueTooLongError,
)
from tracker.models import (
    Circular,
    CircularFile,
    CircularKind,
    Obligation,
    ReportingRound,
    ReviewOutcome,
    key,
)
from tracker.reports.accounts.account import account_of
from tracker.store.circulars import circular_by_id, editions_of, open_draft

if TYPE_CHECKING:
    from datetime import datetime

    from tests.example import Example
    from tracker.config import Settings
    from tracker.db import Database

LATER = PUBLISHED_AT + timedelta(days=1)
REPORT, CIRCULAR = CircularKind.REPORT, CircularKind.CIRCULAR


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "render_files", plain_files)


def read(database: Database, circular_id: int) -> Circular:
    """With its data."""
    with database.reading() as session:
        return session.get_one(Circular, circular_id)


def file_more(database: Database, example: Example, now: datetime) -> None:
    """The bureau, which had filed nothing, files its first task."""
    with database.transaction() as session:
        current = session.get_one(ReportingRound, example.round.id)
        filing = Filing(example.tasks[0], "市示例局第1项已完成")
        outcome = submit(session, example.filer(example.bureau), current, example.bureau, [filing], now)
        assert outcome.refused == ()


def test_a_draft_proposes_a_title_and_is_one_for_each_kind(database: Database, settings: Settings) -> None:
    example = stage(database, settings)
    report, circular = draft(database, settings, example), draft(database, settings, example, CIRCULAR)
    assert draft(database, settings, example) == report != circular
    with database.reading() as session:
        found = circular_by_id(session, report)
        assert (found.title, found.number, found.published_at) == (
            "示例任务清单2024年第三季度落实情况报告",
            None,
            None,
        )
        assert circular_by_id(session, circular).title == "关于示例任务清单2024年第三季度落实情况的通报"


def test_a_span_without_rounds_is_not_drafted(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    with pytest.raises(NothingToSummariseError), sqlite_database.transaction() as session:
        draft_summary(session, COORDINATOR, settings, example.task_list, "1999", PUBLISHED_AT)
    with sqlite_database.reading() as session:
        assert session.exec(select(Circular)).all() == []


def test_two_who_begin_at_once_get_one_draft(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = stage(database, settings)

    def slow(*args: Any) -> Circular | None:
        found = open_draft(*args)
        # Time for the others to look too, if nothing keeps them.
        time.sleep(0.2)
        return found

    monkeypatch.setattr(drafting, "open_draft", slow)
    found: list[int] = []
    workers = [
        threading.Thread(target=lambda: found.append(draft(database, settings, example))) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_words_are_kept_cleaned_and_limited(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    circular_id = draft(sqlite_database, settings, example)
    with sqlite_database.transaction() as session:
        save_words(
            session, COORDINATOR, circular_id, " 标题\n一 ", {"overall": " 总体平稳。\n ", "praise": ""}
        )
        save_words(session, COORDINATOR, circular_id, "标题一", {"next_steps": "继续。"})
        assert words_of(circular_by_id(session, circular_id)) == {
            "overall": "总体平稳。",
            "next_steps": "继续。",
        }
        assert circular_by_id(session, circular_id).title == "标题一"
    for error, title, words in (
        (InvalidValueError, " ", {}),
        (ValueTooLongError, "长" * 201, {}),
        (ValueTooLongError, "标题", {"overall": "长" * 5001}),
        (ControlCharacterError, "标题", {"overall": "甲\x00乙"}),
        (InvalidValueError, "标题", {"figures": "改数字"}),
    ):
        with pytest.raises(error), sqlite_database.transaction() as session:
            save_words(session, COORDINATOR, circular_id, title, words)
    assert read(sqlite_database, circular_id).title == "标题一"


def test_a_draft_changed_by_another_is_neither_saved_over_nor_published(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    circular_id = draft(sqlite_database, settings, example)
    seen = mark_of(read(sqlite_database, circular_id))
    with sqlite_database.transaction() as session:
        save_words(session, COORDINATOR, circular_id, "标题", {"overall": "甲的文字"}, seen=seen)
    with pytest.raises(DraftOvertakenError), sqlite_database.transaction() as session:
        save_words(session, COORDINATOR, circular_id, "标题", {"overall": "乙的文字"}, seen=seen)
    with pytest.raises(DraftOvertakenError):
        publish_circular(sqlite_database, settings, COORDINATOR, circular_id, LATER, seen=seen)
    found = read(sqlite_database, circular_id)
    assert (found.published_at, words_of(found)) == (None, {"overall": "甲的文字"})


def test_publishing_pins_the_moment_the_data_the_files_and_a_number(
    database: Database, settings: Settings
) -> None:
    example = stage(database, settings)
    circular_id = publish(database, settings, example)
    found = read(database, circular_id)
    assert (found.number, found.year, found.edition) == (1, 2024, 1)
    assert (found.cut_off_at, found.published_at, found.published_by) == (
        PUBLISHED_AT,
        PUBLISHED_AT,
        "统筹人",
    )
    frozen = frozen_of(found)
    assert (frozen.report.rates.expected, frozen.report.rates.filed) == (8, 3)
    assert frozen.report.as_of == PUBLISHED_AT
    with database.reading() as session:
        files = session.exec(select(CircularFile)).all()
    assert [file.form for file in files] == ["docx", "html", "xlsx"]
    assert all("第1期 应报8项，已报3项" in file.content.decode() for file in files)


def test_nothing_changes_what_is_published(database: Database, settings: Settings) -> None:
    example = stage(database, settings)
    circular_id = publish(database, settings, example)
    before = read(database, circular_id)
    file_more(database, example, LATER)
    with database.transaction() as session:
        county = session.exec(
            select(Obligation).where(
                Obligation.unit_id == example.county_a.id, Obligation.task_id == example.tasks[0].id
            )
        ).one()
        review_update(
            session, COORDINATOR, county, example.tasks[0], ReviewOutcome.RETURNED, LATER, reason="补"
        )
    for act in (
        lambda session: save_words(session, COORDINATOR, circular_id, "别的标题", {}),
        lambda session: discard_draft(session, COORDINATOR, circular_id),
    ):
        with pytest.raises(CircularPublishedError), database.transaction() as session:
            act(session)
    with pytest.raises(CircularPublishedError):
        publish_circular(database, settings, COORDINATOR, circular_id, LATER)
    after = read(database, circular_id)
    assert after.model_dump() == before.model_dump()
    with database.reading() as session:
        assert verify_circular(session, session.get_one(Circular, circular_id)).is_good


def test_numbers_follow_each_other_by_list_kind_and_year(database: Database, settings: Settings) -> None:
    example = stage(database, settings)
    new_year = PUBLISHED_AT.replace(year=2025, month=1)
    published = [
        publish(database, settings, example, kind, now)
        for kind, now in (
            (REPORT, PUBLISHED_AT),
            (CIRCULAR, PUBLISHED_AT),
            (REPORT, LATER),
            (REPORT, new_year),
            (CIRCULAR, new_year),
        )
    ]
    rows = [read(database, circular_id) for circular_id in published]
    assert [(row.kind, row.year, row.number) for row in rows] == [
        (REPORT, 2024, 1),
        (CIRCULAR, 2024, 1),
        (REPORT, 2024, 2),
        (REPORT, 2025, 1),
        (CIRCULAR, 2025, 1),
    ]


def test_of_several_that_are_published_at_once_each_gets_its_number_and_says_it(
    database: Database, settings: Settings
) -> None:
    """Drafts of several rounds of one list, as a coordinator of each would publish them in the same second."""
    example = stage(database, settings)
    with database.transaction() as session:
        drafts = [
            Circular(
                list_id=key(example.task_list),
                round_id=example.round.id,
                period=f"2024Q{place}",
                kind=REPORT,
                year=2024,
                title=f"第 {place} 份",
                cut_off_at=PUBLISHED_AT,
                created_at=PUBLISHED_AT,
                created_by="x",
            )
            for place in range(4)
        ]
        session.add_all(drafts)
        session.flush()
        ids = [key(one) for one in drafts]
    start = threading.Barrier(len(ids))
    errors: list[BaseException] = []

    def act(circular_id: int) -> None:
        start.wait()
        try:
            publish_circular(database, settings, COORDINATOR, circular_id, PUBLISHED_AT)
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    workers = [threading.Thread(target=act, args=(circular_id,)) for circular_id in ids]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    rows = [read(database, circular_id) for circular_id in ids]
    assert sorted(row.number or 0 for row in rows) == [1, 2, 3, 4]
    with database.reading() as session:
        for row in rows:
            files = session.exec(select(CircularFile).where(CircularFile.circular_id == row.id)).all()
            assert all(f"第{row.number}期 应报" in file.content.decode() for file in files)


def test_a_process_killed_while_it_renders_or_stores_leaves_a_draft(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = stage(database, settings)
    circular_id = draft(database, settings, example)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("render_files", "freeze", "lock_circular", "hash_of"):
        with monkeypatch.context() as patch:
            patch.setattr(module, step, die)
            with pytest.raises(KeyboardInterrupt):
                publish_circular(database, settings, COORDINATOR, circular_id, PUBLISHED_AT)
        found = read(database, circular_id)
        assert (found.published_at, found.number, found.data) == (None, None, None)
        with database.reading() as session:
            assert session.exec(select(CircularFile)).all() == []
    assert publish_circular(database, settings, COORDINATOR, circular_id, LATER) == 1


def test_a_filer_and_a_leader_neither_draft_nor_publish(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    circular_id = draft(sqlite_database, settings, example)
    leader = Actor(Role.LEADER, "领导", "test")
    for actor in (example.filer(example.county_a), leader):
        with pytest.raises(ForbiddenError):
            publish_circular(sqlite_database, settings, actor, circular_id, PUBLISHED_AT)
        with sqlite_database.transaction() as session, pytest.raises(ForbiddenError):
            save_words(session, actor, circular_id, "标题", {})
        with sqlite_database.transaction() as session, pytest.raises(ForbiddenError):
            discard_draft(session, actor, circular_id)
        with sqlite_database.transaction() as session, pytest.raises(ForbiddenError):
            correct_circular(session, actor, circular_id, "错", LATER)
        with sqlite_database.transaction() as session, pytest.raises(ForbiddenError):
            draft_circular(session, actor, settings, example.task_list, example.round, REPORT, LATER)


def test_a_correction_is_a_new_edition_of_the_same_number_and_the_old_one_stays(
    database: Database, settings: Settings
) -> None:
    example = stage(database, settings)
    first = publish(database, settings, example)
    before = read(database, first)
    file_more(database, example, LATER)
    with database.transaction() as session:
        second = key(correct_circular(session, COORDINATOR, first, "补记市示例局一项", LATER))
    assert publish_circular(database, settings, COORDINATOR, second, LATER) == 1
    corrected = read(database, second)
    assert (corrected.number, corrected.edition, corrected.year) == (1, 2, 2024)
    assert corrected.correction == "补记市示例局一项"
    assert read(database, first).model_dump() == before.model_dump()
    with database.reading() as session:
        assert [one.edition for one in editions_of(session, before)] == [2, 1]
        newest = session.get_one(Circular, second)
        earlier = edition_before(session, newest)
        assert earlier
        changes = compare_editions(session, earlier, newest)
    assert (changes.before.rates.filed, changes.after.rates.filed) == (3, 4)
    changed = [unit for kind in changes.kinds for unit in kind.units if unit.is_changed]
    assert [unit.name for unit in changed] == ["市示例局"]
    # The next account goes on from the number, not from the edition.
    assert read(database, publish(database, settings, example, now=LATER)).number == 2


def test_a_correction_of_words_keeps_the_figures_of_the_edition_before(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    first = publish(sqlite_database, settings, example)
    file_more(sqlite_database, example, LATER)
    with sqlite_database.transaction() as session:
        second = key(correct_circular(session, COORDINATOR, first, "错字", LATER))
    publish_circular(sqlite_database, settings, COORDINATOR, second, LATER, keeps_data=True)
    found = read(sqlite_database, second)
    assert frozen_of(found).report == frozen_of(read(sqlite_database, first)).report
    assert (found.cut_off_at, found.published_at) == (PUBLISHED_AT, LATER)


def test_only_the_newest_published_edition_is_corrected_with_a_reason_and_one_at_a_time(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    first = draft(sqlite_database, settings, example)
    with sqlite_database.transaction() as session, pytest.raises(CircularUnpublishedError):
        correct_circular(session, COORDINATOR, first, "错", LATER)
    with pytest.raises(InvalidValueError):
        publish_circular(sqlite_database, settings, COORDINATOR, first, LATER, keeps_data=True)
    publish_circular(sqlite_database, settings, COORDINATOR, first, PUBLISHED_AT)
    for error, reason in ((InvalidValueError, "  "), (ValueTooLongError, "长" * 201)):
        with sqlite_database.transaction() as session, pytest.raises(error):
            correct_circular(session, COORDINATOR, first, reason, LATER)
    with sqlite_database.transaction() as session:
        second = key(correct_circular(session, COORDINATOR, first, "错", LATER))
    with sqlite_database.transaction() as session, pytest.raises(DraftWaitsError):
        correct_circular(session, COORDINATOR, first, "又错", LATER)
    publish_circular(sqlite_database, settings, COORDINATOR, second, LATER)
    with sqlite_database.transaction() as session, pytest.raises(CircularSupersededError):
        correct_circular(session, COORDINATOR, first, "错", LATER)


def test_a_discarded_draft_leaves_nothing_and_no_gap(sqlite_database: Database, settings: Settings) -> None:
    example = stage(sqlite_database, settings)
    circular_id = draft(sqlite_database, settings, example)
    with sqlite_database.transaction() as session:
        discard_draft(session, COORDINATOR, circular_id)
    with sqlite_database.reading() as session:
        assert session.exec(select(Circular)).all() == []
    assert read(sqlite_database, publish(sqlite_database, settings, example)).number == 1


def test_an_office_that_turns_to_another_language_still_verifies_what_it_published(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    site = settings.site.model_copy(update={"language": "en"})
    english = settings.model_copy(update={"site": site})
    ids = [publish(sqlite_database, chosen, example, now=LATER) for chosen in (settings, english)]
    with sqlite_database.reading() as session:
        rows = [session.get_one(Circular, circular_id) for circular_id in ids]
        assert [frozen_of(row).language for row in rows] == ["zh_CN", "en"]
        assert frozen_of(rows[0]).account["sentence"] != frozen_of(rows[1]).account["sentence"]
        assert all(verify_circular(session, row).is_good for row in rows)


def test_verifying_finds_changed_data_changed_files_and_changed_figures(
    sqlite_database: Database, settings: Settings
) -> None:
    example = stage(sqlite_database, settings)
    circular_id = publish(sqlite_database, settings, example)
    with sqlite_database.transaction() as session:
        file = session.exec(select(CircularFile).where(CircularFile.form == "docx")).one()
        file.content = b"forged"
        session.add(file)
    with sqlite_database.reading() as session:
        found = verify_circular(session, session.get_one(Circular, circular_id))
    assert (found.is_good, found.is_data_whole, found.damaged_files) == (False, True, ("docx",))
    with sqlite_database.transaction() as session:
        circular = session.get_one(Circular, circular_id)
        assert circular.data
        forged = gzip.compress(gzip.decompress(circular.data).replace(b'"filed":3', b'"filed":4'))
        circular.data = forged
        session.add(circular)
    with sqlite_database.reading() as session:
        circular = session.get_one(Circular, circular_id)
        found = verify_circular(session, circular)
        assert (found.is_data_whole, found.differences) == (False, ())
        with pytest.raises(FrozenDataError):
            frozen_of(circular)


def test_what_another_version_of_the_program_would_count_otherwise_is_said_by_name(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = stage(sqlite_database, settings)
    circular_id = publish(sqlite_database, settings, example)
    monkeypatch.setattr(verifying, "account_of", lambda *args: replace(account_of(*args), task_count=9))
    with sqlite_database.reading() as session:
        found = verify_circular(session, session.get_one(Circular, circular_id))
    assert [(one.path, one.published, one.now) for one in found.differences] == [("task_count", "3", "9")]
    assert not found.is_good
