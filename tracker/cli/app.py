"""The root command and its options; each family of commands is a module beside this one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli import (
    contact_commands,
    list_commands,
    mail_commands,
    round_commands,
    site_commands,
    unit_commands,
    user_commands,
)
from tracker.cli.site import use_config
from tracker.cli.terminal import gettext as _

app = typer.Typer(
    help=_("督办：导入任务清单，开启报送期，收取进度，催报，汇总。"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(value: bool) -> None:
    if value:
        from tracker import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def root(
    config: Annotated[Path | None, typer.Option(help=_("配置文件，默认为当前目录的 config.toml"))] = None,
    version: Annotated[
        bool, typer.Option("--version", help=_("显示版本"), is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    _ = version
    use_config(config)


for module in (site_commands, list_commands, round_commands, mail_commands):
    module.register(app)
app.add_typer(unit_commands.app, name="units", help=_("单位及其别名"))
app.add_typer(contact_commands.app, name="contacts", help=_("联系人：催报邮件发给谁"))
app.add_typer(user_commands.app, name="users", help=_("账号与接口密钥"))
