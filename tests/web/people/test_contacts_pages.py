"""Contacts one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.models import Contact, OrgUnit, key
from tracker.store.contacts import all_contacts

if TYPE_CHECKING:
    from tests.web.conftest import Pages

NEW = {"unit": "甲县", "name": "新人", "email": "new@example.org", "role": "leader", "chat_url": ""}


def stored(pages: Pages) -> set[tuple[str, str, str, str, str]]:
    with pages.database.reading() as session:
        return {
            (unit.name if unit else "", contact.name, contact.email, contact.role.value, contact.chat_url)
            for contact, unit in all_contacts(session)
        }


def path_of(pages: Pages, email: str) -> str:
    with pages.database.reading() as session:
        return f"/contacts/{key(session.exec(select(Contact).where(Contact.email == email)).one())}"


def test_a_contact_is_added_and_the_same_again_only_renamed(pages_on_each: Pages) -> None:
    pages = pages_on_each
    before, browser = stored(pages), pages.as_("统筹")
    assert browser.post("/contacts", NEW).location == "/contacts?done=contact_added"
    assert stored(pages) - before == {("甲县", "新人", "new@example.org", "leader", "")}
    again = browser.post("/contacts", NEW | {"email": "NEW@example.org", "name": "改名"})
    assert again.location == "/contacts?done=contact_saved"
    assert stored(pages) - before == {("甲县", "改名", "new@example.org", "leader", "")}


def test_what_cannot_be_a_contact_comes_back_with_the_reason(pages: Pages) -> None:
    before, browser = stored(pages), pages.as_("统筹")
    for wrong, said in (
        ({"email": "new.example.org"}, "邮箱“new.example.org”无效"),
        ({"unit": "甲线"}, "没有名为“甲线”的单位"),
        ({"unit": ""}, "没有写单位"),
        ({"role": "administrator"}, "无法识别"),
        ({"chat_url": "https://evil.example/hook"}, "群机器人地址无效"),
    ):
        answer = browser.post("/contacts", NEW | wrong)
        assert answer.status == 422, wrong
        assert said in answer.text
        assert answer.value("name") == "新人"
        assert "evil.example" not in answer.html
    assert stored(pages) == before


def test_a_contact_is_changed_in_every_field(pages: Pages) -> None:
    browser, path = pages.as_("统筹"), path_of(pages, "a@example.org")
    fields = browser.get(path).fields(action=path)
    assert (fields["unit"], fields["email"], fields["role"]) == ("甲县", "a@example.org", "filler")
    robot = {"chat_url": "wecombot://secretkeysecretkey"}
    changed = {"unit": "乙县", "name": "另一人", "email": "other@example.org", "role": "leader"}
    assert browser.post(path, fields | changed | robot).location == "/contacts?done=contact_saved"
    row = ("乙县", "另一人", "other@example.org", "leader")
    assert (*row, robot["chat_url"]) in stored(pages)
    # The robot is a secret: the form does not say it, and without it it stays.
    form = browser.get(path)
    assert "secretkey" not in form.html
    browser.post(path, form.fields(action=path) | {"name": "第三人"})
    assert ("乙县", "第三人", "other@example.org", "leader", robot["chat_url"]) in stored(pages)
    browser.post(path, form.fields(action=path) | {"chat_url": "-"})
    assert (*row, "") in stored(pages)


def test_a_change_into_another_contact_or_to_nothing_is_refused(pages: Pages) -> None:
    browser, path = pages.as_("统筹"), path_of(pages, "a@example.org")
    browser.post("/contacts", NEW)
    before = stored(pages)
    fields = browser.get(path).fields(action=path)
    for wrong, said in (
        ({"email": "NEW@example.org", "role": "leader"}, "同一单位的另一联系人"),
        ({"email": ""}, "无效"),
        ({"unit": "甲线"}, "没有名为“甲线”的单位"),
        ({"chat_url": "https://evil.example/hook"}, "wecombot://"),
    ):
        answer = browser.post(path, fields | wrong)
        assert answer.status == 422, wrong
        assert said in answer.text
        assert "evil.example" not in answer.html
    assert stored(pages) == before


def test_a_contact_is_removed_after_it_was_asked(pages: Pages) -> None:
    browser, path, before = pages.as_("统筹"), path_of(pages, "a@example.org"), stored(pages)
    asked = browser.post(f"{path}/remove", {})
    assert "移除联系人 a@example.org" in asked.text
    assert stored(pages) == before
    assert browser.post(f"{path}/remove", asked.fields(action=f"{path}/remove")).status == 303
    assert {row[2] for row in before - stored(pages)} == {"a@example.org"}
    assert browser.get(path).status == 404


def test_units_without_a_contact_come_first_and_lead_to_the_form(pages: Pages) -> None:
    with pages.database.transaction() as session:
        for contact in session.exec(select(Contact).join(OrgUnit).where(OrgUnit.name == "甲县")):
            session.delete(contact)
    browser = pages.as_("统筹")
    page = browser.get("/contacts")
    assert page.text.index("还没有联系人的单位：1 个") < page.text.index("全部联系人")
    (link,) = [href for href in page.page.xpath("//main//a/@href") if href.startswith("/contacts?unit=")]
    assert browser.get(link.partition("#")[0]).value("unit") == "甲县"
