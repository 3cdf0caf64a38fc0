"""Every page by every role, other units' things, and sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import FILING
from tests.web.places import address_of, build_places, file_one, routes_of
from tracker.actions.people.accounts import hasher
from tracker.store.accounts import account_by_name

if TYPE_CHECKING:
    from tests.web.conftest import Pages

NOBODY, UNIT, OTHER, LEADER, COORDINATOR = "", "甲县", "乙县", "领导", "统筹"
ROLES = (NOBODY, UNIT, OTHER, LEADER, COORDINATOR, "管理")
SIGN_IN = 303

# Status by role: nobody, the unit itself, another unit, leader, coordinator, administrator.
# What stands for the names in braces is built in places.py.
MATRIX: dict[tuple[str, str], tuple[int, int, int, int, int, int]] = {
    ("GET", "/"): (303, 200, 200, 200, 200, 200),
    ("GET", "/login"): (200, 303, 303, 303, 303, 303),
    ("POST", "/login"): (401, 401, 401, 401, 401, 401),
    ("POST", "/logout"): (303, 303, 303, 303, 303, 303),
    ("GET", "/language/{code}"): (303, 303, 303, 303, 303, 303),
    ("POST", "/language/{code}"): (303, 303, 303, 303, 303, 303),
    ("GET", "/static/{name}"): (200, 200, 200, 200, 200, 200),
    ("GET", "/filing/{slug}/{period}"): (303, 200, 200, 303, 303, 303),
    ("GET", "/filing/{slug}/{period}?unit=甲县"): (303, 200, 404, 200, 200, 200),
    ("POST", "/filing/{slug}/{period}"): (401, 303, 404, 403, 403, 403),
    ("POST", "/filing/{slug}/{period}/drafts"): (401, 200, 404, 403, 403, 403),
    ("GET", "/attachments/{material_id}"): (303, 200, 404, 200, 200, 200),
    ("GET", "/filing/{slug}/{period}/form.xlsx"): (303, 200, 200, 404, 404, 404),
    ("GET", "/filing/{slug}/{period}/form.xlsx?unit=甲县"): (303, 200, 404, 403, 200, 200),
    ("POST", "/filing/{slug}/{period}/form"): (401, 422, 404, 403, 403, 403),
    ("GET", "/receipts/{number}"): (303, 200, 404, 200, 200, 200),
    ("GET", "/obligations/{obligation_id}"): (303, 200, 404, 200, 200, 200),
    ("POST", "/obligations/{obligation_id}/accept"): (401, 403, 403, 403, 303, 303),
    ("POST", "/obligations/{obligation_id}/return"): (401, 403, 403, 403, 303, 303),
    ("POST", "/obligations/{obligation_id}/exempt"): (401, 403, 403, 403, 303, 303),
    ("GET", "/obligations/{obligation_id}/duties"): (303, 200, 404, 200, 200, 200),
    ("POST", "/obligations/{obligation_id}/reassign"): (401, 403, 403, 403, 422, 422),
    ("POST", "/obligations/{obligation_id}/restore"): (401, 403, 403, 403, 409, 409),
    ("POST", "/obligations/{obligation_id}/closeout/ask"): (401, 422, 404, 403, 422, 422),
    ("POST", "/obligations/{obligation_id}/closeout/close"): (401, 403, 403, 403, 422, 422),
    ("POST", "/reassignments/{reassignment_id}/undo"): (401, 403, 403, 403, 303, 303),
    ("GET", "/lists/{slug}/closeouts"): (303, 404, 404, 200, 200, 200),
    ("POST", "/closeouts/{closeout_id}/close"): (401, 403, 403, 403, 303, 303),
    ("POST", "/closeouts/{closeout_id}/refuse"): (401, 403, 403, 403, 303, 303),
    ("POST", "/closeouts/{closeout_id}/reopen"): (401, 403, 403, 403, 409, 409),
    ("POST", "/obligations/{obligation_id}/finding"): (401, 403, 403, 403, 303, 303),
    ("POST", "/obligations/{obligation_id}/finding/withdraw"): (401, 403, 403, 403, 409, 409),
    ("POST", "/obligations/{obligation_id}/appeal"): (401, 422, 404, 403, 422, 422),
    ("POST", "/obligations/{obligation_id}/excuse"): (401, 403, 403, 403, 422, 422),
    ("GET", "/lists/{slug}/appeals"): (303, 404, 404, 200, 200, 200),
    ("POST", "/appeals/{appeal_id}/uphold"): (401, 403, 403, 403, 303, 303),
    ("POST", "/appeals/{appeal_id}/refuse"): (401, 403, 403, 403, 303, 303),
    ("POST", "/appeals/{appeal_id}/takeback"): (401, 403, 403, 403, 409, 409),
    ("GET", "/instructions"): (303, 200, 200, 200, 200, 200),
    ("GET", "/instructions/new"): (303, 403, 403, 403, 200, 200),
    ("POST", "/instructions"): (401, 403, 403, 403, 422, 422),
    ("GET", "/instructions/{instruction_id}"): (303, 200, 404, 200, 200, 200),
    ("POST", "/instructions/{instruction_id}/reply"): (401, 422, 404, 403, 422, 422),
    ("POST", "/instructions/{instruction_id}/close"): (401, 403, 404, 403, 409, 409),
    ("POST", "/instructions/{instruction_id}/further"): (401, 403, 404, 403, 422, 422),
    ("GET", "/search"): (303, 200, 200, 200, 200, 200),
    ("GET", "/search?q=示例"): (303, 200, 200, 200, 200, 200),
    ("GET", "/rounds/open"): (303, 403, 403, 403, 200, 200),
    ("POST", "/rounds/open"): (401, 403, 403, 403, 303, 303),
    ("GET", "/rounds/{slug}/{period}"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}?view=tasks"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}?view=matrix"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}?view=trend"): (303, 404, 404, 200, 200, 200),
    ("GET", "/leader/{slug}/{period}"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}/ranking"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}/obligations"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}/report.{form}"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}/report.{form}?unit={unit_id}"): (303, 200, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}/account"): (303, 404, 404, 200, 200, 200),
    ("POST", "/rounds/{slug}/{period}/account"): (401, 403, 403, 403, 303, 303),
    # A 通报 that is published; what is a draft, and what goes upward, is in test_circular_pages.py.
    ("GET", "/circulars"): (303, 200, 200, 200, 200, 200),
    ("GET", "/circulars/{circular_id}"): (303, 200, 200, 200, 200, 200),
    ("POST", "/circulars/{circular_id}"): (401, 403, 403, 403, 409, 409),
    ("GET", "/circulars/{circular_id}/page"): (303, 200, 200, 200, 200, 200),
    ("GET", "/circulars/{circular_id}/files/{file_form}"): (303, 200, 200, 200, 200, 200),
    ("GET", "/circulars/{circular_id}/verify"): (303, 404, 404, 200, 200, 200),
    ("GET", "/circulars/{circular_id}/preview/{preview_form}"): (303, 403, 403, 403, 303, 303),
    ("GET", "/circulars/{circular_id}/publish"): (303, 403, 403, 403, 303, 303),
    ("POST", "/circulars/{circular_id}/publish"): (401, 403, 403, 403, 303, 303),
    ("POST", "/circulars/{circular_id}/discard"): (401, 403, 403, 403, 303, 303),
    ("POST", "/circulars/{circular_id}/correct"): (401, 403, 403, 403, 303, 303),
    ("GET", "/lists/{slug}/summaries"): (303, 404, 404, 200, 200, 200),
    ("POST", "/lists/{slug}/summaries"): (401, 403, 403, 403, 404, 404),
    ("GET", "/lists/{slug}/compare"): (303, 404, 404, 200, 200, 200),
    ("GET", "/rounds/{slug}/{period}/review"): (303, 403, 403, 403, 200, 200),
    ("POST", "/rounds/{slug}/{period}/review"): (401, 403, 403, 403, 404, 404),
    ("POST", "/rounds/{slug}/{period}/review/confirm"): (401, 403, 403, 403, 303, 303),
    # Where no list asks units above there is nothing; who may do what where one does: test_gathering_pages.py.
    ("GET", "/gathering/{slug}/{period}"): (303, 404, 404, 404, 404, 404),
    ("POST", "/gathering/{slug}/{period}"): (401, 404, 404, 404, 404, 404),
    ("POST", "/gathering/{slug}/{period}/confirm"): (401, 404, 404, 404, 404, 404),
    ("POST", "/rounds/{slug}/{period}/chasing"): (401, 403, 403, 403, 303, 303),
    ("GET", "/rounds/{slug}/{period}/remind"): (303, 403, 403, 403, 200, 200),
    ("POST", "/rounds/{slug}/{period}/remind"): (401, 403, 403, 403, 303, 303),
    ("GET", "/rounds/{slug}/{period}/chasing"): (303, 403, 403, 403, 200, 200),
    ("POST", "/rounds/{slug}/{period}/extensions"): (401, 403, 403, 403, 422, 422),
    ("POST", "/rounds/{slug}/{period}/extensions/{extension_id}/revoke"): (401, 403, 403, 403, 303, 303),
    ("POST", "/rounds/{slug}/{period}/pauses"): (401, 403, 403, 403, 422, 422),
    ("POST", "/rounds/{slug}/{period}/pauses/{pause_id}/end"): (401, 403, 403, 403, 303, 303),
    ("POST", "/rounds/{slug}/{period}/moves"): (401, 403, 403, 403, 422, 422),
    ("GET", "/rounds/{slug}/{period}/interviews"): (303, 403, 403, 403, 200, 200),
    ("GET", "/rounds/{slug}/{period}/close"): (303, 403, 403, 403, 200, 200),
    ("POST", "/rounds/{slug}/{period}/close"): (401, 403, 403, 403, 303, 303),
    ("GET", "/mails"): (303, 403, 403, 403, 200, 200),
    ("GET", "/mails/resend"): (303, 403, 403, 403, 200, 200),
    ("POST", "/mails/resend"): (401, 403, 403, 403, 303, 303),
    ("GET", "/mail-templates"): (303, 403, 403, 403, 200, 200),
    ("GET", "/mail-templates/{kind}/{part}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/mail-templates/{kind}/{part}"): (401, 403, 403, 403, 422, 422),
    ("POST", "/mail-templates/{kind}/{part}/restore"): (401, 403, 403, 403, 303, 303),
    ("GET", "/document-templates"): (303, 403, 403, 403, 200, 200),
    ("GET", "/document-templates/{document}.docx"): (303, 403, 403, 403, 200, 200),
    ("GET", "/document-templates/{document}/sample.docx"): (303, 403, 403, 403, 200, 200),
    ("POST", "/document-templates/{document}"): (401, 403, 403, 403, 422, 422),
    ("POST", "/document-templates/{document}/restore"): (401, 403, 403, 403, 303, 303),
    ("GET", "/calendar/feed/{token}.ics"): (200, 200, 200, 200, 200, 200),
    ("POST", "/units/{unit_id}/feed"): (401, 303, 404, 403, 303, 303),
    ("GET", "/mailbox"): (303, 403, 403, 403, 200, 200),
    ("GET", "/mailbox/{incoming_id}"): (303, 403, 403, 403, 200, 200),
    ("GET", "/mailbox/{incoming_id}/files/{place}"): (303, 403, 403, 403, 200, 200),
    ("GET", "/mailbox/{incoming_id}/mail.eml"): (303, 403, 403, 403, 200, 200),
    ("POST", "/mailbox/{incoming_id}/file"): (401, 403, 403, 403, 422, 422),
    ("POST", "/mailbox/{incoming_id}/bind"): (401, 403, 403, 403, 303, 303),
    ("POST", "/mailbox/{incoming_id}/again"): (401, 403, 403, 403, 303, 303),
    ("POST", "/mailbox/{incoming_id}/discard"): (401, 403, 403, 403, 303, 303),
    ("GET", "/materials"): (303, 403, 403, 403, 200, 200),
    ("GET", "/materials/{material_id}"): (303, 403, 403, 403, 200, 200),
    ("GET", "/materials/{material_id}/file"): (303, 403, 403, 403, 200, 200),
    ("POST", "/materials/{material_id}"): (401, 403, 403, 403, 303, 303),
    ("GET", "/mails/{mail_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/mails/{mail_id}/resend"): (401, 403, 403, 403, 303, 303),
    ("GET", "/contacts"): (303, 403, 403, 403, 200, 200),
    ("POST", "/contacts/import"): (401, 403, 403, 403, 422, 422),
    ("GET", "/people"): (303, 403, 403, 403, 200, 200),
    ("POST", "/people"): (401, 403, 403, 403, 422, 422),
    ("POST", "/people/import"): (401, 403, 403, 403, 422, 422),
    ("POST", "/people/invite"): (401, 403, 403, 403, 404, 404),
    ("GET", "/people/{account_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/people/{account_id}/password"): (401, 403, 403, 403, 200, 200),
    ("POST", "/people/{account_id}/switch"): (401, 403, 403, 403, 303, 303),
    ("POST", "/people/{account_id}/role"): (401, 403, 403, 403, 422, 422),
    ("POST", "/people/{account_id}/sessions"): (401, 403, 403, 403, 303, 303),
    ("GET", "/people/keys"): (303, 403, 403, 403, 200, 200),
    ("POST", "/people/keys"): (401, 403, 403, 403, 403, 422),
    ("POST", "/people/keys/{key_id}/revoke"): (401, 403, 403, 403, 303, 303),
    ("GET", "/me"): (303, 200, 200, 200, 200, 200),
    ("POST", "/me/password"): (401, 422, 422, 422, 422, 422),
    ("POST", "/me/sessions"): (401, 303, 303, 303, 303, 303),
    ("GET", "/doctor"): (303, 403, 403, 403, 403, 200),
    ("POST", "/mailbox/poll"): (401, 403, 403, 403, 409, 409),
    ("POST", "/mailbox/import"): (401, 403, 403, 403, 422, 422),
    ("POST", "/mails/deliver"): (401, 403, 403, 403, 303, 303),
    ("POST", "/contacts"): (401, 403, 403, 403, 422, 422),
    ("GET", "/contacts/{contact_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/contacts/{contact_id}"): (401, 403, 403, 403, 422, 422),
    ("POST", "/contacts/{contact_id}/remove"): (401, 403, 403, 403, 303, 303),
    ("GET", "/units/import"): (303, 403, 403, 403, 200, 200),
    ("POST", "/units/import"): (401, 403, 403, 403, 422, 422),
    ("GET", "/lists/bundled"): (303, 403, 403, 403, 200, 200),
    ("GET", "/lists/bundled/{list_name}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/lists/bundled/{list_name}"): (401, 403, 403, 403, 303, 303),
    ("GET", "/lists/{slug}/rules"): (303, 403, 403, 403, 200, 200),
    ("POST", "/lists/{slug}/rules/preview"): (401, 403, 403, 403, 422, 422),
    ("POST", "/lists/{slug}/rules"): (401, 403, 403, 403, 422, 422),
    ("GET", "/units"): (303, 403, 403, 403, 200, 200),
    ("POST", "/units"): (401, 403, 403, 403, 422, 422),
    ("GET", "/units/changes"): (303, 403, 403, 403, 200, 200),
    ("GET", "/units/changes/{change_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/units/changes/{change_id}/undo"): (401, 403, 403, 403, 303, 303),
    ("GET", "/units/{unit_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/units/{unit_id}/name"): (401, 403, 403, 403, 422, 422),
    ("POST", "/units/{unit_id}/kind"): (401, 403, 403, 403, 303, 303),
    ("POST", "/units/{unit_id}/parent"): (401, 403, 403, 403, 303, 303),
    ("POST", "/units/{unit_id}/aliases"): (401, 403, 403, 403, 422, 422),
    ("GET", "/units/{unit_id}/aliases/remove"): (303, 403, 403, 403, 200, 200),
    ("POST", "/units/{unit_id}/aliases/remove"): (401, 403, 403, 403, 422, 422),
    ("GET", "/units/{unit_id}/merge"): (303, 403, 403, 403, 200, 200),
    ("POST", "/units/{unit_id}/merge"): (401, 403, 403, 403, 422, 422),
    ("GET", "/groups"): (303, 403, 403, 403, 200, 200),
    ("GET", "/groups/{group_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/groups/{group_id}"): (401, 403, 403, 403, 303, 303),
    ("GET", "/lists/{slug}"): (303, 404, 404, 200, 200, 200),
    ("GET", "/lists/{slug}/changes"): (303, 404, 404, 200, 200, 200),
    ("GET", "/lists/{slug}/indicators"): (303, 404, 404, 200, 200, 200),
    ("POST", "/lists/{slug}/indicators"): (401, 403, 403, 403, 303, 303),
    ("GET", "/lists/{slug}/calendar"): (303, 404, 404, 303, 303, 303),
    ("GET", "/lists/{slug}/calendar/{year}"): (303, 404, 404, 200, 200, 200),
    ("GET", "/lists/{slug}/calendar/{year}.ics"): (303, 404, 404, 200, 200, 200),
    ("GET", "/calendar"): (303, 403, 403, 403, 303, 303),
    ("GET", "/calendar/{year}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/calendar/{year}/preview"): (401, 403, 403, 403, 403, 200),
    ("POST", "/calendar/{year}"): (401, 403, 403, 403, 403, 200),
    ("GET", "/lists/import"): (303, 403, 403, 403, 200, 200),
    ("POST", "/lists/import"): (401, 403, 403, 403, 422, 422),
    ("GET", "/lists/import/{import_id}"): (303, 403, 403, 403, 200, 200),
    ("POST", "/lists/import/{import_id}"): (401, 403, 403, 403, 303, 303),
    ("POST", "/lists/import/{import_id}/discard"): (401, 403, 403, 403, 303, 303),
}


def test_the_matrix_names_every_route(pages: Pages) -> None:
    assert {(method, path.partition("?")[0]) for method, path in MATRIX} == routes_of(pages.app)


@pytest.mark.parametrize(("method", "path"), MATRIX, ids=[" ".join(route) for route in MATRIX])
def test_each_role_gets_what_the_matrix_says(pages: Pages, method: str, path: str) -> None:
    expected = MATRIX[method, path]
    address = address_of(path, build_places(pages))
    own_unit = str(pages.example.county_a.id)
    data = (
        {"unit": own_unit}
        if path.startswith(("/filing", "/materials"))
        else {"version": "1", "reason": "理由", "is_sure": "1", "what": "forget"}
        | ({"unit": own_unit} if path.endswith("/bind") else {})
    )
    found = []
    for number, who in enumerate(ROLES):
        if number == len(ROLES) - 1 and method == "POST" and expected[number] == 303:
            # What a coordinator has just done cannot be done again; an administrator has the same rights.
            found.append(expected[number])
            continue
        browser = pages.as_(who) if who else pages.browser()
        if method == "GET":
            found.append(browser.get(address).status)
        else:
            form = data | {"list": "example", "period": "2024Q2"} if path == "/rounds/open" else data
            found.append(browser.post(address, form).status)
    assert tuple(found) == expected


def test_another_units_things_look_as_if_they_did_not_exist(pages_on_each: Pages) -> None:
    pages = pages_on_each
    receipt = file_one(pages, pages.as_(UNIT), "只有甲县看得到")
    obligation = pages.obligations(pages.example.county_a.id)["1"]
    other = pages.as_(OTHER)
    for hidden, invented in (
        (receipt, "/receipts/20240101-001-AAAAAA"),
        (f"/obligations/{obligation.id}", "/obligations/999999"),
        (f"{FILING}?unit=甲县", f"{FILING}?unit=没有此县"),
    ):
        answer, nothing = other.get(hidden), other.get(invented)
        assert answer.status == nothing.status == 404
        assert answer.text == nothing.text
        assert "甲县看得到" not in answer.html


def test_a_form_of_another_unit_changes_nothing(pages: Pages) -> None:
    task = pages.example.tasks[0].id
    form = pages.as_(UNIT).get(FILING).fields(action=FILING)
    answer = pages.as_(OTHER).post(FILING, form | {f"text-{task}": "冒名", "act": "all"})
    assert answer.status == 404
    assert {o.version for o in pages.obligations(pages.example.county_a.id).values()} == {0}
    assert {o.version for o in pages.obligations(pages.example.county_b.id).values()} == {0}


def test_fields_that_nobody_asked_for_are_ignored(pages: Pages) -> None:
    browser = pages.as_(UNIT)
    form = browser.get(FILING).fields(action=FILING)
    third = pages.example.tasks[2].id
    extra = {"role": "coordinator", "state": "accepted", f"text-{third}": "不属于甲县的任务", "act": "all"}
    assert browser.post(FILING, form | extra).status == 422
    assert pages.obligations(pages.example.county_b.id)["3"].version == 0


def test_an_old_cookie_is_worth_nothing_after_signing_out(pages: Pages) -> None:
    browser = pages.as_(UNIT)
    old = browser.cookies["duban"]
    assert (
        browser.post("/logout", browser.get("/").fields(action="/logout")).location
        == "/login?done=signed_out"
    )
    browser.cookies.set("duban", old)
    assert browser.get("/").location == "/login"
    assert browser.post(FILING, {"unit": "1"}).status == 401


def test_a_switched_off_account_is_out_at_its_next_request(pages: Pages) -> None:
    browser = pages.as_(UNIT)
    assert browser.get("/").status == 200
    with pages.database.transaction() as session:
        account = account_by_name(session, UNIT)
        account.is_active = False
        session.add(account)
    assert browser.get("/").location == "/login"


def test_an_account_moved_to_another_unit_sees_that_one_only(pages: Pages) -> None:
    browser = pages.as_(UNIT)
    receipt = file_one(pages, browser)
    with pages.database.transaction() as session:
        account = account_by_name(session, UNIT)
        account.unit_id = pages.example.county_b.id
        session.add(account)
    assert browser.get(receipt).status == 404
    assert "乙县" in browser.get(FILING).text


def test_a_session_ends_after_its_hours(pages: Pages) -> None:
    browser = pages.as_(UNIT)
    pages.now += timedelta(days=61)
    assert browser.get("/").location == "/login"


def _give_password(pages: Pages, username: str, password: str) -> None:
    with pages.database.transaction() as session:
        account = account_by_name(session, username)
        account.password_hash = hasher().hash(password)
        session.add(account)


def test_signing_in_leads_to_where_one_wanted_to_go(pages: Pages) -> None:
    _give_password(pages, UNIT, "correct horse")
    browser = pages.browser()
    wanted = browser.get(FILING).location
    assert wanted == f"/login?next={FILING}"
    form = browser.get(wanted).fields(action="/login") | {"username": UNIT, "password": "correct horse"}
    answer = browser.post("/login", form)
    assert (answer.status, answer.location) == (303, FILING)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("duban=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert "甲县" in browser.get(FILING).text


def test_a_wrong_password_says_no_more_than_that(pages_on_each: Pages) -> None:
    pages = pages_on_each
    _give_password(pages, UNIT, "correct horse")
    browser = pages.browser()
    known = browser.post("/login", {"username": UNIT, "password": "wrong"})
    unknown = browser.post("/login", {"username": "没有此人", "password": "wrong"})
    nul = browser.post("/login", {"username": "甲\0县", "password": "\0"})
    assert known.status == unknown.status == nul.status == 401
    assert known.text == unknown.text == nul.text
    assert "用户名或密码不正确" in known.text


def test_a_cookie_planted_before_signing_in_is_not_taken_over(pages: Pages) -> None:
    _give_password(pages, UNIT, "correct horse")
    attacker = pages.as_(OTHER)
    planted = attacker.cookies["duban"]
    victim = pages.browser()
    victim.cookies.set("duban", planted)
    answer = victim.post("/login", {"username": UNIT, "password": "correct horse", "next": "/"})
    assert answer.status == 303
    assert planted not in answer.headers["set-cookie"]
    # The session that was planted has ended with it.
    assert attacker.get("/").location == "/login"
