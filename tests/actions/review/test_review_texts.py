"""One act over several texts: what passes goes through, what does not is said, and units are told at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.actions.gathering import build_gathering, file_text, obligation_of
from tests.example import COORDINATOR, OPENED_AT, build_example
from tracker.actions.chasing.refresh_reminder import Cancelled, Rewritten, refresh_reminder
from tracker.actions.mailing.deliver import deliver
from tracker.actions.review.review_texts import Decision, Reviewed, review_texts
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    AlreadyEndorsedError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    OvertakenError,
    TransitionError,
)
from tracker.models import (
    Contact,
    MailState,
    Obligation,
    OrgUnit,
    OutgoingMail,
    Review,
    ReviewOutcome,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tests.example import Example
    from tracker.config import Settings
    from tracker.db import Database

NOW = OPENED_AT + timedelta(days=5)
ACCEPTED, ENDORSED, RETURNED = ReviewOutcome.ACCEPTED, ReviewOutcome.ENDORSED, ReviewOutcome.RETURNED


def returned(obligation: Obligation, reason: str = "请补充数字", version: int | None = None) -> Decision:
    return Decision(key(obligation), version, RETURNED, reason)


def act(
    session: Session,
    settings: Settings,
    example: Example,
    *decisions: Decision,
    actor: Actor = COORDINATOR,
    now: datetime = NOW,
) -> Reviewed:
    return review_texts(session, settings, actor, example.round, decisions, now)


def mails(session: Session) -> Sequence[OutgoingMail]:
    return session.exec(
        select(OutgoingMail).where(OutgoingMail.kind == "returned").order_by(OutgoingMail.id)  # type: ignore[arg-type]
    ).all()


def test_what_a_newer_version_has_overtaken_is_not_accepted_and_the_rest_is(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        first = file_text(session, example, example.county_a, example.tasks[0])
        second = file_text(session, example, example.county_a, example.tasks[1])
        file_text(session, example, example.county_a, example.tasks[0], "又改了。")
        found = act(
            session,
            settings,
            example,
            Decision(key(first), 1, ACCEPTED),
            Decision(key(second), 1, ACCEPTED),
        )
        assert [review.outcome for review in found.reviews] == [ACCEPTED]
        (refused,) = found.refused
        assert isinstance(refused.error, OvertakenError)
        assert (refused.task.number, refused.unit.name, refused.error.theirs) == ("1", "甲县", "又改了。")
    with database.reading() as session:
        states = {
            number: obligation_of(session, example, example.county_a, example.tasks[number]).state
            for number in (0, 1)
        }
    assert states == {0: ObligationState.SUBMITTED, 1: ObligationState.ACCEPTED}


def test_several_returns_to_one_unit_are_one_mail_to_each_of_its_fillers(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        session.add(
            Contact(unit_id=key(example.county_a), name="另一人", email="a2@example.org", role=Role.FILLER)
        )
        session.add(
            Contact(unit_id=key(example.county_a), name="县领导", email="head@example.org", role=Role.LEADER)
        )
        owed = [file_text(session, example, example.county_a, task) for task in example.tasks[:2]]
        other = file_text(session, example, example.county_b, example.tasks[0])
        found = act(
            session,
            settings,
            example,
            returned(owed[0], "请补充数字"),
            returned(other, "请写进展"),
            returned(owed[1], "与上期相同\n请更新"),
        )
        assert found.untold == ()
    with database.reading() as session:
        written = {mail.to_address: mail for mail in mails(session)}
    assert set(written) == {"a@example.org", "a2@example.org", "b@example.org"}
    assert len({mail.cause for mail in written.values()}) == 3
    mail = written["a@example.org"]
    assert mail.subject == "【退回】示例任务清单2024年第三季度 2 项请修改（10月6日截止）"
    for said in (
        "第 1 项",
        "请补充数字",
        "第 2 项",
        "与上期相同",
        "统筹人",
        "10月6日（星期日）23:59",
        "/filing/example/2024Q3",
    ):
        assert said in mail.text
        assert said in mail.html or said.startswith("第 ")
    assert "请写进展" not in mail.text


def test_a_later_return_joins_the_mail_that_has_not_left(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        owed = [file_text(session, example, example.county_a, task) for task in example.tasks[:2]]
        act(session, settings, example, returned(owed[0], "先退的"))
        act(session, settings, example, returned(owed[1], "后退的"), now=NOW + timedelta(minutes=1))
        (mail,) = mails(session)
    assert "先退的" in mail.text
    assert "后退的" in mail.text
    assert "2 项" in mail.subject
    assert mail.state is MailState.QUEUED


@pytest.mark.parametrize(
    ("state", "attempts"), [(MailState.SENT, 1), (MailState.SENDING, 0), (MailState.QUEUED, 1)]
)
def test_a_mail_that_may_have_left_is_not_rewritten(
    database: Database, settings: Settings, state: MailState, attempts: int
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        owed = [file_text(session, example, example.county_a, task) for task in example.tasks[:2]]
        act(session, settings, example, returned(owed[0], "先退的"))
        (mail,) = mails(session)
        mail.state, mail.attempts, before = state, attempts, mail.text
        session.flush()
        act(session, settings, example, returned(owed[1], "后退的"))
        first, second = mails(session)
    assert first.text == before
    assert "后退的" in second.text
    # What was told before is not told again.
    assert "先退的" not in second.text


def test_what_was_filed_again_meanwhile_is_not_in_the_joined_mail(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = [file_text(session, example, example.county_a, task) for task in example.tasks[:2]]
        act(session, settings, example, returned(owed[0], "先退的"))
        file_text(session, example, example.county_a, example.tasks[0], "改好了。")
        act(session, settings, example, returned(owed[1], "后退的"))
        (mail,) = mails(session)
        assert "先退的" not in mail.text
        act(session, settings, example, returned(owed[0], "再退一次"))
        (mail,) = mails(session)
    assert "再退一次" in mail.text
    assert "后退的" in mail.text


def test_before_it_leaves_the_mail_says_what_is_still_to_be_done(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        owed = [file_text(session, example, example.county_a, task) for task in example.tasks[:2]]
        act(session, settings, example, returned(owed[0], "先退的"), returned(owed[1], "后退的"))
        (mail,) = mails(session)
        assert refresh_reminder(session, settings, mail, NOW) is None
        file_text(session, example, example.county_a, example.tasks[0], "改好了。")
        found = refresh_reminder(session, settings, mail, NOW)
        assert isinstance(found, Rewritten)
        assert "1 项请修改" in found.subject
        assert "后退的" in found.text
        assert "先退的" not in found.text + found.html
        file_text(session, example, example.county_a, example.tasks[1], "也改好了。")
        assert refresh_reminder(session, settings, mail, NOW) == Cancelled("发出前退回的各项已重新报送")


def test_what_a_later_mail_tells_does_not_keep_the_earlier_one(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        session.add(
            Contact(unit_id=key(example.county_a), name="另一人", email="a2@example.org", role=Role.FILLER)
        )
        owed = [file_text(session, example, example.county_a, task) for task in example.tasks[:2]]
        act(session, settings, example, returned(owed[0], "先退的"))
        for tried in mails(session):
            tried.attempts = 1
        act(session, settings, example, returned(owed[1], "后退的"))
        first, _, second, _ = mails(session)
        assert first.to_address == second.to_address
        assert refresh_reminder(session, settings, first, NOW) is None
        file_text(session, example, example.county_a, example.tasks[0], "改好了。")
        assert isinstance(refresh_reminder(session, settings, first, NOW), Cancelled)
        assert refresh_reminder(session, settings, second, NOW) is None


def test_what_came_back_and_was_filed_again_is_not_mailed(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = file_text(session, example, example.county_a, example.tasks[0])
        act(session, settings, example, returned(owed))
        file_text(session, example, example.county_a, example.tasks[0], "改好了。")
    assert deliver(sqlite_database, settings, clock=lambda: NOW).cancelled == 1
    with sqlite_database.reading() as session:
        (mail,) = mails(session)
        assert (mail.state, mail.sent_at) == (MailState.CANCELLED, None)
        assert mail.last_error == "发出前退回的各项已重新报送"


def test_a_return_to_a_unit_without_contacts_is_said(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        for contact in session.exec(select(Contact).where(Contact.unit_id == example.county_a.id)):
            session.delete(contact)
        owed = file_text(session, example, example.county_a, example.tasks[0])
        found = act(session, settings, example, returned(owed))
        assert found.untold == ("甲县",)
        assert mails(session) == []
        assert owed.state is ObligationState.RETURNED


def test_where_nobody_files_for_a_unit_its_leader_is_told(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        (contact,) = session.exec(select(Contact).where(Contact.unit_id == example.county_a.id))
        contact.role = Role.LEADER
        session.flush()
        owed = file_text(session, example, example.county_a, example.tasks[0])
        assert act(session, settings, example, returned(owed)).untold == ()
        assert [mail.to_address for mail in mails(session)] == ["a@example.org"]


def test_acceptance_is_not_mailed(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = file_text(session, example, example.county_a, example.tasks[0])
        act(session, settings, example, Decision(key(owed), 1, ACCEPTED))
        assert mails(session) == []


def test_a_refused_return_is_not_mailed(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = file_text(session, example, example.county_a, example.tasks[0])
        found = act(session, settings, example, returned(owed, "  "))
        assert isinstance(found.refused[0].error, InvalidValueError)
        assert mails(session) == []
        assert session.exec(select(Review)).all() == []


def test_the_mail_says_until_when(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        units = (example.county_a, example.county_b, example.bureau)
        owed = {unit.name: file_text(session, example, unit, example.tasks[0]) for unit in units}
        grant_extension(
            session,
            COORDINATOR,
            settings,
            example.round,
            example.county_b,
            (example.round.due_at + timedelta(days=3)).date(),
            "理由",
            NOW,
        )
        after = example.round.due_at + timedelta(hours=12)
        act(session, settings, example, returned(owed["甲县"]), returned(owed["乙县"]), now=after)
        example.round.closed_at = after
        session.flush()
        act(session, settings, example, returned(owed["市示例局"]), now=after)
        written = {mail.to_address: mail for mail in mails(session)}
    assert "截止时间已过，请尽快修改" in written["a@example.org"].text
    assert "截止" not in written["a@example.org"].subject
    assert "请于2024年10月" in written["b@example.org"].text
    assert "10月9日截止" in written["b@example.org"].subject
    assert "本期已关闭" in written["bureau@example.org"].text


def test_a_decision_about_another_round_undoes_the_act(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        owed = file_text(session, example, example.county_a, example.tasks[0])
        with pytest.raises(NotFoundError):
            act(session, settings, example, Decision(key(owed), 1, ACCEPTED), Decision(999_999, 1, ACCEPTED))
        assert owed.state is ObligationState.SUBMITTED


def test_the_unit_above_passes_a_version_on_and_a_newer_one_waits_again(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        found = build_gathering(session, settings)
        example = found.example
        owed = file_text(session, example, example.county_a, example.tasks[0])
        above = found.filer(found.above_a)
        decision = Decision(key(owed), 1, ENDORSED)
        (review,) = act(session, settings, example, decision, actor=above).reviews
        assert (review.outcome, review.by_unit_id, owed.endorsed_version) == (ENDORSED, found.above_a.id, 1)
        assert owed.state is ObligationState.SUBMITTED
        (again,) = act(session, settings, example, decision, actor=above).refused
        assert isinstance(again.error, AlreadyEndorsedError)
        file_text(session, example, example.county_a, example.tasks[0], "又改了。")
        assert owed.endorsed_version != owed.version
        (stale,) = act(session, settings, example, decision, actor=above).refused
        assert isinstance(stale.error, OvertakenError)


def test_the_unit_above_returns_with_its_name_in_the_mail(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        found = build_gathering(session, settings)
        owed = file_text(session, found.example, found.example.county_a, found.example.tasks[0])
        act(session, settings, found.example, returned(owed, "请核对"), actor=found.filer(found.above_a))
        (mail,) = mails(session)
        (review,) = session.exec(select(Review)).all()
    assert (mail.to_address, review.by_unit_id, owed.state) == (
        "a@example.org",
        found.above_a.id,
        ObligationState.RETURNED,
    )
    assert "退回人：甲州，甲州填报人" in mail.text


def test_a_unit_far_above_may_give_the_word_too(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        found = build_gathering(session, settings)
        owed = file_text(session, found.example, found.example.county_a, found.example.tasks[0])
        actor = found.filer(found.far_above_a)
        act(session, settings, found.example, Decision(key(owed), 1, ENDORSED), actor=actor)
        assert owed.endorsed_version == 1


@pytest.mark.parametrize("outcome", [ENDORSED, RETURNED])
def test_nobody_else_gives_the_word_of_the_unit_above(
    sqlite_database: Database, settings: Settings, outcome: ReviewOutcome
) -> None:
    with sqlite_database.transaction() as session:
        found = build_gathering(session, settings)
        example = found.example
        owed = file_text(session, example, example.county_a, example.tasks[0])
        decision = Decision(key(owed), 1, outcome, "理由")
        for unit, error in (
            (found.above_b, NotFoundError),
            (example.county_b, NotFoundError),
            (example.bureau, NotFoundError),
            (example.county_a, ForbiddenError),
        ):
            with pytest.raises(error):
                act(session, settings, example, decision, actor=found.filer(unit))
        leader = Actor(Role.LEADER, "领导", "test")
        with pytest.raises(ForbiddenError):
            act(session, settings, example, decision, actor=leader)
        # To accept is the office's.
        accepted = Decision(key(owed), 1, ACCEPTED)
        with pytest.raises(ForbiddenError):
            act(session, settings, example, accepted, actor=found.filer(found.above_a))
        with pytest.raises(ForbiddenError):
            act(session, settings, example, Decision(key(owed), 1, ENDORSED))
        assert (owed.state, owed.endorsed_version) == (ObligationState.SUBMITTED, 0)


def test_where_the_list_does_not_ask_for_it_a_unit_above_has_no_word(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        found = build_gathering(session, settings)
        example = found.example
        owed = file_text(session, example, example.county_a, example.tasks[0])
        example.round.rules = example.round.rules.replace('"gathers":true', '"gathers":false')
        session.flush()
        with pytest.raises(NotFoundError):
            act(session, settings, example, returned(owed), actor=found.filer(found.above_a))


def test_what_the_office_has_accepted_the_unit_above_does_not_return(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        found = build_gathering(session, settings)
        example = found.example
        owed = file_text(session, example, example.county_a, example.tasks[0])
        # The office need not wait.
        act(session, settings, example, Decision(key(owed), 1, ACCEPTED))
        (refused,) = act(session, settings, example, returned(owed), actor=found.filer(found.above_a)).refused
        assert isinstance(refused.error, TransitionError)
        assert owed.state is ObligationState.ACCEPTED


def test_a_unit_that_was_moved_is_read_by_the_unit_now_above(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        found = build_gathering(session, settings)
        example = found.example
        owed = file_text(session, example, example.county_a, example.tasks[0])
        session.get_one(OrgUnit, example.county_a.id).parent_id = found.above_b.id
        session.flush()
        with pytest.raises(NotFoundError):
            act(session, settings, example, returned(owed), actor=found.filer(found.above_a))
        act(session, settings, example, returned(owed), actor=found.filer(found.above_b))
        assert owed.state is ObligationState.RETURNED
