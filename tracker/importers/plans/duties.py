"""Who is made answerable in running sentences: 由市发展改革委牵头，会同市财政局等部门制定方案.

Only for texts that mark nobody otherwise: there such a sentence is all that says who does a task.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import is_office, looks_like_unit
from tracker.domain.unit_places import place_of, stands_alone
from tracker.importers.plans.annotation_units import AnnotationReading, read_annotation
from tracker.importers.plans.fragments import cut

if TYPE_CHECKING:
    from tracker.domain.unit_names import UnitMention

_LEVELS: Final = ("省", "市", "县", "区", "州", "盟", "旗", "乡", "镇", "自治区", "自治州", "自治县")
_MINISTRY: Final = re.compile(
    r"(?:外交|教育|科技|工业和信息化|公安|民政|司法|财政|人力资源社会保障|自然资源|生态环境|住房城乡建设|交通运输|水利"
    r"|农业农村|商务|文化和旅游|应急管理)部|(?:海关|税务|市场监管)总[局署]"
)
_SENTENCE: Final = re.compile(r"[^。；;！？\n]{4,400}")
_BY: Final = re.compile(r"^(?:其中|具体|统一|主要|原则上|并)*(?:由|请)?")
_DUTY: Final = re.compile(r"(?:牵头|配合|参与|协助|负责)(?:负责|落实|实施)?")
_WITH: Final = re.compile(r"会同|联合")
# Where the units behind 会同 end: 会同市财政局等部门制定方案, 会同有关部门每季度发布清单.
_END_OF_UNITS: Final = re.compile(
    r"(?<=等部门)|(?<=等单位)|(?<=有关部门)|(?<=相关部门)|(?<=有关单位)|(?<=相关单位)"
    r"|制定|研究|出台|开展|推[进动]|建立|健全|完善|加强|做好|落实|组织|编制|提出|实施|抓好|督促|对(?=[一-鿿])|按照?"
    r"|共同|定期|适时|尽快|及时|负责|进行|发布|打造|培育|统筹|每(?=[年季月半])"
)
# 设立资金（由市财政局负责筹集）: said in passing.
_IN_BRACKETS: Final = re.compile(r"[（(〔【][^）)〕】]*(?:由|负责|牵头|会同)")
_WORDS_BETWEEN: Final = re.compile(r"(?:要|应当|应|须|需)(?=会同|负责|牵头|配合)")


def read_duties(text: str) -> AnnotationReading | None:
    """What the first sentence of `text` that makes units answerable says; None where there is none."""
    for sentence in _SENTENCE.finditer(text):
        phrases: list[str] = []
        for fragment, _ in cut(sentence[0]):
            phrase = _duty_of(fragment)
            if phrase:
                phrases.append(phrase)
            elif phrases:
                break
        if phrases and _is_sure(reading := read_annotation("，".join(phrases))):
            return reading
    return None


def _is_sure(reading: AnnotationReading) -> bool:
    return reading.names_a_unit and all(_is_named_in_full(unit.mention) for unit in reading.units)


def _is_named_in_full(mention: UnitMention) -> bool:
    """An office under its level (市财政局) or one that stands alone; 引进社会服务组织团队 ends like an office too."""
    if mention.is_group:
        return looks_like_unit(mention)
    level, _ = place_of(mention.name)
    is_placed = level in _LEVELS or stands_alone(mention.name) or bool(_MINISTRY.fullmatch(mention.name))
    return is_placed and is_office(mention)


def _duty_of(fragment: str) -> str:
    """The units and their verb at the start of `fragment`, without what they are to do; "" where there are none."""
    if _IN_BRACKETS.search(fragment):
        return ""
    words = _WORDS_BETWEEN.sub("", _BY.sub("", fragment))
    if found := _WITH.search(words):
        end = _END_OF_UNITS.search(words, found.end())
        return words[: end.start()] if end else words
    verb = _DUTY.search(words)
    return words[: verb.end()] if verb and verb.start() > 0 else ""
