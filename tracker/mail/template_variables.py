"""What each kind of mail is given, with what it means: shown beside the edit box, and nothing else may be named."""

from __future__ import annotations

from typing import Final

from tracker.i18n import mark

_TO_NAME: Final = {
    "to_name": mark("收件人姓名，可能为空"),
    "site": mark("站点：site.name 名称、site.language 语言"),
}
_ROUND: Final = {
    "list_title": mark("清单全称"),
    "short_title": mark("清单名称，最多 20 字，用于主题"),
    "period_label": mark("报送期，如 2024年第三季度"),
}
_COUNTS: Final = {
    "counts": mark("counts.expected 应报、filed 已报、on_time 按时、completeness 报送率、timeliness 按时率"),
    "missing": mark("未报项数"),
    "link": mark("页面地址"),
}
_DIGEST: Final = {
    **_TO_NAME,
    "parts": mark(
        "每个单位每期一项：unit 单位、list_title 清单、period_label 报送期、due 截止时间、is_due_on_holiday、is_overdue、"
        "is_extended、is_opening、sentence 该档附言、reason 原因、link 填报地址、returned 退回项数、"
        "tasks（number 序号、title 任务、state 状态、remark 退回意见）"
    ),
    "count": mark("未报送的任务项数"),
    "count_returned": mark("其中退回的项数"),
    "count_overdue": mark("其中逾期的项数"),
    "several_rounds": mark("是否涉及多个报送期"),
    "first_title": mark("最早截止的清单，最多 20 字"),
    "first_period": mark("最早截止的报送期"),
    "first_due_day": mark("最早的截止日，如 10月6日"),
    "mailbox": mark("收取报送表的邮箱"),
    "next_at": mark("下一次催报的时间，没有则为空"),
    "has_form": mark("是否附有报送表"),
}
_APPEALS: Final = {
    **_TO_NAME,
    **_ROUND,
    "unit": mark("单位"),
    "appeals": mark(
        "各项申诉：number 序号、title 任务、fault 事项（未报、逾期、无实质内容、退回）、outcome 处理结果、"
        "is_upheld 是否免责、words 申诉内容或处理意见、by 申诉人或处理人、at 时间"
    ),
    "count": mark("申诉项数"),
    "link": mark("页面地址"),
}
_CLOSE_OUT: Final = {
    **_TO_NAME,
    "unit": mark("单位"),
    "list_title": mark("清单全称"),
    "number": mark("任务序号"),
    "title": mark("任务，最多 40 字"),
    "short_title": mark("任务，最多 20 字，用于主题"),
    "words": mark("申请时为完成情况与佐证；决定时为统筹办公室的意见，可能为空"),
    "by": mark("申请人或办理人"),
    "at": mark("申请或办理的时间"),
    "link": mark("页面地址"),
}
VARIABLES: Final[dict[str, dict[str, str]]] = {
    "round_opened": _DIGEST,
    "reminder": _DIGEST,
    "missing_units": {
        **_TO_NAME,
        **_ROUND,
        **_COUNTS,
        "due": mark("截止时间"),
        "due_day": mark("截止日，如 10月6日"),
        "groups": mark(
            "按类别分组，写作 for kind, units in groups；每个单位：unit、expected 应报、missing 未报、"
            "task_numbers 序号、contacts 联系人、extended_to 延期至"
        ),
        "unit_count": mark("未报齐的单位数"),
    },
    "interviews": {
        **_TO_NAME,
        **_ROUND,
        "due": mark("截止时间"),
        "units": mark(
            "每个单位：unit、expected 应报、numbers 未报序号、reminders 催报次数、contacts 联系人、"
            "rounds 以往期数、late 其中逾期、missing 其中未报齐、remark 说明"
        ),
        "link": mark("页面地址"),
    },
    "round_closed": {
        **_TO_NAME,
        **_ROUND,
        **_COUNTS,
        "due_day": mark("截止日"),
        "closed_at": mark("关闭时间"),
        "file_name": mark("所附汇总表的文件名"),
        "is_published": mark("本期的报告或通报是否已经发布"),
        "account_link": mark("本期报告、通报的页面地址"),
    },
    "account_preview": {
        **_TO_NAME,
        **_ROUND,
        **_COUNTS,
        "is_summary": mark("是否为几期的总结"),
        "is_closed": mark("本期是否已关闭"),
        "as_of": mark("数字截至的时间"),
        "file_names": mark("附件的文件名"),
    },
    "account_published": {
        **_TO_NAME,
        **_COUNTS,
        "title": mark("标题"),
        "short_title": mark("标题，最多 30 字，用于主题"),
        "kind": mark("报告、通报或总结"),
        "number": mark("第几期"),
        "edition": mark("第几版，1 为没有更正过"),
        "correction": mark("更正原因，没有则为空"),
        "as_of": mark("数字截至的时间"),
        "file_names": mark("附件的文件名"),
    },
    "returned": {
        **_TO_NAME,
        **_ROUND,
        "unit": mark("单位"),
        "tasks": mark(
            "退回的任务：number 序号、title 任务、reason 退回理由、by_unit 退回的上级单位（统筹办公室退回时为空）、"
            "by 退回人、at 退回时间"
        ),
        "count": mark("退回项数"),
        "until": mark("截止时间；已过截止时间的为关闭时间，没有则为空"),
        "until_day": mark("同上，只有日期，如 10月6日"),
        "is_overdue": mark("是否已过截止时间"),
        "is_closed": mark("本期是否已关闭"),
        "link": mark("填报地址"),
    },
    "appeal_asked": _APPEALS,
    "appeal_decided": _APPEALS,
    "closeout_asked": _CLOSE_OUT,
    "closeout_decided": {
        **_CLOSE_OUT,
        "outcome": mark("决定：已销号、未同意或已重新开启"),
        "is_closed": mark("是否已销号"),
        "is_reopened": mark("是否已重新开启"),
    },
    "instruction": {
        **_TO_NAME,
        "unit": mark("单位"),
        "text": mark("批示内容"),
        "short_text": mark("批示内容，最多 20 字，用于主题"),
        "instructed_by": mark("批示人"),
        "instructed_on": mark("批示日期"),
        "due": mark("答复期限，如 2024年10月6日"),
        "due_day": mark("答复期限，如 10月6日"),
        "about": mark("所涉任务，没有则为空"),
        "further": mark("统筹人的追问，没有则为空"),
        "is_reminder": mark("是否为提醒（已告知过）"),
        "is_overdue": mark("是否已超过期限"),
        "link": mark("页面地址"),
    },
    "form_receipt": {
        **_TO_NAME,
        "their_subject": mark("来信主题"),
        "parts": mark(
            "每份报送表：unit、list_title、short_title、period_label、receipt 回执编号、count_filed、filed 已报序号、"
            "unchanged 未改序号、refused（words 原因、on_file 已报文字、sent 来信文字）、outstanding 未报序号、link"
        ),
        "problems": mark("不能报送的原因"),
        "count_filed": mark("报送项数"),
        "count_refused": mark("未报送项数"),
    },
}
