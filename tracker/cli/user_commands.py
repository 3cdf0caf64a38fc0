"""tracker users …"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, progress, say
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.domain.actors import Role

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_USERNAME = typer.Argument(help=_("用户名"), show_default=False)


@app.command("list", help=_("列出账号"))
def list_(json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False) -> None:
    from tracker import clock
    from tracker.models import key
    from tracker.store.accounts import all_accounts, sign_ins

    current = site.settings()
    with site.reading(current) as session:
        found = sign_ins(session, clock.now())
        rows = []
        for account, unit in all_accounts(session):
            last = found[key(account)].last_at if key(account) in found else None
            local = last.astimezone(current.site.zone) if last else None
            name = unit.name if unit else ""
            rows.append((account.username, account.role.value, name, account.is_active, local))
    if json:
        names = ("username", "role", "unit", "is_active", "last_signed_in_at")
        print_json(
            [
                dict(zip(names, (*row[:-1], row[-1].isoformat() if row[-1] else None), strict=True))
                for row in rows
            ]
        )
        return
    shown = [
        (*row[:3], _("启用") if row[3] else _("停用"), f"{row[4]:%Y-%m-%d %H:%M}" if row[4] else "")
        for row in rows
    ]
    print_table((_("用户名"), _("角色"), _("单位"), _("状态"), _("最近登录")), shown)


@app.command(help=_("新增一个账号；密码只显示一次"))
def add(
    username: Annotated[str, _USERNAME],
    role: Annotated[str, typer.Option(help="filler, leader, coordinator, administrator")] = "filler",
    unit: Annotated[str, typer.Option(help=_("填报人所属单位；不写则以用户名为单位名"))] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=_("从标准输入读取密码，不写则随机生成"))
    ] = False,
) -> None:
    from tracker import clock
    from tracker.actions.people.accounts import add_account
    from tracker.domain.actors import Role
    from tracker.store.units import unit_by_name

    chosen = _role(role)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit or username) if chosen is Role.FILLER else None
        _account, shown = add_account(
            session, site.actor(), username, chosen, clock.now(), unit=found, password=password
        )
    say("已新增账号 {username}。", username=username)
    if not password_stdin:
        say("密码（只显示这一次）：{password}", password=shown)


@app.command(help=_("为清单中每个要填报而还没有账号的单位新增账号，以制表符分隔输出单位、用户名和密码"))
def invite(
    slug: Annotated[str, typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.people.add_accounts import invite_units

    with site.opened(site.settings()) as database:
        slips = invite_units(database, site.actor(), slug, clock.now(), told=_progress)
    for slip in slips:
        print(slip.unit, slip.username, slip.password, sep="\t")
    note("新增 {count} 个账号。密码只显示这一次，请分别交给各单位。", count=len(slips))


@app.command("import", help=_("从 CSV 或 xlsx 新增账号（用户名、角色、单位），以制表符分隔输出用户名和密码"))
def import_(file: Annotated[Path, typer.Argument(help=_("文件"), show_default=False)]) -> None:
    from tracker import clock
    from tracker.actions.people.add_accounts import import_accounts
    from tracker.importers.accounts import read_accounts

    rows, problems = read_accounts(file)
    with site.opened(site.settings()) as database:
        slips = import_accounts(database, site.actor(), rows, problems, clock.now(), told=_progress)
    for slip in slips:
        print(slip.username, slip.password, sep="\t")
    note("新增 {count} 个账号。密码只显示这一次，请分别交给各单位。", count=len(slips))


@app.command(help=_("换一个随机密码，只显示一次；该账号的登录全部失效"))
def password(username: Annotated[str, _USERNAME]) -> None:
    from tracker.actions.people.accounts import set_password
    from tracker.store.accounts import account_by_name

    with site.changing(site.settings()) as session:
        shown = set_password(session, site.actor(), account_by_name(session, username))
    say("{username} 的新密码（只显示这一次）：{password}", username=username, password=shown)


@app.command(help=_("更改账号的角色或单位；该账号的登录全部失效"))
def change(
    username: Annotated[str, _USERNAME],
    role: Annotated[str, typer.Option(help="filler, leader, coordinator, administrator", show_default=False)],
    unit: Annotated[str, typer.Option(help=_("填报人所属单位；不写则以用户名为单位名"))] = "",
) -> None:
    from tracker.actions.people.change_account import change_account
    from tracker.domain.actors import ROLE_LABELS, Role
    from tracker.store.accounts import account_by_name
    from tracker.store.units import unit_by_name

    chosen = _role(role)
    with site.changing(site.settings()) as session:
        account = account_by_name(session, username)
        found = unit_by_name(session, unit or username) if chosen is Role.FILLER else None
        change_account(session, site.actor(), account, chosen, unit=found)
    say("账号 {username} 改为{role}，它的登录全部失效。", username=username, role=_(ROLE_LABELS[chosen]))


@app.command(help=_("停用账号，其登录立即失效"))
def disable(username: Annotated[str, _USERNAME]) -> None:
    _switch(username, is_active=False)


@app.command(help=_("重新启用账号"))
def enable(username: Annotated[str, _USERNAME]) -> None:
    _switch(username, is_active=True)


@app.command(help=_("新建接口密钥，只显示一次：带 --unit 的只能代该单位填报，否则有统筹人的权限"))
def token(
    label: Annotated[str, typer.Argument(help=_("密钥的名称"), show_default=False)],
    unit: Annotated[str, typer.Option(help=_("单位"))] = "",
) -> None:
    from tracker import clock
    from tracker.actions.people.accounts import issue_token
    from tracker.store.units import unit_by_name

    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit) if unit else None
        _token, secret = issue_token(session, site.actor(), label, clock.now(), unit=found)
    note("接口密钥（只显示这一次）：")
    print(secret)


@app.command(help=_("作废接口密钥"))
def revoke(label: Annotated[str, typer.Argument(help=_("密钥的名称"), show_default=False)]) -> None:
    from tracker import clock
    from tracker.actions.people.accounts import revoke_token

    with site.changing(site.settings()) as session:
        revoke_token(session, site.actor(), label, clock.now())
    say("密钥 {label} 已作废。", label=label)


def _progress(names: Sequence[str]) -> Iterable[str]:
    return progress(names, "正在建立账号……")


def _switch(username: str, *, is_active: bool) -> None:
    from tracker.actions.people.accounts import switch_account
    from tracker.store.accounts import account_by_name

    with site.changing(site.settings()) as session:
        switch_account(session, site.actor(), account_by_name(session, username), is_active=is_active)
    text = mark("账号 {username} 已启用。") if is_active else mark("账号 {username} 已停用。")
    say(text, username=username)


def _role(word: str) -> Role:
    from tracker.domain.actors import ROLE_WORDS, Role
    from tracker.errors import InvalidValueError

    if word in ROLE_WORDS:
        return ROLE_WORDS[word]
    if word in list(Role):
        return Role(word)
    raise InvalidValueError(field=_("角色"), value=word, reason=_("应为 ") + "、".join(Role))
