"""The things that addresses name, in a site where each of them exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fastapi.routing import APIRoute
from sqlmodel import select

from tests.actions.publishing import publish_plainly
from tests.example import COORDINATOR
from tests.mail.letters import posted
from tests.web.conftest import FILING
from tracker.actions.chasing.pause_chasing import pause_chasing
from tracker.actions.documents.draft_circular import draft_circular
from tracker.actions.duties.ask_close_out import ask_close_out
from tracker.actions.duties.instruct import instruct
from tracker.actions.duties.reassign import reassign
from tracker.actions.filing.keep_materials import keep_materials
from tracker.actions.lists.keep_import import keep_import
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.actions.people.accounts import issue_token
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.actions.units.change_unit_alias import give_alias
from tracker.actions.units.unit_feed import feed_address, renew_feed
from tracker.domain.faults import Fault
from tracker.importers.document import read_source
from tracker.importers.files.source import SourceFile
from tracker.mail.arrival import ArrivedFile
from tracker.models import (
    Appeal,
    CircularKind,
    Contact,
    IncomingMail,
    Material,
    Obligation,
    OrgUnit,
    OutgoingMail,
    ReportingRound,
    UnitAlias,
    key,
)
from tracker.store.accounts import account_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastapi import FastAPI
    from sqlmodel import Session

    from tests.web.client import Browser
    from tests.web.conftest import Pages

# Not named by a word that pages say in English.
OFFICE = replace(COORDINATOR, label="office")
# What an address means nothing without.
_QUERIES = {
    "/rounds/open": "?list=example&period=2024Q2",
    "/units/{unit_id}/aliases/remove": "?alias={alias_id}",
}


def build_places(pages: Pages) -> dict[str, object]:
    """By the names in braces of a route. What belongs to a unit is 甲县's; what stays a coordinator's choice about a
    round (延期、暂停) is 乙县's, which leaves 甲县 as the others expect it."""
    county = key(pages.example.county_a)
    receipt = file_one(pages, pages.as_("甲县")).removeprefix("/receipts/")
    incoming = _incoming(pages)
    published = _circular(pages)
    with pages.database.transaction() as session:
        return {
            "code": "en",
            "name": pages.app.state.site.assets.path("style.css").removeprefix("/static/"),
            "slug": "example",
            "period": "2024Q3",
            "year": "2024",
            "form": "json",
            "kind": "reminder",
            "document": "report",
            "part": "subject.txt",
            "place": 0,
            "number": receipt,
            "obligation_id": pages.obligations(county)["1"].id,
            "unit_id": county,
            "group_id": 1,
            "mail_id": _mail(session, pages),
            "token": _feed_token(session, pages),
            "import_id": _import(session, pages),
            "change_id": _change(session, pages),
            "alias_id": session.exec(select(UnitAlias.id).where(UnitAlias.name == "示例县")).one(),
            "incoming_id": incoming,
            "material_id": _material(session, incoming, county),
            "extension_id": _extension(session, pages),
            "pause_id": _pause(session, pages),
            "reassignment_id": _reassignment(session, pages),
            "closeout_id": _close_out(session, pages),
            "appeal_id": _appeal(session, pages),
            "instruction_id": _instruction(session, pages),
            "account_id": key(account_by_name(session, "局")),
            "key_id": _key(session, pages),
            "contact_id": session.exec(select(Contact.id)).first(),
            "list_name": "lufeng-town-2022-2024",
            "circular_id": published,
            "file_form": "docx",
            "preview_form": "xlsx",
        }


def address_of(route: str, places: Mapping[str, object]) -> str:
    """The route with every name filled in, and what its page asks for besides."""
    return (route + _QUERIES.get(route, "")).format(**places)


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every page's route."""
    found: set[tuple[str, str]] = set()

    def walk(routes: Iterable[object]) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                found.update((method, route.path) for method in route.methods or ())
            elif (router := getattr(route, "original_router", None)) is not None:
                walk(router.routes)

    walk(app.routes)
    return found


def file_one(pages: Pages, browser: Browser, text: str = "已完成。") -> str:
    """Files task 1 and returns the receipt's address."""
    task = pages.example.tasks[0].id
    form = browser.get(FILING).fields(action=FILING)
    answer = browser.post(FILING, form | {f"text-{task}": text, "act": f"one-{task}"})
    assert answer.status == 303, answer.text
    return answer.location


def _incoming(pages: Pages) -> int:
    """A stranger's mail with one file."""
    with pages.database.transaction() as session:
        number = store_mail(session, posted("someone@example.net", ("photo.bin", b"x")), pages.now)
    process_mail(pages.database, pages.settings, pages.now)
    assert number
    return number


def _material(session: Session, incoming_id: int, unit_id: int) -> int:
    file = ArrivedFile("经验.pdf", "application/pdf", b"x")
    keep_materials(session, session.get_one(IncomingMail, incoming_id), unit_id, None, [file])
    return key(session.exec(select(Material)).one())


def _feed_token(session: Session, pages: Pages) -> str:
    unit = session.get_one(OrgUnit, pages.example.county_a.id)
    renew_feed(session, OFFICE, unit, pages.now)
    session.flush()
    return feed_address(session, pages.settings, unit).rpartition("/")[2].removesuffix(".ics")


def _mail(session: Session, pages: Pages) -> int:
    mail = OutgoingMail(
        cause="test",
        kind="reminder",
        message_id="<1@example.org>",
        to_address="a@example.org",
        subject="Subject",
        text="Text",
        html="<p>Text</p>",
        created_at=pages.now,
        next_attempt_at=pages.now,
    )
    session.add(mail)
    session.flush()
    return key(mail)


def _import(session: Session, pages: Pages) -> int:
    source = SourceFile("示例.txt", "示例方案\n一、重点任务\n（一）做好示例。\n".encode())
    return key(keep_import(session, OFFICE, pages.settings, source, read_source(source), pages.now))


def _change(session: Session, pages: Pages) -> int:
    county = session.get_one(OrgUnit, pages.example.county_a.id)
    change = give_alias(session, OFFICE, county, "示例县", pages.now)
    assert change
    return key(change)


def _extension(session: Session, pages: Pages) -> int:
    current = session.get_one(ReportingRound, pages.example.round.id)
    unit = session.get_one(OrgUnit, pages.example.county_b.id)
    granted = grant_extension(
        session, OFFICE, pages.settings, current, unit, date(2024, 10, 10), "reason", pages.now
    )
    session.flush()
    return key(granted)


def _pause(session: Session, pages: Pages) -> int:
    unit = session.get_one(OrgUnit, pages.example.county_b.id)
    pause = pause_chasing(session, OFFICE, pages.settings, unit, "reason", pages.now)
    session.flush()
    return key(pause)


def _appeal(session: Session, pages: Pages) -> int:
    """Of 甲县's second task, which leaves the first as the others expect it."""
    obligation = pages.obligations(pages.example.county_a.id)["2"]
    appeal = Appeal(
        obligation_id=key(obligation),
        fault=Fault.RETURNED,
        words="It was the mail server.",
        asked_at=pages.now,
        asked_by="a filler",
    )
    session.add(appeal)
    session.flush()
    return key(appeal)


def _key(session: Session, pages: Pages) -> int:
    unit = session.get_one(OrgUnit, pages.example.county_b.id)
    return key(issue_token(session, OFFICE, "system of a county", pages.now, unit=unit)[0])


def _reassignment(session: Session, pages: Pages) -> int:
    """Task 3 goes from 乙县 to 甲县."""
    example = pages.example
    task = example.tasks[2]
    owed = session.exec(
        select(Obligation).where(Obligation.task_id == task.id, Obligation.unit_id == example.county_b.id)
    ).one()
    to = session.get_one(OrgUnit, example.county_a.id)
    return key(reassign(session, OFFICE, pages.settings, owed, task, to, "reason", pages.now))


def _close_out(session: Session, pages: Pages) -> int:
    """Asked by the bureau, of task 2."""
    example = pages.example
    asked = ask_close_out(
        session,
        OFFICE,
        pages.settings,
        example.task_list,
        example.tasks[1],
        example.bureau,
        "evidence",
        pages.now,
    )
    return key(asked)


def _circular(pages: Pages) -> int:
    """A published 通报."""
    circular_id = begin_circular(pages)
    publish_plainly(pages.database, pages.settings, OFFICE, circular_id, pages.now)
    return circular_id


def begin_circular(pages: Pages, kind: CircularKind = CircularKind.CIRCULAR) -> int:
    """The draft of a 通报."""
    with pages.database.transaction() as session:
        example = pages.example
        draft = draft_circular(
            session, OFFICE, pages.settings, example.task_list, example.round, kind, pages.now
        )
        return key(draft)


def _instruction(session: Session, pages: Pages) -> int:
    unit = session.get_one(OrgUnit, pages.example.county_a.id)
    (given,) = instruct(
        session,
        OFFICE,
        pages.settings,
        text="text",
        instructed_by="somebody",
        instructed_on=pages.now.date(),
        due_on=pages.now.date() + timedelta(days=7),
        units=[unit],
        now=pages.now,
    )
    return key(given)
