"""Pictures of the pages, over the invented quarter of `tracker demo`.

    python -m tests.pictures.pages [--all DIR]

writes a dozen to docs/pictures/pages/; with --all every page at both widths, whole, to DIR.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from tests.pictures.conduct import stage_conduct
from tests.pictures.mailbox import stage_mailbox
from tests.web.server import chromium, serving
from tracker.actions.documents.draft_circular import draft_circular
from tracker.actions.documents.publish_circular import publish_circular
from tracker.actions.site.stage_demo import COORDINATOR, COUNTY, LEADER, stage_demo
from tracker.app import create_app
from tracker.config import load_settings
from tracker.db import open_database
from tracker.domain.actors import system
from tracker.domain.periods import parse_period
from tracker.models import (
    Circular,
    CircularKind,
    IncomingMail,
    MailState,
    Material,
    Obligation,
    OutgoingMail,
    Receipt,
    ReportingRound,
    key,
)
from tracker.store.lists import list_by_slug
from tracker.store.rounds import rounds_of
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tracker.config import Settings
    from tracker.db import Database

_KEPT: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "pages"
# By account: a name for each page, its address, and the widths of the pictures that are kept.
_Pages: TypeAlias = "dict[str, dict[str, tuple[str, tuple[str, ...]]]]"
# Fixed, so that the pictures change only when the pages do.
_NOW: Final = datetime(2026, 10, 12, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_WIDTHS: Final = {"wide": 1440, "phone": 390}
_MOST_BYTES: Final = 256 * 1024
# An invented plan with everything that a person is asked about.
_PLAN: Final = """示例市特色产业示例行动方案（2026—2028年）
一、重点任务
（一）做强示例产业。每季开展一次信息采集。（责任单位：市示例农业局、市示例商务局）
（二）拓展示例市场。落实乡级半月调度机制。（责任单位：市示例商务局、市示例农业服务局）
（三）加强示例服务。（责任单位：各县人民政府）
（四）建好示例基地。到2028年建成示例基地3个。（责任单位：市示利农业局、甲县）
二、工作要求
做好总结，不断完善。
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="DIR")
    wanted = parser.parse_args().all
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text("[jobs]\nenabled = false\n", "utf-8")
        settings = load_settings(config, {})
        database = open_database(settings)
        passwords = stage_demo(database, settings, _NOW)
        _park_one_mail(database)
        stage_mailbox(database, settings, _NOW)
        _publish_one(database, settings)
        conduct = stage_conduct(database, settings, _NOW)
        app = create_app(settings, database=database, now=lambda: _NOW)
        with serving(app) as address, chromium() as browser:
            pages = _pages(database, *conduct)
            _take(browser, address, pages, passwords, wanted or _KEPT, is_all=wanted is not None)
        database.close()


def _take(
    browser: Browser,
    address: str,
    pages: _Pages,
    passwords: dict[str, str],
    target: Path,
    *,
    is_all: bool,
) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for size, width in _WIDTHS.items():
        for who, paths in pages.items():
            context = browser.new_context(
                viewport={"width": width, "height": 900 if size == "wide" else 844}, locale="zh-CN"
            )
            page = context.new_page()
            if who:
                _sign_in(page, address, who, passwords[who])
            for name, (path, is_kept) in paths.items():
                if not is_all and size not in is_kept:
                    continue
                page.goto(address + path)
                if name == "filing-refused":
                    _file_too_long(page)
                if name == "import":
                    _upload(page)
                _shoot(page, target / f"{name}-{size}.png", is_whole=is_all)
                overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert overflow <= 0, f"{path} is {overflow} px wider than the window at {width}"
            context.close()


def _pages(database: Database, ranked: str, appealed: int) -> _Pages:
    """`ranked` is the period of a closed round, `appealed` an obligation in it."""
    with database.reading() as session:
        period = session.exec(
            select(ReportingRound.period).where(col(ReportingRound.closed_at).is_(None))
        ).one()
        reviewed = session.exec(
            select(Obligation.id).where(Obligation.state == "returned").order_by(col(Obligation.id).desc())
        ).first()
        mail = session.exec(select(OutgoingMail.id).order_by(col(OutgoingMail.id))).first()
        quarantined, material = (
            session.exec(
                select(IncomingMail.id).where(col(IncomingMail.from_address).endswith("example.net"))
            ).one(),
            session.exec(select(Material.id)).one(),
        )
        drafted, published = session.exec(select(Circular.id).order_by(col(Circular.id).desc())).all()
        county = unit_by_name(session, COUNTY)
        receipt = session.exec(
            select(Receipt.number)
            .join(Obligation, col(Obligation.unit_id) == col(Receipt.unit_id))
            .order_by(col(Receipt.id).desc())
        ).first()
    board, filing = f"/rounds/demo/{period}", f"/filing/demo/{period}"
    both, wide, phone = ("wide", "phone"), ("wide",), ("phone",)
    return {
        "": {"login": ("/login", phone)},
        LEADER: {"home-leader": ("/", ()), "leader": (f"/leader/demo/{period}", both)},
        COUNTY: {
            "home-unit": ("/", wide),
            "filing": (filing, both),
            "filing-refused": (filing, wide),
        },
        COORDINATOR: {
            "home": ("/", ()),
            "round": (board, both),
            "round-tasks": (f"{board}?view=tasks", ()),
            "round-matrix": (f"{board}?view=matrix#view", both),
            "round-trend": (f"{board}?view=trend#view", ()),
            "round-narrowed": (f"{board}?kind=county&state=missing", ()),
            "review": (f"{board}/review", both),
            "ranking": (f"/rounds/demo/{ranked}/ranking", both),
            "appeals": ("/lists/demo/appeals", wide),
            "appeal": (f"/obligations/{appealed}", ()),
            "search": ("/search?q=%E8%B5%84%E9%87%91", wide),
            "instructions": ("/instructions", ()),
            "instruction-new": ("/instructions/new", ()),
            "closeouts": ("/lists/demo/closeouts", ()),
            "duties": (f"/obligations/{reviewed}/duties", ()),
            "rules": ("/lists/demo/rules", ()),
            "bundled": ("/lists/bundled", ()),
            "people": ("/people", ()),
            "keys": ("/people/keys", ()),
            "me": ("/me", ()),
            "obligations": (f"{board}/obligations?state=missing", ()),
            "obligation": (f"/obligations/{reviewed}", wide),
            "receipt": (f"/receipts/{receipt}", wide),
            "remind": (f"{board}/remind", wide),
            "close": (f"{board}/close", ()),
            "open": (f"/rounds/open?list=demo&period={parse_period(period, 'quarter').shift(-2).key}", ()),
            "filing-read-only": (f"{filing}?unit={COUNTY}", ()),
            "import": ("/lists/import", wide),
            "mails": ("/mails", phone),
            "mail": (f"/mails/{mail}", ()),
            "contacts": ("/contacts", ()),
            "units": ("/units", ()),
            "unit": (f"/units/{county.id}", ()),
            "groups": ("/groups", ()),
            "chasing": (f"{board}/chasing", wide),
            "interviews": (f"{board}/interviews", ()),
            "mailbox": ("/mailbox", phone),
            "mailbox-mail": (f"/mailbox/{quarantined}", wide),
            "materials": ("/materials", ()),
            "material": (f"/materials/{material}", ()),
            "list": ("/lists/demo", wide),
            "accounts": (f"{board}/account", ()),
            "circulars": ("/circulars", ()),
            "circular": (f"/circulars/{published}", wide),
            "circular-draft": (f"/circulars/{drafted}", ()),
            "circular-publish": (f"/circulars/{drafted}/publish", ()),
            "summaries": ("/lists/demo/summaries", ()),
            "comparison": ("/lists/demo/compare", ()),
            "indicators": ("/lists/demo/indicators", ()),
            "year-plan": (f"/lists/demo/calendar/{_NOW.year}", wide),
            "days": (f"/calendar/{_NOW.year}", ()),
            "mail-templates": ("/mail-templates", ()),
            "mail-template": ("/mail-templates/reminder/body.txt", ()),
            "not-found": ("/nowhere", ()),
        },
    }


def _sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/login")
    page.fill("#username", username)
    page.fill("#password", password)
    page.click("main button")


def _file_too_long(page: Page) -> None:
    box = page.locator("textarea:not([readonly])").first
    box.fill("进" * 301)
    task = str(box.get_attribute("name")).replace("text-", "one-")
    page.click(f"button[value='{task}']")


def _upload(page: Page) -> None:
    page.set_input_files(
        "#file", {"name": "示例方案.txt", "mimeType": "text/plain", "buffer": _PLAN.encode()}
    )
    page.click("main button.primary")
    page.wait_for_url("**/lists/import/*")
    # What is asked about stands below the rules.
    page.evaluate("document.getElementById('units').scrollIntoView()")


def _shoot(page: Page, file: Path, *, is_whole: bool) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    if is_whole:
        page.screenshot(path=file, full_page=height < 6000)
        return
    page.screenshot(path=file)
    assert file.stat().st_size < _MOST_BYTES, f"{file.name} is too large to keep"


def _publish_one(database: Database, settings: Settings) -> None:
    """The 通报 of the quarter before, and a draft of the report of this one."""
    actor = system("示例统筹人")
    with database.transaction() as session:
        task_list = list_by_slug(session, "demo")
        newest, before = rounds_of(session, task_list)[:2]
        ids = [
            key(draft_circular(session, actor, settings, task_list, found, kind, _NOW))
            for found, kind in ((before, CircularKind.CIRCULAR), (newest, CircularKind.REPORT))
        ]
    publish_circular(database, settings, actor, ids[0], _NOW)


def _park_one_mail(database: Database) -> None:
    """A refused address among the reminders of the demo."""
    with database.transaction() as session:
        mail = session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id).desc())).first()
        if mail:
            mail.state, mail.attempts = MailState.PARKED, 1
            mail.last_error = "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown"
            session.add(mail)


if __name__ == "__main__":
    main()
