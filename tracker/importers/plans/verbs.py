"""Units told by verbs: A牵头，B、C参与; A会同B负责; A牵头负责，B配合; 按职责分工负责."""

from __future__ import annotations

import re
from typing import Final

from tracker.importers.plans.fragments import cut
from tracker.importers.plans.labels import Part

_HOW: Final = (
    r"(?:按照?要求|按照?(?:各自)?(?:职责|职能|责任|任务)?(?:分工|范围)?|根据(?:各自)?职责(?:分工)?|依(?:据|照)?职责(?:分工)?|依职责"
    r"|结合(?:职责|实际)|在职责范围内|分别|共同|分工|各自|具体|联合|认真|抓好|密切|积极|主动|组织|分级|对口|归口|总体|全面)*+"
)
_AFTER: Final = r"(?:负责|落实|组织实施|实施|推进|推动|抓总|统筹|承办|办理|组织|执行|完成|抓落实|做好|落地)*+"
# 牵头 and 会同 never stand inside a name, so they part units wherever they come.
_PARTING: Final = re.compile(
    rf"(?P<lead>{_HOW}牵头{_AFTER})|(?P<join>(?:并|要|负责)?会同)|(?P<lead_end>(?:主办|负总责|主抓){_AFTER}$)"
)
_SUPPORT: Final = re.compile(
    rf"{_HOW}(?:配合|参与|参加|协助|协同|协办|支持|会办){_AFTER}(?:工作)?$|{_HOW}(?:督促|督导|监督)(?:指导|落实|检查)?$"
)
_GUIDE: Final = re.compile(rf"{_HOW}(?:业务)?指导(?:监督|督促|落实|推进|支持)?$")
_ANSWER: Final = re.compile(
    rf"{_HOW}(?:负责|落实|组织实施|实施|承担|承办|贯彻落实|推进落实|组织落实|执行|抓落实|推进|主管){_AFTER}(?:工作)?$|{_HOW}负责(?=[一-鿿])|等?按(?:照)?(?:各自)?(?:职责|职能)分工$|按分工$"
)
# …按照各自职责做好相关工作: no name has 职责 or 分工 in it, so what follows is no part of one.
_BY_DUTY: Final = re.compile(r"等?(?:按照?|根据|依据?|结合|在)(?:各自|部门|单位)*(?:职责|职能|分工).*$")
_BY: Final = re.compile(r"^(?:并|其中|主要|具体|统一)?由(?=[一-鿿])|^(?:其他|其余)(?=各?(?:有关|相关))")

Found = tuple[Part, str, bool]


def split_verbs(phrase: str, default: Part) -> list[Found]:
    """The units of `phrase` by verb, each as (part, phrase, joined by 会同). Units with no verb are `default`.

    Units in front of a comma wait for the verb behind it: 甲、乙，丙负责.
    """
    reader = _Reader(default)
    for text, mark in cut(phrase):
        reader.take(text, mark)
    return reader.finish()


class _Reader:
    def __init__(self, default: Part) -> None:
        self._default = default
        self._found: list[Found] = []
        self._waiting: list[str] = []
        self._joined = False

    def take(self, text: str, mark: str) -> None:
        rest = _BY.sub("", text)
        while found := _PARTING.search(rest):
            left, rest = rest[: found.start()], rest[found.end() :]
            if found["join"] is not None:
                self._give(self._default if not self._led else Part.SUPPORT, left)
                self._joined = True
            else:
                self._give(Part.SUPPORT if self._joined else Part.LEAD, left)
                self._joined = False
            rest = rest.lstrip("的、")
        if not rest:
            return
        for part, words in ((Part.GUIDING, _GUIDE), (Part.SUPPORT, _SUPPORT), (Part.ANSWERING, _ANSWER)):
            if verb := words.search(rest):
                self._give(part, rest[: verb.start()])
                self._joined = False
                return
        if duty := _BY_DUTY.search(rest):
            self._give(Part.ANSWERING, rest[: duty.start()])
            self._joined = False
            return
        self._waiting.append(rest + mark)

    def finish(self) -> list[Found]:
        if self._waiting:
            self._give(Part.SUPPORT if self._led else self._default, "")
        return self._found

    @property
    def _led(self) -> bool:
        return any(part is Part.LEAD for part, _, _ in self._found)

    def _give(self, part: Part, words: str) -> None:
        phrase = "".join([*self._waiting, words])
        self._waiting = []
        if not phrase.strip("，,；;、"):
            return
        if self._joined:
            part = Part.SUPPORT
        elif part is Part.ANSWERING and (self._led or self._default is Part.LEAD):
            part = Part.SUPPORT if self._led else self._default
        self._found.append((part, phrase, self._joined))
