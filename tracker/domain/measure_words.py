"""Words around a number in Chinese policy text: units of measure, and what bounds or moves the number.

A word that also begins something else carries a look-ahead: 名 is a unit in 300名, not in 3名录.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Bound = Literal["exactly", "at_least", "at_most", "about"]
Change = Literal["", "increase", "decrease", "keep"]

# Space-separated, each a piece of a pattern.
_WORDS: Final = (
    "个百分点 百分点 % ‰ 个工作日 工作日 个小时 小时 个月 分钟 学时 课时 天(?![然津气]) 倍 岁 "
    "平方公里 平方千米 平方米 立方米 公顷 公里 千米 厘米 吨标准煤 吨标煤 吨 公斤 千克 克 千瓦时 兆瓦时 "
    "千瓦 兆瓦 标箱 亩 米 ㎡ m² km² km kWh kW MW GW GB TB PB EFLOPS PFLOPS Gbps Mbps 美元 欧元 元(?![旦素]) "
    "人次 户次 场次 批次 航次 班次 件次 人(?![才民均大]) 名(?![录单称义片]) 位(?![于置]) 户(?![籍均外型]) "
    "家(?![庭长园]) 个 项 条(?![例件]) 座 所(?![有属在得需]) 处(?![级长室分]) 间(?![接隔]) 张 台(?![账湾风]) "
    "辆 套 件 份 部(?![门分委署队]) 期(?![间限货末]) 场(?![所地馆]) 次(?![年日月]) 批(?![发准复]) "
    "篇 趟 宗 笔 种(?![植子业粮]) 组(?![织建]) 头(?!部) 只(?!有) 羽 株 棵 艘 架(?!构) 口(?=井|塘) 盏 "
    "列(?![为入车举]) 支(?![持部撑付行出]) 片(?!区) 块(?!状) 门(?![店类户票]) 例(?!如)"
)
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z²]*")


def _alternatives(words: str) -> str:
    """The longest first; a Latin unit does not end inside a word (5GB, not 5GBase)."""
    longest = sorted(words.split(), key=lambda word: -len(word.split("(?")[0]))
    return "|".join(f"{word}(?![A-Za-z0-9])" if _LATIN.fullmatch(word) else word for word in longest)


_ONE: Final = _alternatives(_WORDS)
# 元/人/年, 千瓦时/吨: what is divided by may be a year, which is no unit of its own.
UNIT: Final = rf"(?:{_ONE})(?:/(?:万?(?:{_ONE})|学?年|月|日|户|万人|百户)){{0,3}}"
MAGNITUDES: Final = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3, "百": 2}
MAGNITUDE: Final = "|".join(MAGNITUDES)
NUMBER: Final = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15})(?:\.\d{1,8})?"

# (words, bound, strict): 超过 excludes the number itself, 不少于 does not.
_BEFORE: Final[tuple[tuple[str, Bound, bool], ...]] = (
    (
        "不少于 不低于 不小于 不得少于 不得低于 不能少于 不能低于 不下于 至少 最少 最低 ≥ >= ⩾ ≧",
        "at_least",
        False,
    ),
    ("超过 突破 大于 高于 多于 超 逾 > ﹥", "at_least", True),
    (
        "不超过 不超 不高于 不大于 不多于 不得超过 不得高于 不得突破 不突破 至多 最多 最高 ≤ <= ⩽ ≦",
        "at_most",
        False,
    ),
    ("低于 小于 少于 < ﹤", "at_most", True),
    ("大约 约 近 接近 左右", "about", False),
)
BEFORE: Final = {word: (bound, is_strict) for words, bound, is_strict in _BEFORE for word in words.split()}
AFTER: Final[dict[str, Bound]] = {
    "及以上": "at_least", "以上": "at_least", "之上": "at_least",
    "及以下": "at_most", "以下": "at_most", "以内": "at_most", "之内": "at_most", "内": "at_most",
    "左右": "about", "上下": "about",
}  # fmt: skip
CHANGES: Final[dict[str, Change]] = {
    **dict.fromkeys(("增长", "递增", "提高", "提升", "增加", "上升", "扩大"), "increase"),
    **dict.fromkeys(("降低", "下降", "减少", "压减", "压缩", "缩短", "下调"), "decrease"),
    **dict.fromkeys(("稳定在", "保持在", "维持在", "稳定达", "稳定达到", "保持", "稳定"), "keep"),
}
# A change towards a number (提高到65%) names a level; a change by a number (提高5个百分点) does not.
TOWARDS: Final = frozenset({"到", "至", "为"})
CEILING: Final = "控制在"
FILLERS: Final = TOWARDS | frozenset(
    (
        *("达到", "达", "实现", "分别", "均", "各", "平均", "也", "再", "力争", "共", "共计", "总计", "累计"),
        *("总数", "总体", "确保", "将", "其", "每年", "年均", "在"),
    )
)
