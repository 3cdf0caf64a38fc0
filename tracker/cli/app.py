"""The root command and its options; each family of commands is a module beside this one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.calendar_commands import register as add_calendar_commands
from tracker.cli.chasing_commands import register as add_chasing_commands
from tracker.cli.circular_commands import app as circulars
from tracker.cli.conduct_commands import register as add_conduct_commands
from tracker.cli.contact_commands import app as contacts
from tracker.cli.duty_commands import register as add_duty_commands
from tracker.cli.form_commands import app as forms
from tracker.cli.indicator_commands import register as add_indicator_commands
from tracker.cli.instruction_commands import app as instructions
from tracker.cli.list_commands import register as add_list_commands
from tracker.cli.mail_commands import register as add_mail_commands
from tracker.cli.mailbox_commands import app as mailbox
from tracker.cli.review_commands import app as reviews
from tracker.cli.round_commands import register as add_round_commands
from tracker.cli.search_command import register as add_search_command
from tracker.cli.site import use_config
from tracker.cli.site_commands import register as add_site_commands
from tracker.cli.submit_command import register as add_submit_command
from tracker.cli.template_commands import app as templates
from tracker.cli.terminal import gettext as _
from tracker.cli.unit_commands import app as units
from tracker.cli.user_commands import app as users
from tracker.cli.workday_commands import app as workdays

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


for add_commands in (
    add_site_commands,
    add_list_commands,
    add_indicator_commands,
    add_round_commands,
    add_submit_command,
    add_search_command,
    add_mail_commands,
    add_chasing_commands,
    add_duty_commands,
    add_conduct_commands,
    add_calendar_commands,
):
    add_commands(app)
app.add_typer(units, name="units", help=_("单位及其别名"))
app.add_typer(circulars, name="circular", help=_("报告、通报和总结：起草、发布、更正、核对"))
app.add_typer(contacts, name="contacts", help=_("联系人：催报邮件发给谁"))
app.add_typer(forms, name="form", help=_("报送表：单位离线填写的 Excel"))
app.add_typer(instructions, name="instruction", help=_("批示：登记、答复、办结"))
app.add_typer(mailbox, name="mailbox", help=_("来件：收取邮箱，报送、绑定或丢弃"))
app.add_typer(reviews, name="review", help=_("审核：等待审核的报送，通过或退回"))
app.add_typer(templates, name="template", help=_("文件模板：报告、通报和总结的 Word 版式"))
app.add_typer(users, name="users", help=_("账号与接口密钥"))
app.add_typer(workdays, name="workdays", help=_("工作日历：放假与调休上班日"))
