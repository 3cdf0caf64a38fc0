"""What people do on the pages, so that every page is seen in each of its states; each story leaves the site working.

Whatever is typed here is not Chinese, unless it has to be read as Chinese.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from tests.actions.gathering import gather
from tests.actions.reminding import FIRST_AFTER
from tests.domain.notices import NOTICES
from tests.mail.letters import blank_form, fill_form, posted
from tests.web.conftest import FILING, ROUND
from tests.web.english import EnglishBrowser
from tests.web.places import OFFICE
from tests.web.test_filing_pages import Sheet
from tests.web.test_form_pages import FORM, UPLOAD, filled
from tests.web.test_import_pages import RHYTHMS, settle, store, uploaded
from tests.web.test_leader_pages import add_indicator
from tracker.actions.file_progress import Filing, submit
from tracker.actions.import_list import import_list
from tracker.actions.index_texts import index_texts
from tracker.actions.load_list import load_list
from tracker.actions.process_mail import process_mail
from tracker.actions.receive_mail import store_mail
from tracker.domain.assessment import Assessment
from tracker.models import (
    ApiToken,
    Contact,
    IncomingMail,
    IncomingState,
    MailboxPlace,
    MailState,
    Obligation,
    OrgUnit,
    OutgoingMail,
    ProgressUpdate,
    ReportedValue,
    ReportingRound,
    UnitAlias,
    UnitChange,
    key,
)
from tracker.store.accounts import account_by_name
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
        self.unit, self.leader, self.coordinator, self.administrator = (
            EnglishBrowser(pages.app, cookies=pages.as_(name).cookies)
            for name in ("甲县", "领导", "统筹", "管理")
        )

    @property
    def all(self) -> tuple[EnglishBrowser, ...]:
        return self.nobody, self.unit, self.leader, self.coordinator, self.administrator

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


def working_off_a_queue(visitors: Visitors) -> None:
    browser, queue, pages = visitors.coordinator, f"{ROUND}/review", visitors.pages
    browser.get(queue)
    _file_below(pages, "1", "nothing to tell", is_nil=True)
    number = _file_below(pages, "2", "高度重视，加强领导，扎实推进各项工作。")
    form = browser.get(queue).fields(action=f"{queue}?page=1")
    ticked = form | {"which": "tick", "tick": str(number)}
    for act, data in (
        ("", {"act": f"return-{number}"}),
        ("/confirm", {"which": "clean"}),
        ("/confirm", ticked),
        ("", {"act": f"return-{number}", f"reason-{number}": "please add numbers"}),
        ("", ticked | {"act": "all"}),
        ("/confirm", ticked),
    ):
        browser.post(queue + act, form | data)
    _file_below(pages, "2", "with numbers")
    for query in ("", "?flagged=1", "?nil=yes", "?said=accepted_many&count=2", "?said=returned_untold"):
        browser.get(queue + query)


def gathering(visitors: Visitors) -> None:
    """甲县 reads what 乙县 files."""
    pages, address = visitors.pages, "/gathering/example/2024Q3"
    county = pages.example.county_b.id
    with pages.database.transaction() as session:
        gather(session, session.get_one(ReportingRound, pages.example.round.id))
        session.get_one(OrgUnit, county).parent_id = pages.example.county_a.id
    number = _file_below(pages, "1", "written")
    for path in (f"{ROUND}/review", f"{ROUND}/review?above=1", f"/obligations/{number}"):
        visitors.coordinator.get(path)
    unit = visitors.unit
    unit.get("/")
    form = unit.get(address).fields(action=f"{address}?page=1")
    unit.post(f"{address}/confirm", form | {"which": "tick", "tick": str(number)})
    unit.post(address, form | {"act": f"accept-{number}"})
    unit.get(address)
    visitors.coordinator.get(f"/obligations/{number}")
    with pages.database.transaction() as session:
        session.get_one(OrgUnit, county).parent_id = None


def _file_below(pages: Pages, number: str, text: str, *, is_nil: bool = False) -> int:
    """What 乙县 files; the number of the obligation."""
    example = pages.example
    task = next(task for task in example.tasks if task.number == number)
    with pages.database.transaction() as session:
        reporting_round = session.get_one(ReportingRound, example.round.id)
        filing = Filing(task, text, is_nil=is_nil)
        filer, unit = example.filer(example.county_b), example.county_b
        submit(session, filer, reporting_round, unit, [filing], pages.now)
    return pages.obligations(example.county_b.id)[number].id or 0


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


def keeping_one_contact(visitors: Visitors) -> None:
    browser, new = visitors.coordinator, {"unit": "甲县", "email": "newer@example.org", "role": "leader"}
    for wrong in ({"email": "no address"}, {"unit": "nowhere"}, {}):
        browser.post("/contacts", new | wrong)
    with visitors.pages.database.reading() as session:
        found = session.exec(select(Contact).where(Contact.email == new["email"])).one()
    path = f"/contacts/{found.id}"
    browser.get(path)
    for changed in ({"unit": "nowhere"}, {"chat_url": "https://example.org"}, {"name": "Somebody"}):
        browser.post(path, new | changed)
    browser.post(f"{path}/remove")
    browser.post(f"{path}/remove", {"is_sure": "1"})


def keeping_people(visitors: Visitors) -> None:
    browser, new = visitors.administrator, {"username": "deputy", "role": "leader", "unit": ""}
    visitors.coordinator.get("/people")
    for wrong in ({"username": " "}, {"role": "king"}, {"role": "filler"}, {}, {}):
        browser.post("/people", new | wrong)
    for name, content in (
        ("people.exe", b"MZ"),
        ("people.csv", "用户名,角色\nanother,国王\ndeputy,领导\n".encode()),
        ("people.csv", "用户名,角色\nanother,领导\n".encode()),
    ):
        browser.post("/people/import", files={"file": (name, content)})
    for slug in ("nothing", "example"):
        browser.post("/people/invite", {"list": slug})
    with visitors.pages.database.reading() as session:
        deputy, own = (account_by_name(session, name).id for name in ("deputy", "管理"))
    for act, data in (
        *(("password", {}), ("password", {"is_sure": "1"})),
        *(("switch", {}), ("switch", {"is_sure": "1"}), ("switch", {"to": "on"}), ("sessions", {})),
    ):
        browser.post(f"/people/{deputy}/{act}", data)
    browser.post(f"/people/{own}/switch")
    browser.post(f"/people/{own}/switch", {"is_sure": "1"})
    visitors.coordinator.get(f"/people/{own}")


def keeping_keys(visitors: Visitors) -> None:
    browser = visitors.administrator
    for data in ({"label": " "}, {"label": "of a county", "unit": "甲县"}, {"label": "of a county"}):
        browser.post("/people/keys", data)
    with visitors.pages.database.reading() as session:
        token = session.exec(select(ApiToken)).first()
    visitors.coordinator.get("/people/keys")
    if token:
        for data in ({}, {"is_sure": "1"}, {"is_sure": "1"}):
            browser.post(f"/people/keys/{token.id}/revoke", data)


def keeping_the_own_account(visitors: Visitors) -> None:
    visitors.unit.get("/me")
    visitors.pages.session_of("甲县")
    for new in ("short", "w" * 201, "long enough"):
        visitors.unit.post("/me/password", {"old": "wrong", "new": new, "repeated": new})
    visitors.unit.post("/me/password", {"old": "wrong", "new": "long enough", "repeated": "other"})
    visitors.unit.post("/me/sessions")


def changing_rules(visitors: Visitors) -> None:
    browser, path = visitors.coordinator, "/lists/example/rules"
    same = browser.get(path).fields(action=f"{path}/preview") | {"filers": "lead"}
    for changed in (
        {"due_day": "40", "due_month": "0", "ladder": "x", "remind_at": "x", "filers": "x", "mailbox": "x"},
        {"due_day": "", "due_dates": "3-25", "character_limit": "0", "open_before": "x", "close_after": "x"},
        {"due_day": "7", "due_dates": "1-1、2-2、3-3、4-4"},
        {"due_day": "8", "ladder": "open、-3、0、2", "remind_at": "8:00", "asks_assessment": "1"},
    ):
        preview = browser.post(f"{path}/preview", same | changed)
    browser.post(f"{path}/preview", same | {"due_day": "1"})
    browser.post(path, same | {"shown": "other"})
    browser.post(path, preview.fields(action=path))
    browser.get(path)


def reading_what_is_bundled(visitors: Visitors) -> None:
    browser = visitors.coordinator
    browser.get("/lists/bundled")
    for name in (BUNDLED, "nothing"):
        browser.get(f"/lists/bundled/{name}")


def looking_over_the_site(visitors: Visitors) -> None:
    visitors.administrator.get("/doctor")
    browser = visitors.coordinator
    browser.post("/mails/deliver")
    browser.post("/mailbox/import")
    browser.post("/mailbox/poll")
    for _ in range(2):
        mail = posted("stranger@example.net", ("photo.bin", b"y"))
        browser.post("/mailbox/import", files={"file": ("saved.eml", mail)})
    browser.post("/units/import")
    for content in ("名称,类别\nBrook,王国\n", "名称,类别\nBrook,县\n"):
        browser.post("/units/import", files={"file": ("units.csv", content.encode())})


def searching(visitors: Visitors) -> None:
    """For what is filed and what is not, indexed or not."""
    browser = visitors.unit
    Sheet(visitors.pages, browser).send("one-1", {"1": "searched for"})
    index_texts(visitors.pages.database, visitors.pages.now, at_most=1000)
    for reader in (browser, visitors.coordinator):
        for query in ("", "?q=searched", "?q=nowhere", "?q=nowhere&old=1", "?q=1&period=2024Q3"):
            reader.get(f"/search{query}")


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


def _third(visitors: Visitors) -> str:
    """The address of 乙县's third task."""
    return f"/obligations/{visitors.pages.obligations(visitors.pages.example.county_b.id)['3'].id}"


def _with_third(visitors: Visitors, path: str, data: dict[str, str]) -> None:
    visitors.coordinator.post(path, data)
    for page in (f"{_third(visitors)}/duties", _third(visitors), "/lists/example"):
        visitors.coordinator.get(page)
    visitors.unit.get(FILING)


def moving_a_task(visitors: Visitors) -> None:
    """乙县's third task goes to 甲县."""
    third, taker = _third(visitors), str(visitors.id_of("甲县"))
    for data in (
        {"form": "reassign", "unit": "", "reason": "new duties"},
        {"unit": taker, "reason": "new duties", "is_lasting": "1"},
    ):
        _with_third(visitors, f"{third}/reassign", data)
    _with_third(visitors, f"{third}/restore", {"reason": "by mistake"})


def taking_a_task_back(visitors: Visitors) -> None:
    third, taker = _third(visitors), str(visitors.id_of("甲县"))
    for _ in range(2):
        _with_third(visitors, "/reassignments/1/undo", {})
    _with_third(visitors, f"{third}/reassign", {"unit": taker, "reason": "again", "tells": "1"})


def finishing_a_task(visitors: Visitors) -> None:
    browser, unit, second = visitors.coordinator, visitors.unit, visitors.obligation("2")
    for evidence in (" ", "finished in May", "again"):
        unit.post(f"{second}/closeout/ask", {"evidence": evidence})
        unit.get(f"{second}/duties")
    for act, reason in (("refuse", " "), ("refuse", "no papers"), ("close", "late")):
        browser.post(f"/closeouts/1/{act}", {"reason": reason})
        unit.get(second)
    browser.post(f"{second}/closeout/close", {"evidence": "finished", "scope": "unit", "exempts": "1"})
    for page in ("/lists/example/closeouts", "/lists/example", f"{second}/duties", second):
        browser.get(page)


def reopening_a_task(visitors: Visitors) -> None:
    browser, second = visitors.coordinator, visitors.obligation("2")
    for path, data in (
        (f"{second}/restore", {"reason": "still to tell"}),
        ("/closeouts/2/reopen", {"reason": "not yet"}),
        (f"{second}/closeout/close", {"evidence": "finished", "scope": "all"}),
    ):
        browser.post(path, data)
        for page in ("/lists/example/closeouts", "/lists/example", f"{second}/duties", second):
            browser.get(page)


def instructing(visitors: Visitors) -> None:
    pages, browser, unit = visitors.pages, visitors.coordinator, visitors.unit
    form = {"text": "hurry", "instructed_by": "Somebody", "instructed_on": "2024-10-02", "list": "example"}
    form |= {"task": "1", "units": str(visitors.id_of("甲县"))}
    browser.get("/instructions/new?list=example&task=1")
    for values in ({"due_on": "soon"}, {"due_on": "2024-10-12", "task": "99"}, {"due_on": "2024-10-13"}):
        browser.post("/instructions", form | values)
    page = "/instructions/1"
    for visitor, act, data in (
        (browser, "close", {}),
        (unit, "reply", {"text": " "}),
        (unit, "reply", {"text": "it is done"}),
        (browser, "further", {"text": "how much", "due_on": "2024-10-13"}),
        (unit, "reply", {"text": "nine tenths"}),
        (browser, "close", {}),
        (unit, "reply", {"text": "ten tenths"}),
    ):
        for seen in (page, "/instructions", "/", visitors.obligation("1")):
            browser.get(seen)
            unit.get(seen)
        visitor.post(f"{page}/{act}", data)
    before, pages.now = pages.now, pages.now + timedelta(days=30)
    browser.post("/instructions", form | {"due_on": "2024-12-02"})
    pages.now += timedelta(days=40)
    for seen in ("/instructions", "/instructions?state=overdue"):
        browser.get(seen)
    unit.get("/")
    pages.now = before


def watching(visitors: Visitors) -> None:
    """The board under filters, and the leader's page with everything that may stand on it."""
    pages, browser = visitors.pages, visitors.coordinator
    before, pages.now = pages.now, pages.now + timedelta(days=10)
    for query in (
        "state=missing",
        "kind=county&timing=late",
        "view=matrix&state=exempt",
        "view=trend&measure=1",
    ):
        browser.get(f"{ROUND}?{query}")
    for seen in (f"{ROUND}/obligations?kind=county&measure=1", "/leader/example/2024Q3", "/"):
        browser.get(seen)
    with pages.database.transaction() as session:
        for update in session.exec(select(ProgressUpdate)):
            update.assessment = Assessment.BEHIND
        led = add_indicator(session, pages, 1, "Indicator one", "200", lineage=901, unit="km")
        shared = add_indicator(session, pages, 2, "Indicator two", "90", lineage=902, unit="km")
        add_indicator(session, pages, 2, "Indicator three", "90", lineage=903, unit="km")
        for update, owed in session.exec(
            select(ProgressUpdate, Obligation).where(
                col(ProgressUpdate.obligation_id) == col(Obligation.id),
                col(ProgressUpdate.version) == col(Obligation.version),
            )
        ):
            for indicator in (led, shared):
                if owed.task_id == indicator.task_id:
                    session.add(
                        ReportedValue(update_id=key(update), indicator_id=key(indicator), value=Decimal(5))
                    )
    browser.get("/leader/example/2024Q3")
    pages.now = before


STORIES: Final[tuple[Story, ...]] = (
    *(signing_in, being_told, filing, filing_a_form, reminding, chasing, reviewing, being_late),
    *(working_off_a_queue, gathering),
    *(moving_a_task, taking_a_task_back, finishing_a_task, reopening_a_task, instructing),
    *(importing, reading_lists, changing_units, merging_units, changing_the_calendar),
    *(reading_the_mailbox, settling_mails, polling, looking_after_mails, writing_templates, keeping_contacts),
    *(keeping_one_contact, keeping_people, keeping_keys, keeping_the_own_account, changing_rules),
    *(reading_what_is_bundled, looking_over_the_site, searching, watching, opening, closing),
)
