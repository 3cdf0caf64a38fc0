"""tracker circular …: accounts (报告、通报、总结) drafted, published, corrected, verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say, working
from tracker.i18n import mark

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.models import Circular, TaskList

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_NUMBER = typer.Argument(metavar="ID", help=_("号，见 tracker circular list"), show_default=False, min=1)
_JSON = typer.Option("--json", help=_("输出 JSON"))
_KIND = typer.Option(help="report, circular, summary")


@app.command("list", help=_("报告、通报和总结：草稿在前，新的在前"))
def list_(
    slug: Annotated[str, typer.Option("--list", help=_("只限这份清单"))] = "",
    year: Annotated[int | None, typer.Option(help=_("只限这一年"))] = None,
    kind: Annotated[str, _KIND] = "",
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker.actions.documents.read_accounts import filter_for
    from tracker.store.circulars import circulars
    from tracker.store.lists import list_by_slug

    current = site.settings()
    with site.reading(current) as session:
        if slug:
            list_by_slug(session, slug)
        wanted = filter_for(
            site.actor(), slug=slug, year=year, kind=_kind(kind) if kind else None, with_drafts=True
        )
        found = [_json(one, task_list, current) for one, task_list in circulars(session, wanted, limit=1000)]
    if json:
        print_json(found)
        return
    heads = (_("号"), _("种类"), _("清单"), _("报送期"), _("期号"), _("发布"), _("标题"))
    print_table(
        heads,
        [
            (
                one["id"],
                one["kind"],
                one["list"],
                one["period"],
                _issue(one),
                one["published_at"] or "",
                one["title"],
            )
            for one in found
        ],
    )


@app.command(help=_("起草（已有草稿则打开它），并写入标题和各部分文字"))
def draft(
    slug: Annotated[str, typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)],
    period: Annotated[
        str, typer.Argument(help=_("报送期，如 2024Q3；总结写 2024H1 或 2024"), show_default=False)
    ],
    kind: Annotated[str, _KIND] = "report",
    title: Annotated[str, typer.Option(help=_("标题"))] = "",
    overall: Annotated[str | None, typer.Option(help=_("总体情况"))] = None,
    praise: Annotated[str | None, typer.Option(help=_("表扬"))] = None,
    next_steps: Annotated[str | None, typer.Option(help=_("下一步工作"))] = None,
    addressee: Annotated[str | None, typer.Option(help=_("主送"))] = None,
    copies_to: Annotated[str | None, typer.Option(help=_("抄送"))] = None,
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker import clock
    from tracker.actions.documents.draft_circular import draft_circular, draft_summary, save_words
    from tracker.models import CircularKind, key
    from tracker.store.lists import list_by_slug
    from tracker.store.rounds import round_by_name

    current, now, wanted = site.settings(), clock.now(), _kind(kind)
    parts = {
        "overall": overall,
        "praise": praise,
        "next_steps": next_steps,
        "addressee": addressee,
        "copies_to": copies_to,
    }
    words = {name: text for name, text in parts.items() if text is not None}
    with site.changing(current) as session:
        if wanted is CircularKind.SUMMARY:
            task_list = list_by_slug(session, slug)
            found = draft_summary(session, site.actor(), current, task_list, period, now)
        else:
            task_list, reporting_round = round_by_name(session, slug, period)
            found = draft_circular(session, site.actor(), current, task_list, reporting_round, wanted, now)
        if words or title:
            found = save_words(session, site.actor(), key(found), title or found.title, words)
        shown = _json(found, task_list, current)
    if json:
        print_json(shown)
    else:
        say("第 {number} 号草稿：{title}", number=shown["id"], title=shown["title"])


@app.command(help=_("发布一份草稿：截止时刻为现在，取期号，存数据和文件；发布后不能再改"))
def publish(
    number: Annotated[int, _NUMBER],
    keeps_data: Annotated[
        bool, typer.Option("--keep-data", help=_("更正时沿用上一版的数据，只改文字"))
    ] = False,
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker import clock
    from tracker.actions.documents.publish_circular import publish_circular

    current = site.settings()
    with site.opened(current) as database:
        with working("正在生成文件……"):
            publish_circular(database, current, site.actor(), number, clock.now(), keeps_data=keeps_data)
        with database.reading() as session:
            shown = _read(session, current, number)
    if json:
        print_json(shown)
    else:
        say("已发布：{issue} {title}", issue=_issue(shown), title=shown["title"])


@app.command(help=_("为已发布的一份起草更正后的新一版，期号不变"))
def correct(
    number: Annotated[int, _NUMBER],
    reason: Annotated[str, typer.Option(help=_("更正原因，读者会看到"), show_default=False)],
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker import clock
    from tracker.actions.documents.correct_circular import correct_circular
    from tracker.models import TaskList

    current = site.settings()
    with site.changing(current) as session:
        found = correct_circular(session, site.actor(), number, reason, clock.now())
        shown = _json(found, session.get_one(TaskList, found.list_id), current)
    if json:
        print_json(shown)
    else:
        say("第 {number} 号草稿：{title}", number=shown["id"], title=shown["title"])


@app.command(help=_("放弃一份草稿；已发布的不能删除"))
def discard(number: Annotated[int, _NUMBER]) -> None:
    from tracker.actions.documents.draft_circular import discard_draft

    with site.changing(site.settings()) as session:
        discard_draft(session, site.actor(), number)
    say("已放弃第 {number} 号草稿。", number=number)


@app.command(help=_("核对：数据和文件是否与发布时一致，重新计算是否得出同样的数字；不写号则核对全部"))
def verify(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help=_("号"), show_default=False)] = None,
) -> None:
    from tracker.actions.documents.read_accounts import filter_for
    from tracker.actions.documents.verify_circular import verify_circular
    from tracker.store.circulars import circular_by_id, circulars

    current = site.settings()
    failed = 0
    with site.reading(current) as session:
        if number is None:
            found = [one for one, _list in circulars(session, filter_for(site.actor()), limit=100_000)]
        else:
            found = [circular_by_id(session, number)]
        for circular in found:
            result = verify_circular(session, circular)
            failed += not result.is_good
            verdict = mark("{number} {title}：一致") if result.is_good else mark("{number} {title}：不一致")
            say(verdict, number=circular.id, title=circular.title)
            if not result.is_data_whole:
                say("  存档的数据与发布时的校验值不符")
            for form in result.damaged_files:
                say("  文件 {form} 与发布时的校验值不符", form=form)
            for one in result.differences:
                say(
                    "  {path}：发布时 {published}，现在 {now}",
                    path=one.path,
                    published=one.published,
                    now=one.now,
                )
            # Years of data are not held at once.
            session.expire(circular)
    if failed:
        raise typer.Exit(1)


@app.command(help=_("一份的情况；--out 把已发布的文件写出来"))
def show(
    number: Annotated[int, _NUMBER],
    out: Annotated[Path | None, typer.Option(help=_("写到哪个文件"), show_default=False)] = None,
    format: Annotated[str, typer.Option(help="docx, html, xlsx, pdf")] = "docx",  # noqa: A002 - the option's name
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker.actions.documents.read_accounts import whole_file
    from tracker.cli.round_commands import write_whole
    from tracker.errors import InvalidValueError
    from tracker.store.circulars import circular_by_id, files_of

    current = site.settings()
    with site.reading(current) as session:
        shown = _read(session, current, number)
        files = files_of(session, number)
        shown["files"] = [
            {"form": form, "file_name": name, "bytes": size, "sha256": content_hash}
            for form, name, content_hash, size in files
        ]
        file = whole_file(session, circular_by_id(session, number), format) if out else None
    if out:
        if file is None:
            raise InvalidValueError(
                field="--format", value=format, reason="、".join(form for form, *_more in files)
            )
        write_whole(out, file.content)
        note("已写入 {file}", file=out)
    elif json:
        print_json(shown)
    else:
        print_table((_("号"), _("种类"), _("期号"), _("发布"), _("标题")),
                    [(number, shown["kind"], _issue(shown), shown["published_at"] or "", shown["title"])])  # fmt: skip
        print_table((_("文件"), _("大小"), "SHA-256"), [(name, size, sha) for _f, name, sha, size in files])


def _kind(word: str) -> Any:  # noqa: ANN401 - CircularKind, which is not loaded for --help
    from tracker.errors import InvalidValueError
    from tracker.models import CircularKind

    if word not in list(CircularKind):
        raise InvalidValueError(field="--kind", value=word, reason="、".join(CircularKind))
    return CircularKind(word)


def _read(session: Any, current: Settings, number: int) -> dict[str, Any]:  # noqa: ANN401 - a Session
    from tracker.models import TaskList
    from tracker.store.circulars import circular_by_id

    found = circular_by_id(session, number)
    return _json(found, session.get_one(TaskList, found.list_id), current)


def _json(circular: Circular, task_list: TaskList, current: Settings) -> dict[str, Any]:
    """{"id", "kind", "list", "period", "year", "number", "edition", "title", "correction", "cut_off_at",
    "published_at", "published_by"}; of a draft the last three and mostly the number are null or empty."""
    zone = current.site.zone
    published_at = circular.published_at
    return {
        "id": circular.id,
        "kind": circular.kind.value,
        "list": task_list.slug,
        "period": circular.period,
        "year": circular.year,
        "number": circular.number,
        "edition": circular.edition,
        "title": circular.title,
        "correction": circular.correction,
        "cut_off_at": circular.cut_off_at.astimezone(zone).isoformat(timespec="seconds")
        if published_at
        else None,
        "published_at": published_at.astimezone(zone).isoformat(timespec="seconds") if published_at else None,
        "published_by": circular.published_by,
    }


def _issue(shown: dict[str, Any]) -> str:
    if not shown["number"]:
        return _("草稿")
    words = (
        _("{year}年第 {number} 期")
        if shown["edition"] == 1
        else _("{year}年第 {number} 期（更正第 {edition} 版）")
    )
    return words.format(**shown)
