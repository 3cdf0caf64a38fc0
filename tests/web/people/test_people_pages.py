"""Accounts on the pages: who may make and take whom, and where a password can be seen."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from tracker.actions.people.accounts import hasher
from tracker.models import Account, ApiToken, OutgoingMail, key
from tracker.store.accounts import account_by_name, find_account

if TYPE_CHECKING:
    from tests.web.client import Answer
    from tests.web.conftest import Pages

ADD = {"username": "新来的", "role": "leader", "unit": ""}


def stored(pages: Pages) -> dict[str, tuple[str, str, bool]]:
    with pages.database.reading() as session:
        return {
            account.username: (account.role.value, account.password_hash, account.is_active)
            for account in session.exec(select(Account))
        }


def number(pages: Pages, username: str) -> int:
    with pages.database.reading() as session:
        return key(account_by_name(session, username))


def shown_passwords(answer: Answer) -> list[str]:
    return [str(found.text) for found in answer.page.find_class("secret")]


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_a_coordinator_makes_no_equal_and_no_better(pages_on_each: Pages, role: str) -> None:
    pages = pages_on_each
    before = stored(pages)
    answer = pages.as_("统筹").post("/people", ADD | {"role": role})
    assert answer.status == 403
    table = f"用户名,角色\n甲,{role}\n乙,leader\n".encode()
    answer = pages.as_("统筹").post("/people/import", files={"file": ("people.csv", table)})
    assert answer.status == 422
    assert "第 2 行：您的账号没有进行此操作的权限" in answer.text
    assert stored(pages) == before


@pytest.mark.parametrize("act", ["password", "switch", "sessions"])
@pytest.mark.parametrize("whom", ["统筹", "管理"])
def test_a_coordinator_takes_over_no_equal_and_no_better(pages: Pages, act: str, whom: str) -> None:
    other = pages.as_(whom)
    before = stored(pages)
    answer = pages.as_("统筹").post(f"/people/{number(pages, whom)}/{act}", {"is_sure": "1", "to": "off"})
    assert answer.status == 403
    assert stored(pages) == before
    assert other.get("/me").status == 200


def test_a_coordinator_neither_issues_nor_revokes_the_offices_key(pages: Pages) -> None:
    administrator, coordinator = pages.as_("管理"), pages.as_("统筹")
    assert administrator.post("/people/keys", {"label": "office", "unit": ""}).status == 200
    assert coordinator.post("/people/keys", {"label": "mine", "unit": ""}).status == 403
    with pages.database.reading() as session:
        token = session.exec(select(ApiToken)).one()
    assert coordinator.post(f"/people/keys/{token.id}/revoke", {"is_sure": "1"}).status == 403
    assert coordinator.post("/people/keys", {"label": "county", "unit": "甲县"}).status == 200
    with pages.database.reading() as session:
        assert [found.revoked_at for found in session.exec(select(ApiToken))] == [None, None]


def test_a_new_accounts_password_works_and_is_on_that_answer_only(pages: Pages) -> None:
    browser = pages.as_("统筹")
    with capture_logs() as logs:
        answer = browser.post("/people", ADD)
    (password,) = shown_passwords(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert browser.post("/login", {"username": ADD["username"], "password": password}).status == 303
    account = number(pages, ADD["username"])
    with pages.database.reading() as session:
        mails = session.exec(select(OutgoingMail.text)).all()
        assert find_account(session, ADD["username"]) is not None
    for seen in (*(str(log) for log in logs), *mails, browser.get("/people").html):
        assert password not in seen
    assert password not in pages.as_("管理").get(f"/people/{account}").html
    # Sent a second time, as a browser does when it loads the answer again.
    again = pages.as_("统筹").post("/people", ADD)
    assert again.status == 422
    assert "已被使用" in again.text


def test_a_filler_without_a_unit_of_that_name_is_refused_with_what_was_typed(pages: Pages) -> None:
    before = stored(pages)
    answer = pages.as_("统筹").post("/people", {"username": "丙", "role": "filler", "unit": "甲线"})
    assert answer.status == 422
    assert "甲县" in answer.text
    assert (answer.value("username"), answer.value("unit")) == ("丙", "甲线")
    assert stored(pages) == before


def test_a_new_password_is_asked_for_first_and_ends_the_sessions(pages: Pages) -> None:
    filler, path = pages.as_("甲县"), f"/people/{number(pages, '甲县')}"
    asked = pages.as_("统筹").post(f"{path}/password", {})
    assert "原密码立即作废" in asked.text
    assert filler.get("/").status == 200
    answer = pages.as_("统筹").post(f"{path}/password", asked.fields(action=f"{path}/password"))
    (password,) = shown_passwords(answer)
    assert hasher().verify(stored(pages)["甲县"][1], password)
    assert answer.headers["cache-control"] == "no-store"
    assert filler.get("/").location == "/login"


def test_a_disabled_account_is_out_in_the_middle_of_its_work(pages: Pages) -> None:
    browser, path = pages.as_("领导"), f"/people/{number(pages, '领导')}"
    asked = pages.as_("管理").post(f"{path}/switch", {"to": "off"})
    assert browser.get("/me").status == 200
    answer = pages.as_("管理").post(f"{path}/switch", asked.fields(action=f"{path}/switch"))
    assert answer.location == f"{path}?done=account_disabled"
    assert browser.get("/me").location == "/login?next=/me"
    assert pages.as_("管理").post(f"{path}/switch", {"to": "on"}).status == 303
    # The session that ended does not come back.
    assert browser.get("/me").location == "/login?next=/me"
    assert pages.as_("领导").get("/me").status == 200


def test_a_disabled_coordinator_changes_nothing_any_more(pages: Pages) -> None:
    browser = pages.as_("统筹")
    pages.as_("管理").post(f"/people/{number(pages, '统筹')}/switch", {"to": "off", "is_sure": "1"})
    before = stored(pages)
    assert browser.post("/people", ADD).status == 401
    assert browser.post("/people/invite", {"list": "example"}).status == 401
    assert stored(pages) == before


def test_the_last_administrator_stays(pages: Pages) -> None:
    path = f"/people/{number(pages, '管理')}/switch"
    answer = pages.as_("管理").post(path, {"to": "off", "is_sure": "1"})
    assert answer.status == 409
    assert "唯一启用的管理员" in answer.text
    pages.as_("管理").post("/people", ADD | {"role": "administrator"})
    assert pages.as_("管理").post(path, {"to": "off", "is_sure": "1"}).status == 303
    assert stored(pages)["管理"][2] is False


def test_another_role_is_asked_for_first_and_signs_the_person_out(pages: Pages) -> None:
    browser, path = pages.as_("领导"), f"/people/{number(pages, '领导')}"
    asked = pages.as_("统筹").post(f"{path}/role", {"role": "filler", "unit": "甲县人民政府"})
    assert "现在领导改为填报人，甲县" in asked.text
    assert browser.get("/me").status == 200
    answer = pages.as_("统筹").post(f"{path}/role", asked.fields(action=f"{path}/role"))
    assert answer.location == f"{path}?done=account_changed"
    assert browser.get("/me").location == "/login?next=/me"
    assert pages.as_("领导").get("/units").status == 403
    again = pages.as_("统筹").post(f"{path}/role", {"role": "filler", "unit": "没有此县", "is_sure": "1"})
    assert again.status == 422
    assert again.value("unit") == "没有此县"


@pytest.mark.parametrize(
    ("whom", "role"), [("领导", "coordinator"), ("领导", "administrator"), ("管理", "leader")]
)
def test_a_coordinator_gives_no_role_that_is_not_below_its_own(pages: Pages, whom: str, role: str) -> None:
    before = stored(pages)
    data = {"role": role, "is_sure": "1"}
    assert pages.as_("统筹").post(f"/people/{number(pages, whom)}/role", data).status == 403
    assert stored(pages) == before


def test_the_last_administrator_does_not_step_down(pages: Pages) -> None:
    path = f"/people/{number(pages, '管理')}/role"
    for data in ({"role": "leader"}, {"role": "leader", "is_sure": "1"}):
        assert pages.as_("管理").post(path, data).status == 409
    assert stored(pages)["管理"][0] == "administrator"


def test_the_last_sign_in_is_told_after_signing_out(pages: Pages) -> None:
    path = f"/people/{number(pages, '甲县')}"
    assert "最近登录没有记录" in pages.as_("统筹").get(path).text
    browser = pages.as_("甲县")
    browser.post("/logout", browser.get("/").fields(action="/logout"))
    answer = pages.as_("统筹").get(path)
    assert "最近登录2024年10月3日（星期四）10:00" in answer.text
    assert "登录中：0 处" in answer.text
    assert "2024年10月3日（星期四）10:00" in pages.as_("统筹").get("/people").text


def test_two_administrators_do_not_switch_each_other_off(pages_on_each: Pages) -> None:
    pages = pages_on_each
    pages.as_("管理").post("/people", ADD | {"role": "administrator"})
    both = ("管理", ADD["username"])
    browsers = {name: pages.as_(name) for name in both}
    paths = {name: f"/people/{number(pages, name)}/switch" for name in both}
    start = threading.Barrier(2)

    def switch_off(who: str, whom: str) -> None:
        start.wait()
        browsers[who].post(paths[whom], {"to": "off", "is_sure": "1"})

    threads = [threading.Thread(target=switch_off, args=pair) for pair in (both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [stored(pages)[name][2] for name in both].count(True) == 1


def test_all_sessions_of_an_account_are_counted_and_ended(pages: Pages) -> None:
    first, second = pages.as_("甲县"), pages.as_("甲县")
    path = f"/people/{number(pages, '甲县')}"
    assert "登录中：2 处" in pages.as_("统筹").get(path).text
    assert pages.as_("统筹").post(f"{path}/sessions").location == f"{path}?done=sessions_ended&count=2"
    assert first.get("/").location == second.get("/").location == "/login"


def test_units_without_an_account_are_invited_all_at_once(pages: Pages) -> None:
    with pages.database.transaction() as session:
        for name in ("甲县", "局"):
            account = account_by_name(session, name)
            session.delete(account)
    assert "2 个要填报的单位还没有账号" in pages.as_("统筹").get("/people").text
    answer = pages.as_("统筹").post("/people/invite", {"list": "example"})
    passwords = shown_passwords(answer)
    assert len(set(passwords)) == len(passwords) == 2
    assert pages.settings.site.base_url in answer.text
    found = stored(pages)
    for name, password in zip(("市示例局", "甲县"), passwords, strict=True):
        assert name in answer.text
        assert hasher().verify(found[name][1], password)
    assert "没有新增" in pages.as_("统筹").post("/people/invite", {"list": "example"}).text
    assert stored(pages) == found


def test_a_table_with_one_bad_row_makes_no_account(pages: Pages) -> None:
    before = stored(pages)
    bad = "用户名,角色,单位\n新一,领导,\n新二,填报人,没有此县\n甲县,填报人,甲县\n新三,国王,\n".encode()
    answer = pages.as_("统筹").post("/people/import", files={"file": ("people.csv", bad)})
    assert answer.status == 422
    for place in ("第 3 行", "第 4 行", "第 5 行"):
        assert place in answer.text
    assert stored(pages) == before
    good = "用户名,角色,单位\n新一,领导,\n新二,填报人,甲县\n".encode()
    answer = pages.as_("统筹").post("/people/import", files={"file": ("people.csv", good)})
    assert len(shown_passwords(answer)) == 2
    assert set(stored(pages)) - set(before) == {"新一", "新二"}


def test_a_table_of_a_thousand_is_refused_before_a_minute_of_hashing(pages: Pages) -> None:
    before = stored(pages)
    table = ("用户名,角色\n" + "".join(f"p{n},leader\n" for n in range(501))).encode()
    answer = pages.as_("统筹").post("/people/import", files={"file": ("people.csv", table)})
    assert answer.status == 422
    assert "一次最多新增 500 个账号" in answer.text
    assert stored(pages) == before


def test_a_key_is_shown_once_and_revoked_after_it_was_asked(pages: Pages) -> None:
    browser = pages.as_("统筹")
    answer = browser.post("/people/keys", {"label": "county system", "unit": "甲县"})
    secret = str(answer.page.get_element_by_id("secret").get("value"))
    assert secret.startswith("duban_")
    assert answer.headers["cache-control"] == "no-store"
    with pages.database.reading() as session:
        token = session.exec(select(ApiToken)).one()
        assert (token.unit_id, token.revoked_at) == (pages.example.county_a.id, None)
    path = f"/people/keys/{token.id}/revoke"
    asked = browser.post(path, {})
    assert secret not in asked.html
    assert secret not in browser.get("/people/keys").html
    assert browser.post(path, asked.fields(action=path)).location == "/people/keys?done=key_revoked"
    with pages.database.reading() as session:
        assert session.exec(select(ApiToken)).one().revoked_at == pages.now
    assert browser.post("/people/keys", {"label": "county system", "unit": "甲县"}).status == 422
