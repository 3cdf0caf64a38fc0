"""What people do on the pages, so that every page is seen in each of its states; each story leaves the site working.

Whatever is typed here is not Chinese, unless it has to be read as Chinese.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from tests.actions.reminding import FIRST_AFTER
from tests.domain.notices import NOTICES
from tests.mail.letters import blank_form, fill_form, posted
from tests.web.conftest import FILING, ROUND
from tests.web.english import EnglishBrowser
from tests.web.places import OFFICE
from tests.web.test_filing_pages import Sheet
from tests.web.test_form_pages import FORM, UPLOAD, filled
from tests.web.test_import_pages import RHYTHMS, settle, store, uploaded
from tracker.actions.import_list import import_list
from tracker.actions.load_list import load_list
from tracker.actions.process_mail import process_mail
from tracker.actions.receive_mail import store_mail
from tracker.models import (
    IncomingMail,
    IncomingState,
    MailboxPlace,
    MailState,
    OutgoingMail,
    UnitAlias,
    UnitChange,
    key,
)
from tracker.store.obligation_list import StateWord, TimingWord
from tracker.store.units import unit_by_name
from tracker.web.words import MAIL_KIND_LABELS
from tracker.web.words import NOTICES as SAID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Pages

    Story = Callable[["Visitors"], None]

HEADER: Final = "序号,具体措施,责任单位\n"
# A guess, a collective, near names and an unknown unit; a task without units.
FIRST: Final = (
    HEADER + "1,First task,市新设局、市示例局\n2,Second task,无\n3,Third task,市新设办局、各县人民政府\n"
    "4,Only a collective,各县人民政府\n"
)
# One reworded, one gone, one moved, one more; two quantities.
SECOND: Final = (
    HEADER + "1,First task in other words,市新设局、市示例局\n2,Third task,市新设办局、各县人民政府\n"
    "3,到2024年培训脱贫劳动力不少于4500人次。,市示例局\n4,Fourth task,市示例局\n"
)
TWICE: Final = HEADER + "1,First,市示例局\n1,Second,市示例局\n"
RULES: Final = {"slug": "plan", "title": "Plan", "period_type": "quarter", "due_day": "6"}
BUNDLED: Final = "yuxi-145-2021-2025"
_ROWS: Final = {"units-2": "市补写局", "lead-1": "市示例局", "group-各县人民政府": "county"}


class Visitors:
    """A browser for each who sees pages of his own; all read English."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.nobody = EnglishBrowser(pages.app)
        self.unit, self.coordinator, self.administrator = (
            EnglishBrowser(pages.app, cookies=pages.as_(name).cookies) for name in ("甲县", "统筹", "管理")
        )

    @property
    def all(self) -> tuple[EnglishBrowser, ...]:
        return self.nobody, self.unit, self.coordinator, self.administrator

    def id_of(self, name: str) -> int:
        with self.pages.database.reading() as session:
            return key(unit_by_name(session, name))

    def obligation(self, number: str) -> str:
        """The address of 甲县's page."""
        return f"/obligations/{self.pages.obligations(self.pages.example.county_a.id)[number].id}"


def signing_in(visitors: Visitors) -> None:
    visitors.nobody.get("/login")
    visitors.nobody.post("/login", {"username": "nobody", "password": "wrong"})
    form = visitors.unit.get(FILING).fields(action=FILING)
    visitors.nobody.post(FILING, form | {"text-1": "written while away", "act": "all"})


def being_told(visitors: Visitors) -> None:
    """Everything that a page says after something was done."""
    for word in SAID:
        visitors.coordinator.get(f"/?done={word}&count=2")


def filing(visitors: Visitors) -> None:
    sheet = Sheet(visitors.pages, visitors.unit)
    sheet.send("all", {})
    sheet.send("draft", {"2": "half a sentence"})
    sheet.send("one-1", {"1": "w" * 400})
    sheet.send("one-1", {"1": "written"})
    sheet.send("one-1", {"1": "written by another"})
    Sheet(visitors.pages, visitors.unit).send("one-2", {"2": "nothing to tell"}, nil=("2",))


def filing_a_form(visitors: Visitors) -> None:
    form = visitors.unit.get(FORM).body
    fields = visitors.unit.get(FILING).fields(action=UPLOAD)
    visitors.unit.post(UPLOAD, fields)
    for data in (
        b"%PDF-1.7",
        filled(form, r7="of the form", remark="a remark"),
        filled(form, r7="of the form", remark="a remark"),
        filled(form, r7="too late", r8="w" * 318),
    ):
        fields = visitors.unit.get(FILING).fields(action=UPLOAD)
        visitors.unit.post(UPLOAD, fields, files={"file": ("form.xlsx", data, "application/octet-stream")})


def reviewing(visitors: Visitors) -> None:
    browser, path, other = visitors.coordinator, visitors.obligation("1"), visitors.obligation("2")
    version = browser.get(path).fields(action=f"{path}/return")
    for act, data in (
        ("return", version | {"reason": " "}),
        ("return", version | {"reason": "please add numbers"}),
        ("accept", version),
    ):
        browser.post(f"{path}/{act}", data)
    for data in ({"reason": "dissolved"}, {"reason": "", "is_sure": "1"}, {"reason": "over", "is_sure": "1"}):
        browser.post(f"{other}/exempt", data)
    for visitor in (visitors.unit, browser):
        for page in (path, other, FILING, "/", f"{ROUND}?view=matrix"):
            visitor.get(page)
    Sheet(visitors.pages, visitors.unit).send("one-1", {"1": "with numbers"})
    browser.post(f"{path}/accept", browser.get(path).fields(action=f"{path}/accept"))
    browser.get(path)
    for word in StateWord:
        browser.get(f"{ROUND}/obligations?state={word}")
    for timing in TimingWord:
        browser.get(f"{ROUND}/obligations?state=nil&timing={timing}")
    browser.get(f"{FILING}?unit=甲县")


def reminding(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get("/mails")
    for query in ("?kind=opening", "", f"?unit={visitors.id_of('乙县')}"):
        form = browser.get(f"{ROUND}/remind{query}").fields(action=f"{ROUND}/remind")
        browser.post(f"{ROUND}/remind", form | {"with_form": "1"})
        browser.post(f"{ROUND}/remind", form)
    browser.post(f"{ROUND}/chasing", {})
    browser.post(f"{ROUND}/chasing", {"is_chasing": "1"})
    with visitors.pages.database.reading() as session:
        mails = [key(mail) for mail in session.exec(select(OutgoingMail))]
    for mail in mails:
        browser.get(f"/mails/{mail}")
    visitors.unit.get(FILING)


def chasing(visitors: Visitors) -> None:
    browser, unit = visitors.coordinator, str(visitors.id_of("甲县"))
    for path, data in (
        ("extensions", {"form": "extension", "unit": unit, "until": "2024-10-06", "reason": "flood"}),
        ("extensions", {"form": "extension", "unit": unit, "until": "2025-01-07", "reason": "flood"}),
        ("extensions", {"form": "extension", "unit": unit, "until": "soon", "reason": "flood"}),
        ("extensions", {"unit": unit, "until": "2024-10-10", "reason": " "}),
        ("extensions", {"unit": "", "until": "2024-10-10", "reason": "flood"}),
        ("extensions", {"unit": unit, "until": "2024-10-10", "reason": "flood"}),
        ("pauses", {"form": "pause", "unit": unit, "last_on": "2024-10-02", "reason": "new people"}),
        ("pauses", {"unit": unit, "scope": "all", "last_on": "2024-10-09", "reason": "new people"}),
        ("pauses", {"unit": unit, "reason": "of this round"}),
        ("moves", {"form": "move", "rung": "1", "planned_on": "2024-10-13", "reason": "a meeting"}),
        ("moves", {"form": "move", "rung": "99", "planned_on": "2024-10-09", "reason": "a meeting"}),
        ("moves", {"rung": "1", "planned_on": "2024-10-09", "reason": "a meeting"}),
        ("extensions/1/revoke", {}),
        ("extensions/1/revoke", {}),
        ("pauses/1/end", {}),
        ("pauses/1/end", {}),
    ):
        browser.post(f"{ROUND}/{path}", data)
        for page in (f"{ROUND}/chasing", ROUND):
            browser.get(page)
        for page in ("/", FILING):
            visitors.unit.get(page)


def being_late(visitors: Visitors) -> None:
    """After the due day: late texts, and units to be interviewed."""
    pages = visitors.pages
    before, pages.now = pages.now, FIRST_AFTER + timedelta(days=14)
    for page in (f"{ROUND}/interviews", ROUND, f"{ROUND}?view=tasks", f"{ROUND}/chasing", f"{ROUND}/remind"):
        visitors.coordinator.get(page)
    late = Sheet(pages, EnglishBrowser(pages.app, cookies=pages.as_("乙县").cookies))
    late.send("one-1", {"1": "late"})
    visitors.coordinator.get(f"{ROUND}/obligations?timing=late")
    for page in ("/", FILING):
        visitors.unit.get(page)
    pages.now = before


def importing(visitors: Visitors) -> None:
    browser = visitors.coordinator
    for name, content in (("plan.exe", b"MZ"), ("plan.xlsx", b"PK\x03\x04"), ("plan.txt", b"")):
        browser.post("/lists/import", files={"file": (name, content)})
    browser.post("/lists/import")
    store(browser, uploaded(browser, "twice.csv", TWICE.encode()))
    address = uploaded(browser, "plan.csv", FIRST.encode())
    browser.get("/lists/import")
    wrong = {"title": " ", "slug": "../x y", "due_day": "31", "character_limit": "0", "first_year": "24"}
    store(browser, address)
    store(browser, address, **wrong, **{"last_year": "1999", "lead": "nobody", "lead-1": "乙县"})
    store(browser, address, **RULES | {"due_day": "", "due_dates": "30 February"})
    # Rules set right, and rows; units that nobody has seen yet are shown first.
    years = {"first_year": "", "last_year": "", "due_dates": ""}
    store(browser, address, **RULES, **_ROWS, **years, character_limit="300", lead="first")
    assert store(browser, address).status == 303
    rhythms = uploaded(browser, "rhythms.txt", RHYTHMS.encode())
    settle(browser, rhythms, act="period-quarter")
    browser.post(f"{rhythms}/discard")
    address = uploaded(browser, "plan.csv", SECOND.encode())
    browser.get(address)
    settle(browser, address, **RULES, replaces="1", confirms_indicators="1")
    store(browser, address, **{"continues-1": "9"})
    assert store(browser, address, **{"continues-1": "1"}).status == 303


def reading_lists(visitors: Visitors) -> None:
    """A plan with tables of indicators, in two versions."""
    pages = visitors.pages
    content = load_list(pages.settings, BUNDLED)
    first = replace(content.tasks[0], content=content.tasks[0].content + " More.")
    with pages.database.transaction() as session:
        import_list(session, OFFICE, content, pages.now)
    changed = replace(content, tasks=(first, *content.tasks[1:-1]), rows=content.rows[:-1])
    with pages.database.transaction() as session:
        import_list(session, OFFICE, changed, pages.now)
    browser = visitors.coordinator
    for slug in (BUNDLED, "plan"):
        for page in ("", "?version=1", "/changes", "/changes?to=2", "/changes?from=2&to=1", "/indicators"):
            browser.get(f"/lists/{slug}{page}")
    page = browser.get(f"/lists/{BUNDLED}/indicators").page
    for act, button in (("dismiss", "dismiss"), ("confirm", "confirm")):
        value = page.xpath(f"//button[@name='{button}']/@value")[0]
        browser.post(f"/lists/{BUNDLED}/indicators", {"version": "2", act: value})
    for state in ("proposed", "confirmed", "dismissed"):
        browser.get(f"/lists/{BUNDLED}/indicators?state={state}")
    source = content.definition.document
    browser.get(uploaded(browser, source.name, source.read_bytes()))


def changing_units(visitors: Visitors) -> None:
    browser = visitors.coordinator
    town = {"name": "Town", "kind": "town", "parent": "甲县"}
    for data in (town | {"name": " "}, town | {"parent": "nowhere"}, town, town):
        browser.post("/units", data)
    path, county = f"/units/{visitors.id_of('Town')}", f"/units/{visitors.id_of('甲县')}"
    for action, data in (
        ("name", {"name": "乙县"}),
        ("name", {"name": "River"}),
        ("name", {"name": "River"}),
        ("kind", {"kind": "village"}),
        ("parent", {"parent": "nowhere"}),
        ("parent", {"parent": "乙县"}),
        ("parent", {"parent": ""}),
        ("aliases", {"alias": ""}),
        ("aliases", {"alias": "Brook"}),
        ("aliases/remove", {"alias": "999"}),
    ):
        browser.post(f"{path}/{action}", data)
    browser.post(f"{county}/parent", {"parent": "甲县"})
    with visitors.pages.database.reading() as session:
        alias = session.exec(select(UnitAlias.id).where(UnitAlias.name == "Brook")).one()
        own = session.exec(select(UnitAlias.id).where(UnitAlias.name == "River")).one()
    browser.get(f"{path}/aliases/remove?alias={alias}")
    for number in (own, alias):
        browser.post(f"{path}/aliases/remove", {"alias": str(number)})
    for query in ("?q=River", "?q=none", "?kind=department", "?lacks=contact", "?lacks=account"):
        browser.get(f"/units{query}")
    for act in ("department", "none", "save"):
        browser.post("/groups/1", {"unit": str(visitors.id_of("甲县")), "act": act})
    browser.get("/groups")


def merging_units(visitors: Visitors) -> None:
    """And every kind of record looked at, and taken back from the newest on."""
    browser = visitors.coordinator
    path, merging = (f"/units/{visitors.id_of('River')}", f"/units/{visitors.id_of('乙县')}")
    for into in ("nowhere", "River", "甲县"):
        browser.get(f"{path}/merge?into={into}")
        browser.post(f"{path}/merge", {"into": into})
    browser.get(f"{merging}/merge?into=甲县")
    browser.post(f"{merging}/merge", {"into": "甲县"})
    browser.get(path)
    browser.get(f"/units/{visitors.id_of('甲县')}")
    browser.get("/units/changes")
    with visitors.pages.database.reading() as session:
        changes = sorted(key(change) for change in session.exec(select(UnitChange)))
    for number in changes:
        browser.get(f"/units/changes/{number}")
    browser.post(f"/units/changes/{changes[0]}/undo")
    for number in (*reversed(changes), changes[-1]):
        browser.post(f"/units/changes/{number}/undo")
        browser.get(f"/units/changes/{number}")


def changing_the_calendar(visitors: Visitors) -> None:
    browser = visitors.administrator
    wrong = NOTICES[2026].replace("共9天", "共8天")
    day = {"what": "day", "day": "2024-10-08", "as": "off", "name": "Holiday"}
    for year, data in (
        (2026, {"what": "notice", "text": wrong}),
        (2027, {"what": "notice", "text": NOTICES[2026]}),
        (2026, {"what": "notice", "text": "not a notice"}),
        (2024, day | {"day": "8 October"}),
        (2024, day),
        (2027, {"what": "forget"}),
    ):
        browser.post(f"/calendar/{year}/preview", data)
    first = browser.post("/calendar/2024/preview", day)
    second = browser.post("/calendar/2024/preview", day | {"day": "2024-10-09"})
    forget = browser.post("/calendar/2025/preview", {"what": "forget"})
    for year, previewed in ((2024, second), (2024, first), (2025, forget)):
        browser.post(f"/calendar/{year}", previewed.fields(action=f"/calendar/{year}"))
    for path in ("/calendar/2024", "/calendar/2025", "/calendar/2030", "/lists/example/calendar/2024"):
        for visitor in (browser, visitors.coordinator):
            visitor.get(path)


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


def keeping_contacts(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.post("/contacts/import")
    for name, content in (
        ("contacts.exe", b"MZ"),
        ("contacts.xlsx", b"no zip"),
        ("contacts.csv", "单位,姓名,邮箱\n丙县,Somebody,c@example.org\n甲县,Somebody,wrong\n".encode()),
        ("contacts.csv", "单位,姓名,邮箱,角色\n甲县,Newcomer,new@example.org,填报人\n".encode()),
    ):
        browser.post("/contacts/import", files={"file": (name, content)})


def opening(visitors: Visitors) -> None:
    browser = visitors.coordinator
    preview = browser.get("/rounds/open?list=example&period=2024Q2")
    browser.post("/rounds/open", preview.fields(action="/rounds/open"))
    browser.get("/rounds/open?list=example&period=2030Q2")
    for page in ("", "?view=tasks", "/chasing", "/remind", "/interviews"):
        browser.get(f"/rounds/example/2024Q2{page}")


def closing(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get(f"{ROUND}/close")
    fields = visitors.unit.get(FILING).fields(action=FILING)
    browser.post(f"{ROUND}/close")
    browser.post(f"{ROUND}/close")
    visitors.unit.post(FILING, fields | {"act": "all"})
    for page in ("", "?view=matrix", "/chasing", "/remind", "/interviews", "/close"):
        browser.get(ROUND + page)
    for page in ("/", FILING):
        visitors.unit.get(page)


STORIES: Final[tuple[Story, ...]] = (
    *(signing_in, being_told, filing, filing_a_form, reminding, chasing, reviewing, being_late),
    *(importing, reading_lists, changing_units, merging_units, changing_the_calendar),
    *(reading_the_mailbox, settling_mails, polling, looking_after_mails, writing_templates, keeping_contacts),
    *(opening, closing),
)
