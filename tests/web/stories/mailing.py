"""Stories of mails: what came in, what goes out, how it is worded."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from sqlmodel import col, select

from tests.mail.letters import blank_form, fill_form, posted
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.models import (
    IncomingMail,
    IncomingState,
    MailboxPlace,
    MailState,
    OutgoingMail,
    key,
)
from tracker.web.words import MAIL_KIND_LABELS

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


def reading_the_mailbox(visitors: Visitors) -> None:
    """A form from a stranger, from its unit, from another; a file, nothing, a broken form, no person, no mail."""
    pages = visitors.pages
    with pages.database.transaction() as session:
        blank = blank_form(session, pages.settings, pages.example, pages.example.county_b)
    form = ("form.xlsx", fill_form(blank, {"1": "of the mail", "3": "w" * 310}))
    sent = [
        posted("stranger@example.net", form),
        posted("b@example.org", form, subject="report"),
        posted("b@example.org", ("note.pdf", b"%PDF-1.7"), subject="a file"),
        posted("b@example.org", subject="no file"),
        posted("a@example.org", form, subject="of another"),
        posted("b@example.org", ("form.xlsx", form[1][:-9] + b"x" * 9), subject="broken"),
        posted("a@example.org", headers={"Auto-Submitted": "auto-replied"}, subject="away"),
        b"From: a@example.org\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    ]
    for content in sent:
        with pages.database.transaction() as session:
            number = store_mail(session, content, pages.now)
        process_mail(pages.database, pages.settings, pages.now)
        visitors.coordinator.get(f"/mailbox/{number}")


def settling_mails(visitors: Visitors) -> None:
    pages, browser = visitors.pages, visitors.coordinator
    with pages.database.reading() as session:
        numbers = [
            key(mail) for mail in session.exec(select(IncomingMail).order_by(col(IncomingMail.id).desc()))
        ][7::-1]
    stranger = f"/mailbox/{numbers[0]}"
    browser.post(f"{stranger}/file", {"reason": " "})
    browser.post(f"{stranger}/bind", {"unit": str(visitors.id_of("乙县"))})
    browser.post(f"{stranger}/again")
    browser.post(f"{stranger}/file", {"reason": "by telephone"})
    browser.post(f"{stranger}/file", {"reason": "again"})
    browser.post(f"/mailbox/{numbers[2]}/discard", {"reason": "twice"})
    for state in IncomingState:
        with pages.database.transaction() as session:
            mail = session.get_one(IncomingMail, numbers[3])
            mail.state = state
            session.add(mail)
        browser.get(f"/mailbox?state={state}")
        browser.get(f"/mailbox/{numbers[3]}")
    for path in ("/materials", f"/materials?unit={visitors.id_of('甲县')}", "/", "/mailbox"):
        browser.get(path)
    placed = {"unit": str(visitors.id_of("乙县")), "round": str(pages.example.round.id), "task": "3"}
    browser.post("/materials/1", placed)
    browser.post("/materials/1", placed | {"task": "99"})


def polling(visitors: Visitors) -> None:
    """The mailbox with a server: before the first time, then with its error, then well."""
    pages = visitors.pages
    site = pages.app.state.site
    imap = pages.settings.mailbox.imap.model_copy(update={"host": "imap.example.org"})
    mailbox = pages.settings.mailbox.model_copy(update={"imap": imap})
    object.__setattr__(site, "settings", pages.settings.model_copy(update={"mailbox": mailbox}))
    visitors.coordinator.get("/mailbox")
    for error in ("no such user", ""):
        with pages.database.transaction() as session:
            session.merge(
                MailboxPlace(
                    folder="INBOX", uid_validity=1, last_uid=1, polled_at=pages.now, last_error=error
                )
            )
        visitors.coordinator.get("/mailbox")
    object.__setattr__(site, "settings", pages.settings)


def looking_after_mails(visitors: Visitors) -> None:
    """One of each state and kind."""
    pages, browser = visitors.pages, visitors.coordinator
    states: list[dict[str, Any]] = [{"state": state} for state in MailState]
    for number, values in enumerate(states + [{"kind": kind} for kind in MAIL_KIND_LABELS]):
        with pages.database.transaction() as session:
            mail = OutgoingMail(
                **{"kind": "reminder", "state": MailState.QUEUED} | values,
                cause=f"story {number}",
                message_id=f"<story-{number}@example.org>",
                to_name="Somebody",
                to_address="a@example.org",
                subject="Subject",
                text="Text",
                html="<p>Text</p>",
                last_error="550 User unknown" if number % 2 else "",
                attempts=number,
                sent_at=pages.now if values.get("state") in {MailState.SENT, MailState.BOUNCED} else None,
                bounced_at=pages.now if values.get("state") is MailState.BOUNCED else None,
                created_at=pages.now,
                next_attempt_at=pages.now + timedelta(minutes=5),
            )
            session.add(mail)
            session.flush()
            address = f"/mails/{mail.id}"
        browser.get(address)
    for query in ("", *(f"?state={state}" for state in MailState), "?kind=reminder", "?q=nobody"):
        browser.get(f"/mails{query}")
    for page in ("/contacts", "/units", "/mails/resend"):
        browser.get(page)
    browser.post("/mails/resend")


def writing_templates(visitors: Visitors) -> None:
    browser = visitors.coordinator
    for part in ("subject.txt", "body.txt", "body.html"):
        path = f"/mail-templates/reminder/{part}"
        own = browser.get(path).value("text")
        for text in ("{{", "{{ nothing }}", "{{ site.name.upper() }}", "{% macro x() %}{% endmacro %}"):
            browser.post(path, {"text": text})
        browser.post(path, {"text": own + " ", "preview": "1"})
        browser.post(
            path, {"text": f"{own}\nMore."} if part == "body.txt" else {"text": f"{own.strip()} More"}
        )
    browser.get("/mail-templates")
    browser.post("/mail-templates/reminder/body.txt/restore")
    browser.post("/mail-templates/reminder/body.txt/restore")


def laying_out_documents(visitors: Visitors) -> None:
    """Word templates of the office: refused with the place of a mistake, kept, taken back."""
    browser = visitors.coordinator
    path = "/document-templates/circular"
    browser.post(path, {"": ""})
    for text in (
        "{{ nothing }}",
        "{{ title.upper() }}",
        "{{ title",
        "{{ kinds }}",
        "{{ counts.nothing }}",
        "{{r title }}",
    ):
        browser.post(path, files={"file": ("layout.docx", _word(text))})
    browser.post(path, files={"file": ("layout.docx", b"no document")})
    for _time in range(2):
        browser.post(path, files={"file": ("layout.docx", _word("{{ title }}"))})
    browser.get("/document-templates")
    for _time in range(2):
        browser.post(f"{path}/restore")


def _word(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    content = BytesIO()
    document.save(content)
    return content.getvalue()
