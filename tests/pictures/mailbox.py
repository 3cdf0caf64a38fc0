"""Mails in the mailbox of the demo: a form that was filed, one that waits for a person, and a material."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from tests.mail.letters import fill_form, posted
from tracker.actions.chasing.pause_chasing import pause_chasing
from tracker.actions.filing.issue_form import form_attachment
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.domain.actors import Actor, Role
from tracker.models import Contact, OrgUnit, ReportingRound, TaskList

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Settings
    from tracker.db import Database

_OFFICE = Actor(role=Role.COORDINATOR, label="office", via="demo")


def stage_mailbox(database: Database, settings: Settings, now: datetime) -> None:
    """Three mails, and what a coordinator grants two units of the running round."""
    with database.transaction() as session:
        running = session.exec(select(ReportingRound).where(col(ReportingRound.closed_at).is_(None))).one()
        contacts = session.exec(
            select(Contact, OrgUnit)
            .join(OrgUnit, col(OrgUnit.id) == col(Contact.unit_id))
            .where(Contact.role == Role.FILLER)
            .order_by(col(Contact.id).desc())
            .limit(3)
        ).all()
        task_list = session.get_one(TaskList, running.list_id)
        forms = [
            fill_form(
                form_attachment(session, settings, task_list, running, unit, now).content,
                {
                    str(number): f"本季度按计划推进第{number}项工作，已完成阶段目标。"
                    for number in range(1, 71)
                },
            )
            for _contact, unit in contacts
        ]
        (known, _first), (_other, second), (writer, third) = contacts
        mails = (
            posted(known.email, ("报送表.xlsx", forms[0]), subject="报送本季度进展"),
            posted("someone@example.net", ("报送表(1).xlsx", forms[1]), subject="转发：报送本季度进展"),
            posted(writer.email, ("经验做法.pdf", b"%PDF-1.4"), subject="经验典型材料"),
        )
        for place, content in enumerate(mails):
            store_mail(session, content, now - timedelta(minutes=10 * place))
        grant_extension(
            session,
            _OFFICE,
            settings,
            running,
            second,
            (now + timedelta(days=20)).date(),
            "示例：机构调整，数据移交未完成",
            now,
        )
        pause_chasing(
            session, _OFFICE, settings, session.get_one(OrgUnit, third.id), "示例：联系人更换中", now
        )
    process_mail(database, settings, now)
