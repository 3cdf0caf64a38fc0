"""The mailbox as a coordinator sees it: what waits, what a form says beside what is on file, and what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.mail.letters import blank_form, fill_form, posted
from tests.web.conftest import NOW
from tracker.actions.filing.keep_materials import keep_materials
from tracker.actions.mailbox.process_mail import process_mail
from tracker.actions.mailbox.receive_mail import store_mail
from tracker.mail.arrival import ArrivedFile
from tracker.models import (
    Contact,
    IncomingMail,
    IncomingState,
    MailboxPlace,
    Material,
    ProgressUpdate,
    key,
)

if TYPE_CHECKING:
    from tests.web.conftest import Pages

STRANGER = "someone@example.net"


def receive(pages: Pages, content: bytes) -> int:
    with pages.database.transaction() as session:
        number = store_mail(session, content, pages.now)
    process_mail(pages.database, pages.settings, pages.now)
    assert number is not None
    return number


def form_of(pages: Pages, texts: dict[str, str]) -> bytes:
    with pages.database.transaction() as session:
        blank = blank_form(session, pages.settings, pages.example, pages.example.county_a)
    return fill_form(blank, texts)


@pytest.fixture
def waiting(pages: Pages) -> int:
    """A form of 甲县 from an address that nobody knows."""
    form = form_of(pages, {"1": "建成示例基地 3 个。"})
    return receive(pages, posted(f"新同志 <{STRANGER}>", ("表 <b>.xlsx", form), text="<b>您好</b>"))


def state_of(pages: Pages, number: int) -> IncomingState:
    with pages.database.reading() as session:
        return session.get_one(IncomingMail, number).state


def versions(pages: Pages) -> list[ProgressUpdate]:
    with pages.database.reading() as session:
        return list(session.exec(select(ProgressUpdate)))


def test_the_home_page_counts_what_waits_and_links_to_it(pages: Pages, waiting: int) -> None:
    assert waiting
    home = pages.as_("统筹").get("/")
    assert "1 封来件等待人工处理" in home.text
    (link,) = home.page.xpath("//section//li/a[contains(@href, 'mailbox')]/@href")
    page = pages.as_("统筹").get(link)
    assert "待人工 1" in page.text
    assert f"{STRANGER} 不是甲县的联系人" in page.text
    assert "有 1 封来件" not in pages.as_("领导").get("/").text


def test_the_list_is_filtered_by_state_and_its_counts_are_the_lists(pages: Pages, waiting: int) -> None:
    assert waiting
    receive(pages, posted("a@example.org", headers={"Auto-Submitted": "auto-replied"}, subject="不在"))
    browser = pages.as_("统筹")
    assert len(browser.get("/mailbox").page.xpath("//tbody/tr")) == 2
    assert len(browser.get("/mailbox?state=ignored").page.xpath("//tbody/tr")) == 1
    assert browser.get("/mailbox?state=lost").status == 404


def test_the_page_says_how_the_last_poll_went(pages: Pages) -> None:
    assert "没有设置收信服务器" in pages.as_("统筹").get("/mailbox").text
    imap = pages.settings.mailbox.imap.model_copy(update={"host": "imap.example.org"})
    mailbox = pages.settings.mailbox.model_copy(update={"imap": imap})
    object.__setattr__(
        pages.app.state.site, "settings", pages.settings.model_copy(update={"mailbox": mailbox})
    )
    assert "还没有收取过" in pages.as_("统筹").get("/mailbox").text
    with pages.database.transaction() as session:
        session.add(
            MailboxPlace(folder="INBOX", uid_validity=1, last_uid=1, polled_at=NOW, last_error="口令不对")
        )
    assert "口令不对" in pages.as_("统筹").get("/mailbox").text


def test_a_mail_shows_its_text_as_text_and_the_form_beside_what_is_on_file(
    pages: Pages, waiting: int
) -> None:
    page = pages.as_("统筹").get(f"/mailbox/{waiting}")
    assert "<b>您好</b>" in page.text
    assert "建成示例基地 3 个。" in page.text
    assert "还没有报送" in page.text
    assert "甲县" in page.text
    assert page.page.xpath("//select[@name='unit']/option[@selected]/text()") == ["甲县"]
    with pages.database.transaction() as session:
        session.add(
            Contact(unit_id=key(pages.example.county_a), name="新", email=STRANGER, role="filler")  # type: ignore[arg-type]
        )
    pages.as_("统筹").post(f"/mailbox/{waiting}/again")
    assert "相同" in pages.as_("统筹").get(f"/mailbox/{waiting}").text


def test_files_are_only_to_be_saved_under_clean_names(pages: Pages) -> None:
    number = receive(pages, posted(STRANGER, ("../页\r\n面.html", b"<script>1</script>")))
    answer = pages.as_("统筹").get(f"/mailbox/{number}/files/0")
    assert answer.body == b"<script>1</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert ".." not in answer.headers["content-disposition"]
    assert pages.as_("统筹").get(f"/mailbox/{number}/files/1").status == 404
    whole = pages.as_("统筹").get(f"/mailbox/{number}/mail.eml")
    assert whole.headers["content-disposition"].startswith("attachment; ")


def test_filing_on_ones_word_needs_a_reason_and_keeps_it(pages: Pages, waiting: int) -> None:
    browser = pages.as_("统筹")
    assert browser.post(f"/mailbox/{waiting}/file", {"reason": " "}).status == 422
    assert versions(pages) == []
    answer = browser.post(f"/mailbox/{waiting}/file", {"reason": "电话核实"})
    assert answer.location == f"/mailbox/{waiting}?done=incoming_filed"
    page = browser.get(answer.location)
    assert "已代为报送" in page.text
    assert "电话核实" in page.text
    assert [update.text for update in versions(pages)] == ["建成示例基地 3 个。"]
    assert browser.post(f"/mailbox/{waiting}/file", {"reason": "再来"}).status == 409


def test_binding_the_sender_needs_a_confirmation(pages: Pages, waiting: int) -> None:
    browser = pages.as_("统筹")
    form = browser.get(f"/mailbox/{waiting}").fields(action=f"/mailbox/{waiting}/bind")
    assert browser.post(f"/mailbox/{waiting}/bind", form).status == 422
    answer = browser.post(f"/mailbox/{waiting}/bind", form | {"is_sure": "1"})
    assert answer.status == 303
    assert state_of(pages, waiting) is IncomingState.FILED
    assert [update.text for update in versions(pages)] == ["建成示例基地 3 个。"]


def test_what_is_discarded_is_listed_as_such(pages: Pages, waiting: int) -> None:
    browser = pages.as_("统筹")
    assert browser.post(f"/mailbox/{waiting}/discard", {"reason": "重复"}).status == 303
    assert "重复" in browser.get("/mailbox?state=discarded").text
    assert "来件等待人工处理" not in browser.get("/").text


def test_a_mail_that_cannot_be_read_can_still_be_seen_and_discarded(pages: Pages) -> None:
    number = receive(pages, b"From: a@example.org\r\nX: " + b"x" * 300_000 + b"\r\n\r\n")
    browser = pages.as_("统筹")
    assert "无法读取" in browser.get(f"/mailbox/{number}").text
    assert browser.get(f"/mailbox/{number}/files/0").status == 404
    assert browser.post(f"/mailbox/{number}/discard", {"reason": "空"}).status == 303


@pytest.fixture
def material(pages: Pages, waiting: int) -> int:
    with pages.database.transaction() as session:
        mail = session.get_one(IncomingMail, waiting)
        file = ArrivedFile("经验材料.pdf", "text/html", b"<p>x")
        assert keep_materials(session, mail, key(pages.example.county_a), None, [file, file]) == 1
        return session.exec(select(Material.id)).one() or 0


def test_a_material_is_listed_saved_and_given_another_place(pages: Pages, material: int) -> None:
    browser = pages.as_("统筹")
    unit_a, unit_b = key(pages.example.county_a), key(pages.example.county_b)
    assert "经验材料.pdf" in browser.get(f"/materials?unit={unit_a}").text
    assert "经验材料.pdf" not in browser.get(f"/materials?unit={unit_b}").text
    saved = browser.get(f"/materials/{material}/file")
    assert (saved.body, saved.headers["content-type"]) == (b"<p>x", "application/octet-stream")
    current = str(pages.example.round.id)
    placed = {"unit": str(unit_b), "round": current, "task": "3"}
    assert browser.post(f"/materials/{material}", placed).status == 303
    page = browser.get(f"/materials?unit={unit_b}&round={current}")
    assert "第 3 项" in page.text
    assert browser.get(f"/materials/{material}").value("task") == "3"
    assert browser.post(f"/materials/{material}", placed | {"task": "99"}).status == 404
    assert browser.post(f"/materials/{material}", placed | {"unit": "999999"}).status == 404
