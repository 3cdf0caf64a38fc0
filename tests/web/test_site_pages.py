"""What was a command's only: the look over the site, delivery at once, bundled lists, a table of units."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.mail.letters import posted
from tests.web.places import build_places
from tracker.actions.mailbox.take_in_mail import TakenIn
from tracker.actions.mailing import deliver_now as module
from tracker.actions.mailing.deliver import Delivered
from tracker.actions.site.examine_site import Finding
from tracker.models import IncomingMail, IncomingState, MailState, OutgoingMail
from tracker.store.lists import all_lists
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    import pytest

    from tests.web.conftest import Pages

BUNDLED = "/lists/bundled/lufeng-town-2022-2024"


def test_findings_are_told_in_words_and_by_shape(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = (Finding("邮件", True, "只写入 {folder}", {"folder": "/x"}), Finding("数据库", False, "a {b}"))
    monkeypatch.setattr("tracker.web.doctor_pages.examine_site", lambda _settings: findings)
    answer = pages.as_("管理").get("/doctor")
    assert "1 处要处理" in answer.text
    assert "邮件✓ 正常只写入 /x 数据库✗ 要处理a {b}" in answer.text
    assert pages.as_("统筹").get("/doctor").status == 403


def test_due_mails_leave_at_once(pages: Pages) -> None:
    build_places(pages)
    browser = pages.as_("统筹")
    form = browser.get("/mails").fields(action="/mails/deliver")
    location = browser.post("/mails/deliver", form).location
    with pages.database.reading() as session:
        mails = session.exec(select(OutgoingMail)).all()
    assert mails
    assert {mail.state for mail in mails} == {MailState.SENT}
    assert location == f"/mails?done=delivered&count={len(mails)}"
    # Nothing waits any more: no button either.
    assert not [found for found in browser.get("/mails").page.forms if found.action == "/mails/deliver"]


def test_impatience_ties_up_one_thread_only(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*_: object, **__: object) -> Delivered:
        begun.set()
        go_on.wait()
        return Delivered(sent=1)

    monkeypatch.setattr(module, "deliver_all", slowly)
    first = threading.Thread(target=lambda: pages.as_("统筹").post("/mails/deliver"))
    first.start()
    begun.wait()
    answer = pages.as_("统筹").post("/mails/deliver")
    go_on.set()
    first.join()
    assert answer.status == 409
    assert "正在投递" in answer.text
    assert pages.as_("统筹").post("/mails/deliver").location == "/mails?done=delivered&count=1"


def test_a_bundled_list_is_looked_at_and_then_imported_by_one_button(pages: Pages) -> None:
    browser = pages.as_("统筹")
    assert BUNDLED in browser.get("/lists/bundled").page.xpath("//main//a/@href")
    answer = browser.get(BUNDLED)
    assert "报送规则" in answer.text
    with pages.database.reading() as session:
        assert [found.slug for found in all_lists(session)] == ["example"]
    assert browser.post(BUNDLED, answer.fields(action=BUNDLED)).location.startswith(
        "/lists/lufeng-town-2022-2024?done=imported&count="
    )
    with pages.database.reading() as session:
        assert {found.slug for found in all_lists(session)} == {"example", "lufeng-town-2022-2024"}
    assert BUNDLED not in browser.get("/lists/bundled").page.xpath("//main//a/@href")
    # Pressed again in another window.
    assert browser.post(BUNDLED, {}).location == "/lists/lufeng-town-2022-2024?done=import_same"


def test_an_address_names_no_file_that_is_not_listed(pages: Pages) -> None:
    for name in ("config", "..%2Fconfig", "%2Fetc%2Fpasswd", "guilin-2022-2024.toml"):
        assert pages.as_("统筹").get(f"/lists/bundled/{name}").status == 404


def test_units_are_read_from_a_table_all_or_none(pages: Pages) -> None:
    browser = pages.as_("统筹")
    bad = "名称,类别\n丙县,县\n丁县,王国\n".encode()
    answer = browser.post("/units/import", files={"file": ("units.csv", bad)})
    assert answer.status == 422
    assert "第 3 行" in answer.text
    good = "名称,类别,别名\n丙县,县,丙县人民政府\n".encode()
    answer = browser.post("/units/import", files={"file": ("units.csv", good)})
    assert answer.location == "/units?done=units_read&count=1"
    with pages.database.reading() as session:
        assert unit_by_name(session, "丙县人民政府").name == "丙县"
    assert browser.post("/units/import", files={"file": ("units.exe", b"MZ")}).status == 422


def test_a_saved_mail_is_taken_in_once(pages: Pages) -> None:
    browser, mail = pages.as_("统筹"), posted("someone@example.net", ("photo.bin", b"x"))
    for done in ("mail_taken_in", "mail_known"):
        answer = browser.post("/mailbox/import", files={"file": ("saved.eml", mail)})
        assert answer.location == f"/mailbox?done={done}"
    with pages.database.reading() as session:
        found = session.exec(select(IncomingMail)).one()
    assert found.state is IncomingState.QUARANTINED
    assert browser.post("/mailbox/import", files={"file": ("saved.pdf", mail)}).status == 422


def test_the_mailbox_is_polled_by_a_button_where_there_is_one(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = pages.as_("统筹")
    assert not [found for found in browser.get("/mailbox").page.forms if found.action == "/mailbox/poll"]
    answer = browser.post("/mailbox/poll")
    assert answer.status == 409
    assert "没有设置收信服务器" in answer.text
    polled = TakenIn(stored=2, known=0, settled=2)
    monkeypatch.setattr("tracker.web.mail.mailbox_intake_pages.poll_mailbox", lambda *_: polled)
    assert browser.post("/mailbox/poll").location == "/mailbox?done=mailbox_polled&count=2"
