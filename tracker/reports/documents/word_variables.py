"""What a Word template of the office is given, with its meaning: shown on the page and in docs; nothing else exists."""

from __future__ import annotations

from typing import Final

from tracker.i18n import mark

_COUNTS: Final = mark(
    "expected 应报、filed 已报、on_time 按时、late 逾期、missing 未报、nil 无进展、exempt 免报、returned 退回、"
    "accepted 通过、completeness 报送率、timeliness 及时率"
)
VARIABLES: Final = {
    "kind": mark("种类：report 报告、circular 通报、summary 总结"),
    "title": mark("标题"),
    "issue": mark("期号，如第3期"),
    "year": mark("期号所属的年份"),
    "edition": mark("第几版，1 为首次发出"),
    "edition_note": mark("更正说明，如更正第2版；首次发出的为空"),
    "issuer": mark("发文单位"),
    "issued_on": mark("成文日期；草稿留空格"),
    "is_draft": mark("是否草稿，用在 if 里"),
    "is_final": mark("本期是否已关闭，用在 if 里"),
    "list_title": mark("任务清单全称，其中的《》已写成〈〉"),
    "part": mark("只写一部分时，是哪一部分；全部时为空"),
    "period": mark("报送期，如 2024年第三季度"),
    "due": mark("报送截止时间"),
    "as_of": mark("统计截止时间"),
    "task_count": mark("任务项数"),
    "unit_count": mark("有应报项的单位数"),
    "addressee": mark("主送（本单位填写）"),
    "copies_to": mark("抄送（本单位填写）"),
    "overall": mark("总体情况（本单位填写），一项一段"),
    "praise": mark("表扬（本单位填写），一项一段"),
    "next_steps": mark("下一步工作（本单位填写），一项一段"),
    "counts": _COUNTS,
    "sentence": mark("以上各数写成的一句话"),
    "comparison": mark("与上期相比的一句话；没有上期，或本期未到截止时间，则为空"),
    "kinds": mark("部门、县（市、区）等各类单位：label 名称、units 单位数、counts 同上"),
    "rounds": mark("历期，从早到晚：period 报送期、counts 同上、is_this 是否本期"),
    "rounds_counts": mark("历期合计，内容同 counts"),
    "rounds_sentence": mark("历期合计写成的一句话"),
    "progress": mark(
        "按牵头单位自评的进度，清单不要求自评时为空：total 牵头事项、ahead 超进度、on_schedule 达进度、behind 欠进度、"
        "done 完成、unassessed 未自评、silent 欠进度中未报或无进展的、exempt 免报、sentence 写成的一句话"
    ),
    "measures": mark(
        "各项措施：ordinal 一二三、section 板块（与上一项相同时为空）、title 标题、counts 同上、sentence 写成的一句话、"
        "tasks 任务（number 序号、content 内容、others 其他单位的报送情况、leads 牵头单位：unit 单位、words 所报文字、"
        "progress 进度、note 逾期等、is_stuck 是否滞后；滞后的文字在 stuck 里）"
    ),
    "indicators": mark(
        "指标：task_number 任务序号、name 名称、target 目标、target_date 时限、value 进展、share 占目标、period 截至、"
        "note 说明"
    ),
    "stuck": mark(
        "滞后的任务，最严重的在前：ordinal 一二三、number 序号、content 内容、lead 牵头单位、reasons 原因、"
        "words 牵头单位所报文字"
    ),
    "faults": mark(
        "各类单位的逾期和未报：ordinal 一二三、label 名称、counts 同上、sentences 写成的句子；late 逾期、missing 逾期未报、"
        "awaited 未到报送时间、excused_late 和 excused_missing 经申诉不计的，每个单位：unit 单位、count 项数、tasks 序号、"
        "note 延期"
    ),
    "praise_ordinal": mark("表扬和建议的序号，接在 faults 之后，如 三"),
    "rankings": mark(
        "各类单位的排名：label 名称、rows（place 名次、unit 单位、score 得分、deductions 扣分、excused 申诉核减、"
        "extended 延期、card 建议的黄牌或红牌、is_to_be_interviewed 是否建议约谈，通报中都没有）、waiting 暂不排名的单位"
    ),
    "formula": mark("排名的算法，一项一行"),
    "best": mark(
        "可表扬的单位：label 类别、names 单位、count 单位数、is_flawless 是否没有扣分、sentence 写成的一句话"
    ),
    "proposals": mark(
        "供审定的建议：red_cards 红牌、yellow_cards 黄牌、interviews 约谈；没有则为空，通报中总为空"
    ),
    "history": mark(
        "各项任务历期所报，从早到晚：number 序号、content 内容、periods（period 报送期、unit 单位、progress 自评、words 文字）"
    ),
}
