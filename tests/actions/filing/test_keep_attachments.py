"""Files attached to what is reported: kept once, of bounded size and number, seen by their unit and the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.keep_attachments import (
    MOST_FILES,
    UploadedFile,
    attachment_in_sight,
    keep_attachments,
    remove_attachment,
)
from tracker.actions.review.review_update import exempt, review_update
from tracker.actions.rounds.close_round import close_round
from tracker.domain.actors import Actor, Role, system
from tracker.domain.states import ObligationState
from tracker.errors import (
    AlreadyAcceptedError,
    EmptyFileError,
    FileTooLargeError,
    ForbiddenError,
    MailWrappingError,
    NotExpectedError,
    NotFoundError,
    RoundClosedError,
    TooManyFilesError,
    TransitionError,
)
from tracker.models import (
    IncomingMail,
    IncomingState,
    Material,
    Obligation,
    ReportingRound,
    ReviewOutcome,
    key,
)
from tracker.store.materials import attachments_of

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit, Task
    from tracker.store.materials import Attachment

NOW = OPENED_AT + timedelta(days=3)
LEADER = Actor(Role.LEADER, "领导", "test")


@dataclass(frozen=True)
class Desk:
    """The example in a database, and short ways to attach, one transaction each."""

    database: Database
    settings: Settings
    example: Example

    @property
    def county(self) -> OrgUnit:
        return self.example.county_a

    def keep(
        self, *files: UploadedFile, actor: Actor | None = None, unit: OrgUnit | None = None, number: int = 1
    ) -> tuple[int, ...]:
        unit = unit or self.county
        with self.database.transaction() as session:
            kept = keep_attachments(
                session,
                actor or self.example.filer(unit),
                self.settings,
                session.get_one(ReportingRound, self.example.round.id),
                unit,
                self.task(number),
                files,
                NOW,
            )
            return tuple(key(material) for material in kept)

    def remove(self, material_id: int, actor: Actor | None = None) -> None:
        with self.database.transaction() as session:
            remove_attachment(session, actor or self.example.filer(self.county), material_id, NOW)

    def task(self, number: int) -> Task:
        return self.example.tasks[number - 1]

    def obligation(self) -> Obligation:
        with self.database.reading() as session:
            return session.exec(
                select(Obligation).where(
                    Obligation.unit_id == self.county.id, Obligation.task_id == self.task(1).id
                )
            ).one()

    def listed(self) -> dict[int, list[Attachment]]:
        with self.database.reading() as session:
            return attachments_of(session, self.example.round, key(self.county))

    def file(self) -> None:
        with self.database.transaction() as session:
            found = session.get_one(ReportingRound, self.example.round.id)
            filings = [Filing(self.task(1), "已完成")]
            submit(session, self.example.filer(self.county), found, self.county, filings, NOW)


@pytest.fixture
def desk(database: Database, settings: Settings) -> Desk:
    with database.transaction() as session:
        return Desk(database, settings, build_example(session, settings))


def test_a_file_is_kept_on_the_task_and_listed_without_its_content(desk: Desk) -> None:
    ids = desk.keep(UploadedFile("台账.xlsx", b"abc"), UploadedFile("照片.jpg", b"12345", "image/jpeg"))
    task_id = key(desk.task(1))
    assert {task: [found.id for found in listed] for task, listed in desk.listed().items()} == {
        task_id: list(ids)
    }
    first, second = desk.listed()[task_id]
    assert (first.file_name, first.size, first.received_from, first.is_uploaded) == (
        "台账.xlsx",
        3,
        "甲县填报人",
        True,
    )
    assert (second.size, second.received_at) == (5, NOW)
    with desk.database.reading() as session:
        material = session.get_one(Material, ids[1])
        assert (material.round_id, material.incoming_id, material.media_type) == (
            desk.example.round.id,
            None,
            "image/jpeg",
        )
    # A file is no progress: who has attached one has not filed.
    assert desk.obligation().state is ObligationState.PENDING


def test_the_same_bytes_are_kept_once_on_a_task_and_again_on_another(desk: Desk) -> None:
    [first] = desk.keep(UploadedFile("台账.xlsx", b"abc"))
    assert desk.keep(UploadedFile("再传.xlsx", b"abc"), UploadedFile("又传.xlsx", b"abc")) == (first, first)
    [other] = desk.keep(UploadedFile("台账.xlsx", b"abc"), number=2)
    assert other != first
    assert [found.file_name for listed in desk.listed().values() for found in listed] == ["台账.xlsx"] * 2


def test_a_name_is_made_fit_for_a_page_a_header_and_a_disk(desk: Desk) -> None:
    desk.keep(UploadedFile("..\\..\\a\r\n<b>\u202egpj.exe", b"1"), UploadedFile(" ", b"2"))
    assert [found.file_name for found in desk.listed()[key(desk.task(1))]] == [
        "a _b_⟨U+202E⟩gpj.exe",
        "attachment",
    ]


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (UploadedFile("空.docx", b""), EmptyFileError),
        (UploadedFile("winmail.dat", b"x"), MailWrappingError),
        (UploadedFile("a.dat", b"x", "application/ms-tnef"), MailWrappingError),
        (UploadedFile("大.zip", b"0" * (20 * 2**20 + 1)), FileTooLargeError),
    ],
)
def test_a_file_that_cannot_be_kept_keeps_the_others_out_too(
    desk: Desk, file: UploadedFile, error: type[Exception]
) -> None:
    with pytest.raises(error, match=file.name):
        desk.keep(UploadedFile("好.docx", b"good"), file)
    assert desk.listed() == {}


def test_a_file_of_the_very_limit_is_kept(desk: Desk) -> None:
    desk.keep(UploadedFile("大.zip", b"0" * (20 * 2**20)))
    assert desk.listed()[key(desk.task(1))][0].size == 20 * 2**20


def test_a_task_takes_so_many_files_and_no_more(desk: Desk) -> None:
    files = [UploadedFile(f"{number}.txt", b"%d" % number) for number in range(MOST_FILES)]
    desk.keep(*files)
    # What is there already is not one more.
    desk.keep(files[0])
    with pytest.raises(TooManyFilesError, match="第 1 项最多可附 20 个文件"):
        desk.keep(UploadedFile("再.txt", b"more"))
    desk.keep(UploadedFile("再.txt", b"more"), number=2)


def test_only_the_unit_and_the_office_attach_and_remove(desk: Desk) -> None:
    [kept] = desk.keep(UploadedFile("甲.txt", b"a"))
    stranger = desk.example.filer(desk.example.county_b)
    for act in (
        lambda: desk.keep(UploadedFile("乙.txt", b"b"), actor=stranger),
        lambda: desk.remove(kept, stranger),
        lambda: desk.remove(99999),
    ):
        with pytest.raises(NotFoundError):
            act()
    with pytest.raises(ForbiddenError):
        desk.keep(UploadedFile("领导.txt", b"c"), actor=LEADER)
    with pytest.raises(ForbiddenError):
        desk.remove(kept, LEADER)
    with pytest.raises(NotExpectedError):
        desk.keep(UploadedFile("别项.txt", b"d"), number=3)
    # As on the telephone: for a unit that cannot do it itself.
    desk.keep(UploadedFile("办公室代传.txt", b"e"), actor=COORDINATOR)
    desk.remove(kept, COORDINATOR)
    assert [found.received_from for found in desk.listed()[key(desk.task(1))]] == ["统筹人"]


def test_a_content_is_for_the_unit_itself_and_those_who_see_all(desk: Desk) -> None:
    [kept] = desk.keep(UploadedFile("甲.txt", b"a"))
    with desk.database.reading() as session:
        for actor in (desk.example.filer(desk.county), LEADER, COORDINATOR):
            assert attachment_in_sight(session, actor, kept).content == b"a"
        for actor in (desk.example.filer(desk.example.bureau), Actor(Role.FILLER, "无单位", "test")):
            with pytest.raises(NotFoundError):
                attachment_in_sight(session, actor, kept)


def test_nothing_changes_after_the_round_has_closed(desk: Desk) -> None:
    [kept] = desk.keep(UploadedFile("甲.txt", b"a"))
    with desk.database.transaction() as session:
        close_round(session, system("test"), session.get_one(ReportingRound, desk.example.round.id), NOW)
    with pytest.raises(RoundClosedError):
        desk.keep(UploadedFile("乙.txt", b"b"))
    with pytest.raises(RoundClosedError):
        desk.remove(kept)
    assert len(desk.listed()[key(desk.task(1))]) == 1


def test_what_was_accepted_is_not_changed_and_what_is_exempt_not_added_to(desk: Desk) -> None:
    [kept] = desk.keep(UploadedFile("甲.txt", b"a"))
    desk.file()
    desk.keep(UploadedFile("乙.txt", b"b"))
    with desk.database.transaction() as session:
        obligation = session.get_one(Obligation, desk.obligation().id)
        review_update(session, COORDINATOR, obligation, desk.task(1), ReviewOutcome.ACCEPTED, NOW)
    with pytest.raises(AlreadyAcceptedError):
        desk.remove(kept)
    with pytest.raises(AlreadyAcceptedError):
        desk.keep(UploadedFile("丙.txt", b"c"))
    with desk.database.transaction() as session:
        second = session.exec(
            select(Obligation).where(
                Obligation.unit_id == desk.county.id, Obligation.task_id == desk.task(2).id
            )
        ).one()
        exempt(session, COORDINATOR, second, desk.task(2), "已移交")
    with pytest.raises(TransitionError):
        desk.keep(UploadedFile("丁.txt", b"d"), number=2)


def test_what_came_by_mail_is_listed_and_stays(desk: Desk) -> None:
    with desk.database.transaction() as session:
        mail = IncomingMail(fingerprint="f", received_at=NOW, content=b"", state=IncomingState.QUARANTINED)
        session.add(mail)
        session.flush()
        for task_id in (key(desk.task(1)), None):
            session.add(
                Material(
                    unit_id=key(desk.county),
                    round_id=key(desk.example.round),
                    task_id=task_id,
                    incoming_id=key(mail),
                    file_name="来件.docx",
                    media_type="application/msword",
                    content=b"m",
                    content_hash="0" * 64,
                    received_at=NOW,
                    received_from="a@example.org",
                )
            )
    [found] = desk.listed()[key(desk.task(1))]
    assert not found.is_uploaded
    with desk.database.reading() as session:
        ids = session.exec(select(Material.id)).all()
    for material_id in ids:
        with pytest.raises(NotFoundError):
            desk.remove(material_id or 0)
    with desk.database.reading() as session:
        assert len(session.exec(select(Material.id)).all()) == 2


def test_a_removed_file_is_gone_and_may_come_again(desk: Desk) -> None:
    [kept] = desk.keep(UploadedFile("甲.txt", b"a"))
    desk.remove(kept)
    assert desk.listed() == {}
    with pytest.raises(NotFoundError):
        desk.remove(kept)
    desk.keep(UploadedFile("甲.txt", b"a"))
    assert len(desk.listed()[key(desk.task(1))]) == 1
