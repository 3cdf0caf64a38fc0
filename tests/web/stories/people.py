"""Stories of people: contacts, accounts, keys, the own account, the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tests.mail.letters import posted
from tracker.models import (
    ApiToken,
    Contact,
)
from tracker.store.accounts import account_by_name

if TYPE_CHECKING:
    from tests.web.stories.visitors import Visitors


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
        *(("role", {"role": role}) for role in ("king", "filler", "leader", "coordinator")),
        *(("role", {"role": "filler", "unit": unit, "is_sure": "1"}) for unit in ("nowhere", "甲县")),
    ):
        browser.post(f"/people/{deputy}/{act}", data)
    browser.post(f"/people/{own}/switch")
    browser.post(f"/people/{own}/switch", {"is_sure": "1"})
    for sure in ({}, {"is_sure": "1"}):
        browser.post(f"/people/{own}/role", {"role": "leader"} | sure)
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
