"""What pages and commands say of units: a change of the record, and what a merge moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.i18n import mark
from tracker.models import UnitChangeKind
from tracker.store.unit_changes import (
    Added,
    AliasChanged,
    ChangeData,
    MembersSet,
    Merged,
    Moved,
    Rekinded,
    Renamed,
    data_of,
)
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.models import UnitChange

    Gettext = Callable[[str], str]

# Rows that refer to a unit, by table and column.
ROW_LABELS: Final = {
    "unit_alias.unit_id": mark("名称和别名"),
    "contact.unit_id": mark("联系人"),
    "account.unit_id": mark("账号"),
    "api_token.unit_id": mark("接口密钥"),
    "assignment.unit_id": mark("清单中的分工"),
    "unit_group_member.unit_id": mark("单位组成员"),
    "obligation.unit_id": mark("应报项"),
    "receipt.unit_id": mark("回执"),
    "reminder.unit_id": mark("催报记录"),
    "extension.unit_id": mark("延期"),
    "chase_pause.unit_id": mark("暂停催报"),
    "incoming_mail.unit_id": mark("来件"),
    "material.unit_id": mark("经验典型材料"),
    "review.by_unit_id": mark("对下级的审核"),
    "reassignment.from_unit_id": mark("改派（原单位）"),
    "reassignment.to_unit_id": mark("改派（新单位）"),
    "close_out.unit_id": mark("销号"),
    "instruction.unit_id": mark("批示"),
    "org_unit.parent_id": mark("下级单位"),
    "org_unit.merged_into_id": mark("以前并入的单位"),
}
_MOST_NAMES: Final = 6


def rows_in_words(place: str, gettext: Gettext) -> str:
    """联系人; the table's own name where nobody has given it words yet."""
    if place in ROW_LABELS:
        return gettext(ROW_LABELS[place])
    return gettext("其他（{table}）").format(table=place.partition(".")[0])


def change_in_words(change: UnitChange, gettext: Gettext) -> str:
    """“甲县”并入“乙县”"""
    data = data_of(change)
    if isinstance(data, MembersSet):
        return _members(data, gettext)
    text, fields = _sentence(change, data, gettext)
    return gettext(text).format(name=data.name, **fields)


def _sentence(change: UnitChange, data: ChangeData, gettext: Gettext) -> tuple[str, dict[str, str]]:
    """A source text, and its fields but for the unit's name."""
    text, fields = "{name}", {}
    match data:
        case Added():
            fields = {"kind": kind_in_words(data.kind, gettext), "parent": data.parent}
            text = (
                mark("新增“{name}”（{kind}，上级为{parent}）")
                if data.parent
                else mark("新增“{name}”（{kind}）")
            )
        case Renamed():
            text, fields = mark("“{name}”改名为“{after}”"), {"after": data.after}
        case Rekinded():
            text = mark("“{name}”的类别由{before}改为{after}")
            fields = {
                "before": kind_in_words(data.before, gettext),
                "after": kind_in_words(data.after, gettext),
            }
        case Moved():
            text = mark("“{name}”的上级：{before} → {after}")
            nobody = gettext("没有上级")
            fields = {"before": data.before or nobody, "after": data.after or nobody}
        case AliasChanged():
            is_new = change.kind is UnitChangeKind.ALIAS_ADDED
            text = mark("“{name}”增加别名“{alias}”") if is_new else mark("“{name}”去掉别名“{alias}”")
            fields = {"alias": data.alias}
        case Merged():
            text, fields = mark("“{name}”并入“{into}”"), {"into": data.into}
    return text, fields


def _members(data: MembersSet, gettext: Gettext) -> str:
    said = [gettext("清单 {list} 的单位组“{name}”").format(list=data.list_slug, name=data.name)]
    if data.joined:
        said.append(gettext("加入：{names}").format(names=_names(data.joined, gettext)))
    if data.left:
        said.append(gettext("移出：{names}").format(names=_names(data.left, gettext)))
    return gettext("；").join(said)


def _names(names: Sequence[str], gettext: Gettext) -> str:
    shown = gettext("、").join(names[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        return gettext("{shown} 等 {count} 个").format(shown=shown, count=len(names))
    return shown
