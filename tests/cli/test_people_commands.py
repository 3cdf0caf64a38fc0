"""Units, contacts and users from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from tests.cli.conftest import NOW
from tests.example import SLUG
from tracker.actions.people.accounts import hasher, secret_hash
from tracker.actions.people.sign_in import sign_out
from tracker.models import Account, OrgUnit, SignIn, key
from tracker.store.accounts import live_token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tracker.db import Database


def csv(site: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = site / "table.csv"
    path.write_text("\n".join(lines), encoding)
    return path


def contacts(tracker: Command) -> list[tuple[str, ...]]:
    return [tuple(row.values())[:4] for row in tracker.ok("contacts", "list", "--json").json]


def test_contacts_are_imported_and_listed(tracker: Command, site: Path) -> None:
    path = csv(
        site, "单位,姓名,邮箱,角色", "甲县人民政府,某人,new@example.org,负责人", ",处,o@example.org,统筹人"
    )
    assert "新增 2 个联系人" in tracker.ok("contacts", "import", path).out
    assert "2 个未变" in tracker.ok("contacts", "import", path).out
    rows = tracker.ok("contacts", "list", "--json").json
    assert all(set(row) == {"unit", "name", "email", "role", "chat"} for row in rows)
    assert ("甲县", "某人", "new@example.org", "leader") in contacts(tracker)
    assert ("", "处", "o@example.org", "coordinator") in contacts(tracker)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("乙县,某人,not-an-address,", "第 3 行：邮箱“not-an-address”无效"),
        ("丙县局,某人,x@example.org,", "第 3 行：没有名为“丙县局”的单位"),
        ("乙县,某人,x@example.org,皇帝", "第 3 行：角色“皇帝”无法识别"),
        (",某人,x@example.org,填报人", "第 3 行：x@example.org 没有写单位"),
    ],
)
def test_one_bad_row_is_named_and_keeps_every_contact_out(
    tracker: Command, site: Path, row: str, words: str
) -> None:
    before = contacts(tracker)
    path = csv(site, "单位,姓名,邮箱,角色", "甲县,某人,new@example.org,", row)
    said = tracker.refused("contacts", "import", path)
    assert words in said
    assert "未写入任何内容" in said
    assert contacts(tracker) == before


@pytest.mark.usefixtures("site")
def test_one_contact_is_added_and_checked_like_a_row(tracker: Command) -> None:
    tracker.ok("contacts", "add", "x@example.org", "--unit", "甲县", "--name", "某人")
    assert ("甲县", "某人", "x@example.org", "filler") in contacts(tracker)
    before = contacts(tracker)
    assert "无效" in tracker.refused("contacts", "add", "x@example.org>", "--unit", "甲县")
    assert "没有写单位" in tracker.refused("contacts", "add", "y@example.org")
    assert contacts(tracker) == before


def test_units_are_imported_named_again_and_listed(tracker: Command, site: Path) -> None:
    path = csv(site, "名称,类别,上级,别名", "丙县,县,,丙县人民政府", "丙镇,乡镇,丙县,", encoding="gb18030")
    assert "新增 2 个单位、1 个别名" in tracker.ok("units", "import", path).out
    assert "现在也指" in tracker.ok("units", "alias", "丙镇", "丙镇人民政府").out
    assert "本来就指" in tracker.ok("units", "alias", "丙镇人民政府", "丙镇").out
    tracker.ok("units", "add", "市水利局", "--kind", "department")
    rows = tracker.ok("units", "list", "--json").json
    assert all(set(row) == {"name", "kind", "aliases"} for row in rows)
    assert [tuple(row.values()) for row in rows] == [
        ("市示例局", "department", []),
        ("市水利局", "department", []),
        ("甲县", "county", ["甲县人民政府"]),
        ("乙县", "county", []),
        ("丙县", "county", ["丙县人民政府"]),
        ("丙镇", "town", ["丙镇人民政府"]),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("units", "add", "丙县", "--kind", "planet"), "planet"),
        (("units", "add", "甲县人民政府", "--kind", "county"), "已被使用（甲县）"),
        (("units", "add", "丙镇", "--kind", "town", "--parent", "甲线县"), "甲线县"),
        (("units", "add", " ", "--kind", "town"), "不能为空"),
        (("units", "add", "县" * 201, "--kind", "town"), "200"),
        (("units", "alias", "甲县", " "), "不能为空"),
        (("units", "alias", "甲县", "乙县"), "已被使用（乙县）"),
        (("units", "alias", "示例局", "某局"), "您是不是要找：市示例局"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_unit_that_cannot_be_is_refused(
    tracker: Command, stored: Database, line: tuple[str, ...], words: str
) -> None:
    assert words in tracker.refused(*line)
    with stored.reading() as session:
        assert len(session.exec(select(OrgUnit)).all()) == 3


def test_a_unit_table_with_a_bad_row_writes_nothing(tracker: Command, site: Path) -> None:
    path = csv(site, "名称,类别", "丙县,县", "丁局,星球")
    assert "第 3 行：“丁局”的类别“星球”无法识别" in tracker.refused("units", "import", path)
    assert len(tracker.ok("units", "list", "--json").json) == 3


@pytest.mark.usefixtures("site")
def test_an_account_is_made_with_a_password_shown_once(tracker: Command, stored: Database) -> None:
    ran = tracker.ok("users", "add", "甲县")
    password = ran.out.strip().rpartition("：")[2]
    with stored.reading() as session:
        account = session.exec(select(Account)).one()
    assert hasher().verify(account.password_hash, password)
    rows = tracker.ok("users", "list", "--json").json
    assert rows == [
        {"username": "甲县", "role": "filler", "unit": "甲县", "is_active": True, "last_signed_in_at": None}
    ]
    assert password not in str(rows)


@pytest.mark.usefixtures("site")
def test_the_list_says_when_somebody_last_signed_in(tracker: Command, stored: Database) -> None:
    tracker.ok("users", "add", "甲县")
    with stored.transaction() as session:
        account = session.exec(select(Account)).one()
        session.add(SignIn(secret_hash="x", account_id=key(account), created_at=NOW, expires_at=NOW))
    sign_out(stored, "x")
    assert tracker.ok("users", "list", "--json").json[0]["last_signed_in_at"] == NOW.isoformat()
    assert "2024-09-20 10:00" in tracker.ok("users", "list").out


@pytest.mark.usefixtures("site")
def test_another_role_and_unit(tracker: Command, stored: Database) -> None:
    tracker.ok("users", "add", "某人", "--unit", "甲县")
    tracker.ok("users", "change", "某人", "--role", "filler", "--unit", "乙县")
    assert tracker.ok("users", "list", "--json").json[0]["unit"] == "乙县"
    assert "改为领导" in tracker.ok("users", "change", "某人", "--role", "领导").out
    with stored.reading() as session:
        account = session.exec(select(Account)).one()
    assert (account.role, account.unit_id) == ("leader", None)
    assert "没有改动" in tracker.refused("users", "change", "某人", "--role", "leader")
    assert "某人" in tracker.refused("users", "change", "某人", "--role", "filler")


@pytest.mark.usefixtures("site")
def test_a_password_can_come_from_standard_input_and_is_not_repeated(
    tracker: Command, stored: Database
) -> None:
    line = ("users", "add", "office", "--role", "统筹人", "--password-stdin")
    assert "至少 10 个字符" in tracker.refused(*line, stdin=b"short\n")
    ran = tracker.ok(*line, stdin=b"long enough\r\n")
    assert "long enough" not in ran.out + ran.err
    with stored.reading() as session:
        account = session.exec(select(Account)).one()
    assert account.role == "coordinator"
    assert hasher().verify(account.password_hash, "long enough")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("users", "add", "甲线"), "没有名为“甲线”的单位"),
        (("users", "add", "x", "--role", "king"), "king"),
        (("users", "password", "offic"), "没有名为“offic”的用户"),
        (("users", "disable", "nobody"), "没有名为“nobody”的用户"),
        (("users", "revoke", "nothing"), "没有名为“nothing”的有效接口密钥"),
        (("users", "token", "k", "--unit", "甲线"), "没有名为“甲线”的单位"),
        (("users", "token", " "), "不能为空"),
        (("users", "invite", "exampel"), "您是不是要找：example"),
    ],
)
@pytest.mark.usefixtures("site")
def test_unknown_people_and_units_are_refused_by_name(
    tracker: Command, stored: Database, line: tuple[str, ...], words: str
) -> None:
    assert words in tracker.refused(*line)
    with stored.reading() as session:
        assert session.exec(select(Account)).all() == []


@pytest.mark.usefixtures("site")
def test_every_filer_of_a_list_is_invited_once(tracker: Command) -> None:
    tracker.ok("users", "add", "甲县")
    ran = tracker.ok("users", "invite", SLUG)
    lines = [line.split("\t") for line in ran.out.splitlines()]
    assert [line[:2] for line in lines] == [["市示例局", "市示例局"], ["乙县", "乙县"]]
    assert all(len(line[2]) == 19 for line in lines)
    assert "新增 2 个账号" in ran.err
    assert tracker.ok("users", "invite", SLUG).out == ""


def test_accounts_are_imported_all_or_none(tracker: Command, site: Path, stored: Database) -> None:
    bad = csv(
        site, "用户名,角色,单位", "甲县账号,填报人,甲县", "乙,填报人,丙县", "丁,国王,", "甲县账号,领导,"
    )
    said = tracker.refused("users", "import", bad)
    assert "第 3 行" in said
    assert "没有名为“丙县”的单位" in said
    assert "第 4 行" in said
    assert "国王" in said
    assert "第 5 行" in said
    with stored.reading() as session:
        assert session.exec(select(Account)).all() == []
    good = csv(site, "用户名,角色,单位", "甲县,,", "乙县账号,填报人,乙县", "处长,领导,")
    printed = dict(line.split("\t") for line in tracker.ok("users", "import", good).out.splitlines())
    with stored.reading() as session:
        accounts = {account.username: account for account in session.exec(select(Account))}
    assert {name: account.role for name, account in accounts.items()} == {
        "甲县": "filler",
        "乙县账号": "filler",
        "处长": "leader",
    }
    assert all(hasher().verify(accounts[name].password_hash, shown) for name, shown in printed.items())


@pytest.mark.usefixtures("site")
def test_switched_off_and_on_again_is_seen_in_the_list(tracker: Command) -> None:
    tracker.ok("users", "add", "甲县")
    tracker.ok("users", "disable", "甲县")
    assert tracker.ok("users", "list", "--json").json[0]["is_active"] is False
    tracker.ok("users", "enable", "甲县")
    assert tracker.ok("users", "list", "--json").json[0]["is_active"] is True


@pytest.mark.usefixtures("site")
def test_a_key_is_printed_alone_on_stdout_until_it_is_revoked(tracker: Command, stored: Database) -> None:
    secret = tracker.ok("users", "token", "甲县系统", "--unit", "甲县").out.strip()
    with stored.reading() as session:
        token = live_token(session, secret_hash(secret))
    assert token is not None
    assert token.role == "filler"
    tracker.ok("users", "revoke", "甲县系统")
    with stored.reading() as session:
        assert live_token(session, secret_hash(secret)) is None
