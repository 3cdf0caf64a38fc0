"""Which words name a collective (各县人民政府, 市直有关部门), and which of its neighbours belong to it."""

from __future__ import annotations

import re

from tracker.domain.unit_places import LEVELS

_DIRECT = r"(?:(?:[中省市区县镇]|自治区)[直级属])"
_BODIES = r"(?:部门(?:和|及)?单位|单位(?:和|及)?部门|部门|单位)"
_TERRITORY = rf"(?:自治区|直辖市|街道|社区|[{LEVELS}])"
OFFICE = r"(?:人民政府|政府|办事处|行政公署|管委会|管理委员会|党委|党工委)"

# 等部门, 等9个单位, or a bare 等 at the end of a row of names: the row is closed.
AND_SO_ON = re.compile(
    rf"等(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})?[个家]?{_DIRECT}?(?:{_BODIES}|成员单位)?$"
)
# 等有关部门: the row is open, and others answer with those named.
AND_OTHERS = re.compile(
    rf"等(?:国务院|{_DIRECT}|[省市区县镇]|自治区)?各?(?:有关|相关)(?:职能|责任|成员|行业|市直|省直)?"
    rf"(?:{_BODIES}|企业|机构|方面)$"
)

# Half a collective, whose other half stands behind the separator: 市直、中（区）直定点帮扶单位; 市、县各部门.
_OPEN = re.compile(rf"各?[中{LEVELS}]?(?:[（(][^（）()]*[）)])?直(?:属)?|[{LEVELS}]|自治区")
# 各县、区人民政府 and 各乡镇人民政府、街道办事处 are one collective each.
_EACH_TERRITORY = re.compile(
    rf"(?:各|有关|相关)(?:有关|相关|级|设区|地级以上)?(?:县级市|{_TERRITORY}|[（）()、])+{OFFICE}?"
)
_MORE_TERRITORY = re.compile(rf"(?:县级市|{_TERRITORY}|[（）()、])+{OFFICE}?")
# 党委、政府: the second half of one body, and no unit.
_SECOND_HALF = re.compile(r"(?:人民政府|政府|管委会|办事处)(?:[（(][^（）()]*[）)])?")

# 各族 (龙胜各族自治县) and 各界 stand inside names.
_COLLECTIVE = re.compile(
    r"各(?![族界])|^(?:有关|相关|其他|其它|所有|全体|全市|全县|全区|全省)|(?:部门|单位|机构|企业|院校|高校|院所|乡镇|镇街|成员)$"
    r"|^\d+个|以下简称|^[中省市区县镇]级(?:及)?以上"
)
# 县（市、区）人民政府, 镇（街道）, 市县政府, without 各.
_LEVELS_TOGETHER = re.compile(
    rf"{_TERRITORY}+[（(〔\[<＜](?:{_TERRITORY}|[、，,和及])+[）)〕\]>＞]|(?:{_TERRITORY}){{2,4}}{OFFICE}?$"
)
# A government or committee under a word that names no place: 试点城市政府, 属地人民政府, 功能区管委会.
_NO_PLACE = (
    r"(?:试点|示范|所在|所属|属地|地方|相关|有关|辖区|基层|当地|其他|功能区|园区|开发园区|产业园区|工业园区"
    r"|城市|地区|市级|县级|乡级|镇级|村级|县域|项目|两级|三级|市县|县乡)"
)
_GENERIC_OFFICE = re.compile(rf"{_NO_PLACE}+(?:{_TERRITORY}|地)*{OFFICE}$")
# 教育、财政等部门 after 发展改革: functions, not names; together they are one collective.
_FUNCTIONS = re.compile(r"(?:[一-鿿]{2,8}、)*[一-鿿]{2,8}部门")
# 市直各部门 and 有关部门 are collectives by themselves.
_WHOLE_COLLECTIVE = re.compile(r"^(?:有关|相关)|[各直]")
_BRACKETED = re.compile(r"[（(〔【\[][^）)〕】\]]*[）)〕】\]]")


def without_brackets(text: str) -> str:
    """`text` without what stands in brackets, which says nothing of what the name is."""
    return _BRACKETED.sub("", text)


def looks_collective(text: str) -> bool:
    """Whether a word in `text` says that more than one unit is meant, brackets included."""
    return bool(_COLLECTIVE.search(text))


def is_collective(text: str) -> bool:
    """Whether `text` is the name of several units together."""
    outside = without_brackets(text)
    return bool(
        _COLLECTIVE.search(outside)
        or _LEVELS_TOGETHER.match(text)
        or _GENERIC_OFFICE.fullmatch(outside)
        or AND_OTHERS.fullmatch(text)
    )


def is_second_half(before: str, text: str) -> bool:
    """Whether 政府 behind 各县党委 (or 镇党委) is one body with it."""
    return before.endswith("委") and bool(_SECOND_HALF.fullmatch(text))


def opens_collective(text: str) -> bool:
    """Whether `text` is but the beginning of a collective: 市直 before 中直单位."""
    return bool(_OPEN.fullmatch(text))


def goes_on_as_territory(before: str, text: str) -> bool:
    """Whether 区人民政府 goes on with 各县."""
    return bool(_EACH_TERRITORY.match(before) and _MORE_TERRITORY.fullmatch(text))


def is_functions(text: str) -> bool:
    """Whether `text` is a row of functions and no names: 教育、财政部门."""
    return bool(_FUNCTIONS.fullmatch(text)) and not _WHOLE_COLLECTIVE.search(text)
