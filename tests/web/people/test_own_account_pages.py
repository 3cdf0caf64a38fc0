"""The own account: another password, and the other browsers it is signed in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.actions.people.accounts import hasher
from tracker.store.accounts import account_by_name

if TYPE_CHECKING:
    from tests.web.client import Answer
    from tests.web.conftest import Pages

OLD, NEW = "the old password", "the new password"


@pytest.fixture
def site(pages: Pages) -> Pages:
    with pages.database.transaction() as session:
        account = account_by_name(session, "甲县")
        account.password_hash = hasher().hash(OLD)
        session.add(account)
    return pages


def change(pages: Pages, *, old: str = OLD, new: str = NEW, repeated: str | None = None) -> Answer:
    fields = {"old": old, "new": new, "repeated": new if repeated is None else repeated}
    return pages.as_("甲县").post("/me/password", fields)


def password_is(pages: Pages, password: str) -> bool:
    form = {"username": "甲县", "password": password}
    return pages.browser().post("/login", form).status == 303


def test_the_own_password_is_changed_and_other_sessions_end(site: Pages) -> None:
    here, elsewhere = site.as_("甲县"), site.as_("甲县")
    answer = here.post("/me/password", {"old": OLD, "new": NEW, "repeated": NEW})
    assert answer.location == "/me?done=password_changed&count=1"
    assert here.get("/").status == 200
    assert elsewhere.get("/").location == "/login"
    assert password_is(site, NEW)
    assert not password_is(site, OLD)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "not the old one"}, "原密码不正确"),
        ({"new": "123456789"}, "至少 10 个字符"),
        ({"new": "x" * 201}, "最多 200 个字符"),
        ({"repeated": "something else"}, "两次输入的新密码不一致"),
        ({"new": OLD}, "与原密码相同"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_says_no_password(
    site: Pages, fields: dict[str, str], said: str
) -> None:
    answer = change(site, **fields)
    assert answer.status == 422
    assert said in answer.text
    for typed in (OLD, NEW, *fields.values()):
        assert typed not in answer.html
    assert password_is(site, OLD)


def test_who_found_an_open_browser_cannot_try_passwords_for_ever(site: Pages) -> None:
    for _ in range(site.settings.limits.sign_in_attempts):
        assert change(site, old="a guess at it").status == 422
    assert change(site).status == 429
    site.now = site.now.replace(hour=23)
    assert change(site).status == 303


def test_the_other_sessions_are_ended_and_this_one_goes_on(site: Pages) -> None:
    here, others = site.as_("甲县"), [site.as_("甲县"), site.as_("甲县")]
    assert "登录中：3 处" in here.get("/me").text
    assert here.post("/me/sessions").location == "/me?done=sessions_ended&count=2"
    assert here.get("/me").status == 200
    assert {other.get("/me").location for other in others} == {"/login?next=/me"}
