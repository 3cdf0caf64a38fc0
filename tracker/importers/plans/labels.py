"""The words that introduce units in a plan: 牵头单位：, 配合部门:, 【责任单位】, and what each one means."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """What stands behind a label or before a verb. `answering` units lead by a rule or by a guess."""

    LEAD = "lead"
    SUPPORT = "support"
    ANSWERING = "answering"
    DEADLINE = "deadline"
    GUIDING = "guiding"
    IGNORED = "ignored"


_BODY: Final = "(?:单位|部门|主体|处室|科室|机构|方|乡镇|地区)"
# The first that fits: 牵头责任单位 leads, although it says 责任.
_PARTS: Final = (
    # Persons are never units.
    (
        Part.IGNORED,
        (
            r"(?:(?:牵头|责任|负责|分管|包联|联系|督导|主要|具体|挂点|市级|县级|区级|包保|挂钩|总)*"
            r"(?:领导|负责人|责任人|联系人|联络人|组长|同志|专员|秘书长|市长|县长|区长)"
            r"|联系电话|电话|邮箱|备注|资金来源|资金|目标任务|工作目标|主要目标|预期目标|工作内容|工作措施|工作任务|工作要求"
            r"|指标属性|数据来源)"
        ),
    ),
    (
        Part.DEADLINE,
        (
            r"(?:完成|办结|落实|推进|实施|整改|工作|任务|计划|建成|开工|竣工)?(?:时限|期限|时间节点|时间安排|时间进度"
            r"|进度安排|时间要求|时限要求|完成时间|截止时间|完成日期|时间|节点)"
        ),
    ),
    (
        Part.LEAD,
        (
            rf"(?:总牵头|第一牵头|共同牵头|市级牵头|省级牵头|县级牵头|区级牵头|牵头(?:责任|负责|落实|实施|承办|组织)?){_BODY}"
            rf"|(?:主责|主要责任|第一责任|主要负责|主办|主体责任){_BODY}|牵头|主办|主责"
        ),
    ),
    (
        Part.SUPPORT,
        (
            rf"(?:主要|共同|协同|市级|省级)?(?:配合|参与|参加|协办|协作|协同|协助|支持|会办|成员|联动|指导|监督|督导|督查|监管)"
            rf"(?:责任|落实|实施|配合)?{_BODY}|配合|参与|协办|协同"
        ),
    ),
    (
        Part.ANSWERING,
        (
            rf"(?:责任|负责|承办|落实|实施|承担|主管|执行|属地|具体责任|共同责任|责任落实|组织实施|任务|分工|推进){_BODY}"
            r"|责任分工|任务分工|职责分工|责任"
        ),
    ),
)
_LABELS: Final = "|".join(f"(?P<p{index}>{words})" for index, (_, words) in enumerate(_PARTS))
_BARE: Final = "|".join(f"(?:{words})" for _, words in _PARTS)
_COLON: Final = "[:：∶﹕]"
# A label with its colon, or in brackets of its own (【责任单位】, [牵头部门]：).
LABEL: Final = re.compile(rf"(?:{_LABELS})(?:{_COLON}|(?:分别)?[为是](?=[^，。；]))")
# 市财政局（牵头） with the next name on the next line: the bracket speaks of the name before it.
_BRACKETED: Final = re.compile(
    rf"(?!(?<=[一-鿿])[（(][^）)]{{0,12}}[）)]\s)[【〔\[［（(]\s*(?P<words>{_BARE})\s*{_COLON}?\s*[】〕\]］）)](?:\s*{_COLON}|(?=\s*[^\s，,、；;。]))"
)
# Any label with a colon, for finding annotations; persons and deadlines alone do not make one.
_UNIT_WORDS: Final = "|".join(
    f"(?:{words})" for part, words in _PARTS if part not in (Part.IGNORED, Part.DEADLINE)
)
UNIT_LABEL: Final = re.compile(
    rf"(?<![一-鿿])(?:{_UNIT_WORDS})\s*{_COLON}|[【〔\[［（(]\s*(?:{_UNIT_WORDS})\s*{_COLON}?\s*[】〕\]］）)]"
)
ANY_LABEL: Final = re.compile(rf"(?:{_BARE})\s*{_COLON}|[【〔\[［]\s*(?:{_BARE})\s*[】〕\]］]")
# What an item of its own may start with although it is none: （三）责任单位：…, 2．完成时限：….
ITEM_LABEL: Final = re.compile(
    rf"\s*(?:{'|'.join(f'(?:{words})' for part, words in _PARTS if part is not Part.IGNORED)})\s*{_COLON}"
)
# Labels of a date or of persons, which stand beside those of units.
SIDE_LABEL: Final = re.compile(
    rf"\s*(?:{'|'.join(f'(?:{words})' for part, words in _PARTS if part in (Part.IGNORED, Part.DEADLINE))})\s*{_COLON}"
)
_WITH_COLON: Final = re.compile(rf"(?P<words>{_BARE})\s*{_COLON}")


def part_of(found: re.Match[str]) -> Part:
    """What the label `found` by LABEL introduces."""
    return next(part for index, (part, _) in enumerate(_PARTS) if found[f"p{index}"])


def with_colons(text: str) -> str:
    """Every label with a colon and a mark in front: 【责任单位】甲【配合单位】乙 as ；责任单位：甲；配合单位：乙."""
    text = _BRACKETED.sub(lambda found: f"；{found['words']}：", text)
    return _WITH_COLON.sub(lambda found: f"；{found['words']}：", text)
