"""What pages say in words: states, moments, how long is left, what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.periods import parse_period
from tracker.domain.states import ObligationState
from tracker.i18n import mark
from tracker.models import MailState, UnitKind
from tracker.reports.wording import kind_label
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tracker.domain.periods import Period, PeriodType
    from tracker.domain.workdays import WorkCalendar
    from tracker.models import ReportingRound

    Gettext = Callable[[str], str]

_S = ObligationState
MAIL_STATE_LABELS: Final = {
    MailState.QUEUED: mark("待发"),
    MailState.SENDING: mark("正在发送"),
    MailState.SENT: mark("已发出"),
    MailState.PARKED: mark("搁置"),
    MailState.CANCELLED: mark("已取消"),
    MailState.BOUNCED: mark("已退信"),
}
# Kinds of mail by their folder below templates/mail; another kind is shown by its own name.
MAIL_KIND_LABELS: Final = {
    "reminder": mark("催报"),
    "round_opened": mark("开启通知"),
    "missing_units": mark("未报情况"),
    "interviews": mark("约谈建议"),
    "round_closed": mark("期满汇总"),
    "account_preview": mark("报告预览"),
    "account_published": mark("报告发布"),
    "form_receipt": mark("报送表回执"),
    "closeout_asked": mark("销号申请"),
    "closeout_decided": mark("销号决定"),
    "instruction": mark("批示"),
    "returned": mark("退回通知"),
    "appeal_asked": mark("申诉"),
    "appeal_decided": mark("申诉答复"),
}
VIA_LABELS: Final = {
    "web": mark("网页"),
    "api": mark("接口"),
    "cli": mark("命令行"),
    "mail": mark("邮件"),
}
_OTHER_KINDS: Final = {UnitKind.OFFICE: mark("统筹办公室"), UnitKind.OTHER: mark("其他单位")}
# What a page says after a redirect; the address carries the key only.
NOTICES: Final = {
    "draft": mark("草稿已保存，尚未报送。"),
    "nothing": mark("没有改动，无需保存。"),
    "opened": mark("报送期已开启，应报项已列出。"),
    "closed": mark("报送期已关闭，不再接收报送。"),
    "chasing_on": mark("自动催报已打开。"),
    "chasing_off": mark("自动催报已关闭。"),
    "reminded": mark("催报邮件 {count} 封已列入待发。"),
    "extended": mark("已延期，按时与否和催报都按新的截止日计。"),
    "extension_revoked": mark("延期已撤销，恢复原来的截止日。"),
    "paused": mark("已暂停对该单位的催报。"),
    "pause_ended": mark("已恢复催报。"),
    "rung_moved": mark("这一档催报已改期。"),
    "remind_stale": mark("这一次催报刚刚已经发出，没有重复发送。"),
    "accepted": mark("已通过。"),
    "returned": mark("已退回，已写邮件通知填报单位。"),
    "returned_untold": mark("已退回，填报单位会看到退回理由。该单位没有联系人，没有发邮件，请另行告知。"),
    "endorsed": mark("初审通过，已转给统筹办公室审核。"),
    "accepted_many": mark("已通过 {count} 项。"),
    "endorsed_many": mark("初审通过 {count} 项，已转给统筹办公室审核。"),
    "exempted": mark("已免报，不再计入应报。"),
    "template_saved": mark("模板已保存，下一封邮件起使用。"),
    "template_restored": mark("已恢复自带模板。"),
    "document_template_saved": mark("模板已保存，下一份文件起使用。"),
    "feed_renewed": mark("订阅地址已更新，请在日历里改用新地址。"),
    "resent": mark("邮件已重新列入待发。"),
    "resent_all": mark("搁置邮件 {count} 封已重新列入待发。"),
    "contacts": mark("已读入联系人：新增或改名 {count} 个。"),
    "imported": mark("清单已导入：{count} 项任务。"),
    "import_same": mark("清单与已导入的相同，未作更改。"),
    "import_saved": mark("选择已保存，还没有导入。"),
    "import_discarded": mark("已放弃，没有导入任何内容。"),
    "indicators_settled": mark("已更改 {count} 个指标的状态。"),
    "unit_added": mark("单位已新增。"),
    "unit_changed": mark("已更改，并记入变更记录。"),
    "units_merged": mark("已并入。如有不妥，可以在本页撤销。"),
    "unit_undone": mark("已撤销。"),
    "members_set": mark("成员已更改，从下一个报送期起生效。"),
    "calendar_saved": mark("工作日历已更改。"),
    "incoming_filed": mark("已代为报送。"),
    "incoming_bound": mark("已登记联系人，并重新处理了这封来件。"),
    "incoming_again": mark("已重新处理。"),
    "incoming_discarded": mark("已丢弃，邮件仍保留在“已丢弃”中。"),
    "material_placed": mark("材料归属已更改。"),
    "contact_added": mark("联系人已新增。"),
    "contact_saved": mark("联系人已更改。"),
    "contact_removed": mark("联系人已移除。"),
    "account_enabled": mark("账号已启用。"),
    "account_disabled": mark("账号已停用，它的登录全部失效。"),
    "account_changed": mark("角色和单位已更改，它的登录全部失效。"),
    "sessions_ended": mark("已退出 {count} 处登录。"),
    "password_changed": mark("密码已更改，别处的 {count} 处登录已失效。"),
    "key_revoked": mark("密钥已作废。"),
    "rules_changed": mark("规则已更改，以后开启的报送期按新规则。"),
    "units_read": mark("已读入单位表：新增 {count} 个。"),
    "mailbox_polled": mark("已收取：新来件 {count} 封。"),
    "mail_taken_in": mark("邮件已读入并处理。"),
    "mail_known": mark("这封邮件以前收过，没有重复处理。"),
    "delivered": mark("已投递 {count} 封。"),
    "not_delivered": mark("有 {count} 封没有送出，稍后再试；原因见各封的服务器答复。"),
    "reassigned": mark("已改派，原单位本期免报。"),
    "reassigned_told": mark("已改派，原单位本期免报。通知新单位的邮件 {count} 封已列入待发。"),
    "reassignment_undone": mark("改派已撤销，仍由原单位报送。"),
    "reassignment_stopped": mark("以后各期不再改派；本期不变。"),
    "restored": mark("已恢复应报。"),
    "close_out_asked": mark("销号申请已提交，等待统筹人审批。"),
    "closed_out": mark("已销号，以后开启的报送期不再列出。"),
    "close_out_refused": mark("已答复：不同意销号。"),
    "close_out_reopened": mark("已重新开启，以后开启的报送期照常列出。"),
    "no_substance": mark("已认定无实质内容，填报单位会看到理由。"),
    "finding_withdrawn": mark("已撤销认定，不再扣分。"),
    "appealed": mark("申诉已提交，等待统筹人处理。"),
    "appeal_upheld": mark("已免责，该单位的得分已按此重算。"),
    "appeal_refused": mark("已答复：未采纳，照常扣分。"),
    "appeal_taken_back": mark("已撤回免责，照常扣分。"),
    "appeal_taken_back_published": mark("已撤回免责，照常扣分。本期已发布的报告或通报需要更正。"),
    "instructed": mark("批示已登记，涉及单位 {count} 个。"),
    "instructed_day_off": mark("批示已登记，涉及单位 {count} 个。请注意：答复期限是休息日。"),
    "instruction_answered": mark("答复已提交。"),
    "instruction_closed": mark("批示已办结。"),
    "asked_further": mark("已要求进一步答复。"),
    "asked_further_day_off": mark("已要求进一步答复。请注意：新的期限是休息日。"),
    "account_saved": mark("草稿已保存。"),
    "account_discarded": mark("草稿已放弃。"),
    "account_published": mark("已发布。数据和文件已经存档，不再改变。"),
    "account_stays": mark("这一份先前已经发布，刚才的操作没有生效。"),
    "signed_out": mark("您已退出。"),
}
_DIGITS: Final = "一二三四五六七八九"
_PERIODS: Final = {
    "month": mark("{year}年{index}月"),
    "two_months": mark("{year}年{first}—{index}月"),
    "quarter": mark("{year}年第{numeral}季度"),
    "half_year": mark("{year}年{half}半年"),
    "year": mark("{year}年"),
    "on_demand": mark("{year}年第{index}次"),
}
PERIOD_TYPE_LABELS: Final[dict[PeriodType, str]] = {
    "month": mark("每月"),
    "two_months": mark("每两个月"),
    "quarter": mark("每季度"),
    "half_year": mark("每半年"),
    "year": mark("每年"),
    "on_demand": mark("按需，每期另定截止日"),
}
_HALVES: Final = (mark("上"), mark("下"))


def kind_in_words(kind: UnitKind, gettext: Gettext) -> str:
    return gettext(_OTHER_KINDS[kind]) if kind in _OTHER_KINDS else kind_label(kind.value, gettext)


def period_in_words(period: Period, gettext: Gettext) -> str:
    """2024年第三季度"""
    is_pair = period.type == "two_months"
    return gettext(_PERIODS[period.type]).format(
        year=period.year,
        first=2 * period.index - 1,
        index=2 * period.index if is_pair else period.index,
        numeral=_DIGITS[min(period.index, len(_DIGITS)) - 1],
        half=gettext(_HALVES[(period.index - 1) % 2]),
    )


def round_in_words(reporting_round: ReportingRound, gettext: Gettext) -> str:
    return period_in_words(
        parse_period(reporting_round.period, round_rules(reporting_round).period_type), gettext
    )


def shown_state(state: ObligationState) -> ObligationState:
    """What others than the unit see: a draft is nobody's business yet."""
    return ObligationState.PENDING if state is ObligationState.DRAFT else state


def time_left(
    now: datetime, due_at: datetime, calendar: WorkCalendar, zone: ZoneInfo, gettext: Gettext
) -> str:
    """还有 3 个工作日, with a word where the due day is a day off or its year's calendar is not published."""
    today, due_on = now.astimezone(zone).date(), due_at.astimezone(zone).date()
    if now > due_at:
        days = calendar.workdays_until(due_on, today)
        said = gettext("已逾期 {days} 个工作日").format(days=days) if days else gettext("已过截止时间")
    elif today == due_on:
        said = gettext("今天截止")
    elif days := calendar.workdays_until(today, due_on):
        said = gettext("还有 {days} 个工作日").format(days=days)
    else:
        said = gettext("截止前不再有工作日")
    if calendar.is_provisional(due_on):
        return said + gettext("（该年放假安排尚未公布，按周一至周五推算）")
    if now <= due_at and not calendar.is_workday(due_on):
        return said + gettext("（截止当天是休息日）")
    return said
