"""tracker search: filed texts by their words, and their index made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, progress, say

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.domain.bigrams import Question
    from tracker.store.text_search import FiledText, TextFilter

_WORDS = typer.Argument(help=_("字词；几个词要同时出现"), show_default=False)
_LIST = typer.Option("--list", metavar="LIST", help=_("只在这个清单中找（清单名称）"))
_PERIOD = typer.Option(help=_("只在这一期中找，如 2024Q3"))
_UNIT = typer.Option(help=_("只找这个单位报送的"))
_OLD = typer.Option("--old", help=_("也查找旧版本"))
_JSON = typer.Option("--json", help=_("输出 JSON"))
_REBUILD = typer.Option("--rebuild", help=_("重新编制索引，不查找"))


def register(app: typer.Typer) -> None:
    app.command(help=_("查找各单位报送的内容，新的在前"))(search)


def search(
    words: Annotated[list[str] | None, _WORDS] = None,
    slug: Annotated[str, _LIST] = "",
    period: Annotated[str, _PERIOD] = "",
    unit: Annotated[str, _UNIT] = "",
    old: Annotated[bool, _OLD] = False,
    json: Annotated[bool, _JSON] = False,
    rebuild: Annotated[bool, _REBUILD] = False,
) -> None:
    from tracker.actions.search.search_texts import read_texts, search_texts
    from tracker.domain.bigrams import Question

    if rebuild:
        _rebuild()
        return
    question = Question.of(" ".join(words or ()))
    if not question.words:
        raise typer.BadParameter(_("请写要找的字词"))
    with site.reading(site.settings()) as session:
        wanted = _filter(session, slug, period, unit, with_old_versions=old)
        found = search_texts(session, site.actor(), wanted, question)
        texts = read_texts(session, found, limit=len(found.numbers))
        if json:
            hits = [_as_json(text) for text in texts]
            print_json(
                {"count": len(hits), "is_cut": found.is_cut, "unsearched": found.unsearched, "hits": hits}
            )
            return
        _show(texts, question)
    if found.is_cut:
        note("只列出较新的 {count} 篇。", count=len(texts))
    if found.unsearched:
        note(
            "另有 {count} 篇还没有编入索引，没有查找：运行 tracker search --rebuild。", count=found.unsearched
        )


def _filter(session: Session, slug: str, period: str, unit: str, *, with_old_versions: bool) -> TextFilter:
    """Raises UnknownListError, UnknownPeriodError, UnknownRoundError or UnknownUnitError."""
    from tracker.models import key
    from tracker.store.lists import list_by_slug
    from tracker.store.rounds import round_by_name
    from tracker.store.text_search import TextFilter
    from tracker.store.units import unit_by_name

    if slug and period:
        period = round_by_name(session, slug, period)[1].period
    return TextFilter(
        list_id=key(list_by_slug(session, slug)) if slug else None,
        period=period.upper() or None,
        unit_id=key(unit_by_name(session, unit)) if unit else None,
        with_old_versions=with_old_versions,
    )


def _show(texts: list[FiledText], question: Question) -> None:
    from tracker.domain.passages import passage
    from tracker.domain.texts import one_line, visible
    from tracker.store.text_search import said_in

    headings = (_("清单"), _("报送期"), _("单位"), _("任务"), _("版本"), _("内容"))
    rows = []
    for found in texts:
        pieces = passage(said_in(found.update), question)
        shown = visible(one_line("".join(piece.text for piece in pieces)))
        rows.append(
            (
                found.task_list.slug,
                found.round.period,
                found.unit.name,
                found.task.number,
                found.update.version,
                shown,
            )
        )
    print_table(headings, rows)


def _as_json(found: FiledText) -> dict[str, Any]:
    return {
        "list": found.task_list.slug,
        "period": found.round.period,
        "unit": found.unit.name,
        "task": found.task.number,
        "obligation": found.obligation.id,
        "state": found.obligation.state.value,
        "version": found.update.version,
        "is_newest": found.update.version == found.obligation.version,
        "is_nil": bool(found.update.nil_reason),
        "text": found.update.nil_reason or found.update.text,
    }


def _rebuild() -> None:
    from tracker import clock
    from tracker.actions.search.index_texts import BATCH, empty_index, index_batch
    from tracker.store.text_search import count_texts

    with site.opened(site.settings()) as database:
        with database.reading() as session:
            total = count_texts(session)
        empty_index(database, clock.now())
        batches = range(-(-total // BATCH))
        found = sum(index_batch(database, clock.now()) for _number in progress(batches, _("正在编制索引")))
        # What was filed meanwhile.
        while batch := index_batch(database, clock.now()):
            found += batch
    say("已编入索引 {count} 篇。", count=found)
