"""An office's own words for its mails: used when they work, never in the way when they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from tests.example import COORDINATOR, OPENED_AT, build_example
from tracker.actions.chasing.remind import plan_by_hand, send_reminders
from tracker.actions.mailing.change_mail_template import (
    change_mail_template,
    part_states,
    restore_mail_template,
)
from tracker.actions.mailing.preview_mail import preview_mail
from tracker.errors import ForbiddenError, NotFoundError, TemplateRefusedError
from tracker.mail.templates import KINDS, mail_templates, packaged_part, packaged_templates
from tracker.models import MailTemplate, OutgoingMail
from tracker.store.mail_templates import template_history

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

SUBJECT = "subject.txt"


def change(session: Session, settings: Settings, text: str, part: str = SUBJECT) -> bool:
    return change_mail_template(session, COORDINATOR, settings, "reminder", part, text, OPENED_AT)


def remind(session: Session, settings: Settings) -> list[OutgoingMail]:
    example = build_example(session, settings)
    plan = plan_by_hand(session, settings, example.task_list, example.round, OPENED_AT)
    send_reminders(session, COORDINATOR, settings, plan)
    return list(session.exec(select(OutgoingMail)))


def test_the_next_mail_has_the_offices_words(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        assert change(session, settings, "【本办】{{ first_period }}还有{{ count }}项")
        mails = remind(session, settings)
        assert mails
        assert all(mail.subject.startswith("【本办】2024年第三季度还有") for mail in mails)


def test_unknown_and_forbidden(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        with pytest.raises(ForbiddenError):
            change_mail_template(
                session, example.filer(example.county_a), settings, "reminder", SUBJECT, "x", OPENED_AT
            )
        for kind, part in (("nothing", SUBJECT), ("reminder", "../layout.html")):
            with pytest.raises(NotFoundError):
                change_mail_template(session, COORDINATOR, settings, kind, part, "x", OPENED_AT)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ ''.__class__ }}", "__class__"),
        ("{{ parts[0].nothing }}", "没有“nothing”"),
        ("一\n{% for p in parts %}\n{{ p.nothing }}{% endfor %}", "第 3 行"),
        ("{{ 1 < 'a' }}", "<"),
        ("{# nothing #}", "主题是空的"),
    ],
)
def test_what_does_not_check_or_render_is_not_saved(
    sqlite_database: Database, settings: Settings, text: str, said: str
) -> None:
    with sqlite_database.transaction() as session:
        with pytest.raises(TemplateRefusedError, match=said):
            change(session, settings, text)
        assert not session.exec(select(MailTemplate)).all()


@pytest.mark.parametrize(
    "text", ["{% if %}", "{{ nobody }}", "{{ parts[0].nothing }}", "{{ cycler.__init__ }}"]
)
def test_a_broken_text_costs_no_mail_and_is_reported(
    sqlite_database: Database, settings: Settings, text: str
) -> None:
    """As one that an older version let in, or a file that somebody edited by hand."""
    with sqlite_database.transaction() as session:
        session.add(
            MailTemplate(kind="reminder", part=SUBJECT, text=text, changed_at=OPENED_AT, changed_by="某人")
        )
        session.flush()
        with capture_logs() as logs:
            mails = remind(session, settings)
        assert {mail.subject[:4] for mail in mails} == {"【催报】"}
        assert {log["event"] for log in logs} == {"mail_template_failed"}
        faulty = [
            (state.kind, state.part) for state in part_states(session, settings, OPENED_AT) if state.fault
        ]
        assert faulty == [("reminder", SUBJECT)]


def test_a_broken_file_of_the_site_costs_no_mail_either(
    sqlite_database: Database, settings: Settings
) -> None:
    folder = settings.root / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "layout.html").write_text("{% include 'mail/layout.html' %}", "utf-8")
    with sqlite_database.transaction() as session:
        mails = remind(session, settings)
        assert mails
        assert all("<h2" in mail.html for mail in mails)
        assert any(state.fault for state in part_states(session, settings, OPENED_AT))


def test_a_file_of_the_site_counts_until_somebody_changes_it_on_the_page(
    sqlite_database: Database, settings: Settings
) -> None:
    folder = settings.root / "templates" / "mail" / "reminder"
    folder.mkdir(parents=True)
    (folder / SUBJECT).write_text("文件：{{ count }}", "utf-8")
    with sqlite_database.transaction() as session:

        def subject() -> str:
            found = preview_mail(session, settings, "reminder", mail_templates(session, settings), OPENED_AT)
            return found.letter.subject

        assert subject().startswith("文件：")
        change(session, settings, "页面：{{ count }}")
        assert subject().startswith("页面：")
        assert restore_mail_template(session, COORDINATOR, "reminder", SUBJECT, OPENED_AT)
        assert subject().startswith("【催报】")
        assert not restore_mail_template(session, COORDINATOR, "reminder", SUBJECT, OPENED_AT)


def test_each_change_stays_in_the_history_and_the_packaged_text_is_a_return(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        assert change(session, settings, "甲{{ count }}")
        assert not change(session, settings, "甲{{ count }}")
        assert change(session, settings, packaged_part("reminder", SUBJECT))
        assert [row.text for row in template_history(session, "reminder", SUBJECT)] == ["", "甲{{ count }}"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_has_real_data_where_there_are_any(
    sqlite_database: Database, settings: Settings, kind: str
) -> None:
    templates = packaged_templates(settings)
    with sqlite_database.transaction() as session:
        invented = preview_mail(session, settings, kind, templates, OPENED_AT)
        assert invented.source == ""
        assert invented.letter.kind == kind
        build_example(session, settings)
        found = preview_mail(session, settings, kind, templates, OPENED_AT)
    assert found.letter.kind == kind
    # Before the due day nobody is to be spoken to, nothing has come back or is appealed, and an answer needs a mail.
    nothing = {"interviews", "form_receipt", "returned", "instruction", "appeal_asked", "appeal_decided"}
    nothing |= {"closeout_asked", "closeout_decided", "account_published"}
    assert found.source == ("" if kind in nothing else "示例任务清单 2024Q3")


def test_a_users_text_is_never_markup(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        example.tasks[0].title = "<script>alert(1)</script>"
        session.add(example.tasks[0])
        change(session, settings, "{% for p in parts %}{{ p.tasks|join('<b>', attribute='title') }}"
               "{{ p.tasks[0].title|replace('a', '<i>')|indent(2) }}{% endfor %}", "body.html")  # fmt: skip
        found = preview_mail(session, settings, "reminder", mail_templates(session, settings), OPENED_AT)
    assert "<script" not in found.letter.html
    assert "&lt;script&gt;" in found.letter.html
