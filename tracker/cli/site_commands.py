"""tracker init, migrate, up, serve, worker, doctor, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, say, working

if TYPE_CHECKING:
    from tracker.config import Settings

_HOST = typer.Option(help=_("监听地址"))
_PORT = typer.Option(help=_("监听端口"))


def register(app: typer.Typer) -> None:
    app.command(help=_("在目录中建立一个可编辑的站点（config.toml、templates、tasklists）"))(init)
    app.command(help=_("建立数据库，或升级到本版本"))(migrate)
    app.command(help=_("首次启动：建库、导入清单、开启报送期、建立统筹人账号，然后运行页面"))(up)
    app.command(help=_("运行页面，以及 config.toml 中启用的定时工作"))(serve)
    app.command(help=_("只运行定时工作，不运行页面"))(worker)
    app.command(help=_("检查站点：配置、数据库、日历、邮件、模板"))(doctor)
    app.command(help=_("在单独的目录里建立一个示例站点并运行，数据均为虚构"))(demo)


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("目录"), show_default=False)]) -> None:
    from tracker.actions.site.lay_out_site import lay_out_site

    lay_out_site(folder)
    say("站点已建立。下一步：cd {folder}，然后运行 tracker up", folder=folder)


def migrate() -> None:
    from tracker.actions.site.prepare_database import prepare_database
    from tracker.db import open_database

    database = open_database(site.settings())
    try:
        with working("正在升级数据库……"):
            prepare_database(database)
        say("数据库已是最新版本（{revision}）。", revision=database.revision())
    finally:
        database.close()


def up(host: Annotated[str, _HOST] = "127.0.0.1", port: Annotated[int, _PORT] = 8000) -> None:
    from tracker import clock
    from tracker.actions.site.first_start import first_start
    from tracker.db import open_database

    current = site.settings()
    database = open_database(current)
    try:
        with working("正在准备站点……"):
            done = first_start(database, current, site.actor(), clock.now())
    finally:
        database.close()
    if done.imported:
        say("已导入清单《{title}》。", title=done.imported)
    if done.opened:
        say("已开启 {period} 报送期。", period=done.opened)
        if not done.is_chasing:
            say("该期截止日已过，自动催报处于关闭状态，可在报送期页面打开。")
    if done.password:
        say("账号（统筹人兼管理员）：{username}  密码（只显示这一次）：{password}", username=done.username,
            password=done.password)  # fmt: skip
    _serve(current, host, port)


def serve(host: Annotated[str, _HOST] = "127.0.0.1", port: Annotated[int, _PORT] = 8000) -> None:
    current = site.settings()
    with site.opened(current):
        pass
    _serve(current, host, port)


def _serve(current: Settings, host: str, port: int) -> None:
    import socket

    import uvicorn

    from tracker.app import create_app
    from tracker.cli.logs import write_logs
    from tracker.errors import InvalidValueError

    write_logs()

    try:
        listener = socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise InvalidValueError(field="--port", value=f"{host}:{port}", reason=error.strerror) from error
    if current.mail.transport == "folder":
        say("邮件只写入 {folder}，不向外发送。", folder=current.at_root(current.mail.folder))
    say("页面：{address}  （按 Ctrl+C 停止）", address=f"http://{host}:{port}")
    config = uvicorn.Config(create_app(current), log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


def worker() -> None:
    import signal
    import threading

    from tracker import clock, jobs
    from tracker.cli.logs import write_logs

    write_logs()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    current = site.settings()
    with site.opened(current) as database:
        scheduler = jobs.start(database, current, clock.now)
        note("定时工作正在运行。（按 Ctrl+C 停止）")
        stop.wait()
        scheduler.shutdown()


def doctor() -> None:
    from tracker.actions.site.examine_site import examine_site

    findings = examine_site(site.settings())
    for finding in findings:
        print("✓" if finding.is_good else "✗", "：".join(finding.worded(_)))
    if not all(finding.is_good for finding in findings):
        raise typer.Exit(1)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("示例站点的目录"))] = Path("var/demo"),
    host: Annotated[str, _HOST] = "127.0.0.1",
    port: Annotated[int, _PORT] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help=_("只建立，不运行页面"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.site.lay_out_site import lay_out_site
    from tracker.actions.site.stage_demo import COORDINATOR, COUNTY, LEADER, stage_demo
    from tracker.config import load_settings
    from tracker.db import open_database

    if not (folder / "config.toml").exists():
        lay_out_site(folder)
    # The name stands on every page and in every mail.
    current = load_settings(folder / "config.toml", {"TRACKER_SITE_NAME": _("【示例】重点任务督办")})
    database = open_database(current)
    try:
        with working("正在准备示例数据……"):
            passwords = stage_demo(database, current, clock.now())
    finally:
        database.close()
    say("这是示例站点，单位以外的数据均为虚构。目录：{folder}", folder=folder)
    for username in (COORDINATOR, LEADER, COUNTY):
        if username in passwords:
            say("账号 {username}  密码 {password}", username=username, password=passwords[username])
    if not no_serve:
        _serve(current, host, port)
