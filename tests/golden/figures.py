"""The golden round's figures, worked out by hand from the table in `round` and never from the program.

Whole   应报 19 − 2 免报 = 17; 已报 14; 按时 9; 逾期 5; 未报 3; 无进展 2; 免报 2; 退回中 1; 通过 4
        报送率 14/17 = 82.4%; 及时率 9/17 = 52.9%

| unit     | 应报 | 已报 | 按时 | 逾期 | 未报 | 无进展 | 免报 | 退回中 | 通过 |
| -------- | --- | --- | --- | --- | --- | ----- | --- | ----- | --- |
| 市示例局  |  3  |  3  |  2  |  1  |  0  |   0   |  1  |   0   |  1  |
| 市样例局  |  3  |  2  |  1  |  1  |  1  |   1   |  0  |   0   |  1  |
| 甲县      |  5  |  4  |  2  |  2  |  1  |   0   |  1  |   1   |  1  |
| 乙县      |  6  |  5  |  4  |  1  |  1  |   1   |  0  |   0   |  1  |
| 部门      |  6  |  5  |  3  |  2  |  1  |   1   |  1  |   0   |  2  |
| 县        | 11  |  9  |  6  |  3  |  2  |   1   |  1  |   1   |  2  |

| task | 应报 | 已报 | 按时 | 逾期 | 未报 | 无进展 | 免报 | 退回中 | 通过 |
| ---- | --- | --- | --- | --- | --- | ----- | --- | ----- | --- |
| 1    |  3  |  3  |  3  |  0  |  0  |   0   |  0  |   0   |  2  |
| 2    |  3  |  3  |  2  |  1  |  0  |   0   |  0  |   0   |  0  |
| 3    |  3  |  2  |  1  |  1  |  1  |   1   |  0  |   0   |  0  |
| 4    |  3  |  3  |  2  |  1  |  0  |   0   |  1  |   1   |  1  |
| 5    |  3  |  3  |  1  |  2  |  0  |   1   |  0  |   0   |  1  |
| 6    |  2  |  0  |  0  |  0  |  2  |   0   |  1  |   0   |  0  |

Progress of the 6 tasks by their leads' own word: 超进度 1 (task 1), 达进度 1 (2), 欠进度 3 (3 says so, 5 reported no
progress, 6 filed nothing), 完成 1 (4); 1 + 1 + 3 + 1 = 6. 市示例局 was exempted from task 4 when it went to 市样例局: it
counts nowhere.

Scores by share (未报 100, 逾期 30, 无实质 20, 退回 10):
市示例局  1/3 逾期, 1/3 退回: 100 − 10 − 3.33 = 86.67
市样例局  1/3 未报, 1/3 逾期: 100 − 33.33 − 10 = 56.67, red card; 3rd round in a row with something missing: interview
甲县      1/5 未报, 1/5 逾期 (another was struck out), 1/5 退回: 100 − 20 − 6 − 2 = 72, yellow; 2nd in a row: interview
乙县      1/6 each of 未报, 逾期, 无实质, 退回: 100 − 160/6 = 73.33, yellow
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tracker.domain.assessment import Assessment
from tracker.domain.faults import Fault
from tracker.domain.rates import Rates

BUREAU: Final = "市示例局"
AGENCY: Final = "市样例局"
COUNTY_A: Final = "甲县"
COUNTY_B: Final = "乙县"
UNITS: Final = (BUREAU, AGENCY, COUNTY_A, COUNTY_B)


def _rates(
    expected: int,
    filed: int,
    on_time: int,
    late: int,
    missing: int,
    nil: int,
    exempt: int,
    returned: int,
    accepted: int,
) -> Rates:
    """One row of a table above."""
    assert expected - filed == missing
    return Rates(expected, filed, on_time, late, nil, exempt, returned, accepted)


WHOLE: Final = _rates(17, 14, 9, 5, 3, 2, 2, 1, 4)
BY_UNIT: Final = {
    BUREAU: _rates(3, 3, 2, 1, 0, 0, 1, 0, 1),
    AGENCY: _rates(3, 2, 1, 1, 1, 1, 0, 0, 1),
    COUNTY_A: _rates(5, 4, 2, 2, 1, 0, 1, 1, 1),
    COUNTY_B: _rates(6, 5, 4, 1, 1, 1, 0, 0, 1),
}
BY_KIND: Final = {
    "department": _rates(6, 5, 3, 2, 1, 1, 1, 0, 2),
    "county": _rates(11, 9, 6, 3, 2, 1, 1, 1, 2),
}
BY_TASK: Final = {
    "1": _rates(3, 3, 3, 0, 0, 0, 0, 0, 2),
    "2": _rates(3, 3, 2, 1, 0, 0, 0, 0, 0),
    "3": _rates(3, 2, 1, 1, 1, 1, 0, 0, 0),
    "4": _rates(3, 3, 2, 1, 0, 0, 1, 1, 1),
    "5": _rates(3, 3, 1, 2, 0, 1, 0, 0, 1),
    "6": _rates(2, 0, 0, 0, 2, 0, 1, 0, 0),
}
COMPLETENESS: Final = "82.4%"
TIMELINESS: Final = "52.9%"
MISSING: Final = {(COUNTY_A, "3"), (COUNTY_B, "6"), (AGENCY, "6")}
LATE: Final = {(BUREAU, "3"), (COUNTY_A, "2"), (AGENCY, "4"), (COUNTY_A, "5"), (COUNTY_B, "5")}
NIL: Final = {(COUNTY_B, "3"), (AGENCY, "5")}
EXEMPT: Final = {(BUREAU, "4"), (COUNTY_A, "6")}
# What the leads say of their tasks; None where the lead reported no progress or filed nothing.
ASSESSED: Final = {
    "1": Assessment.AHEAD,
    "2": Assessment.ON_SCHEDULE,
    "3": Assessment.BEHIND,
    "4": Assessment.DONE,
    "5": None,
    "6": None,
}
AHEAD, ON_SCHEDULE, BEHIND, DONE = 1, 1, 3, 1
BEHIND_BY_NIL, BEHIND_BY_SILENCE = 1, 1

# Held against a unit for a task, after what was struck out.
FAULTS: Final = {
    (BUREAU, "3"): (Fault.LATE, Fault.RETURNED),
    (AGENCY, "4"): (Fault.LATE,),
    (AGENCY, "6"): (Fault.MISSING,),
    (COUNTY_A, "2"): (Fault.LATE,),
    (COUNTY_A, "3"): (Fault.MISSING,),
    (COUNTY_A, "4"): (Fault.RETURNED,),
    (COUNTY_B, "2"): (Fault.NO_SUBSTANCE,),
    (COUNTY_B, "5"): (Fault.LATE, Fault.RETURNED),
    (COUNTY_B, "6"): (Fault.MISSING,),
}
STRUCK_OUT: Final = {(COUNTY_A, "5"): (Fault.LATE,)}
TIMES_RETURNED: Final = {(BUREAU, "3"): 2, (COUNTY_A, "4"): 1, (COUNTY_B, "5"): 1}
# Place, score, card and whether to be spoken to, by kind.
RANKING: Final = {
    "department": ((1, BUREAU, Decimal("86.67"), None, False), (2, AGENCY, Decimal("56.67"), "red", True)),
    "county": (
        (1, COUNTY_B, Decimal("73.33"), "yellow", False),
        (2, COUNTY_A, Decimal("72.00"), "yellow", True),
    ),
}
# Rounds in a row right before this one with something missing. 乙县 had it in the first quarter, not in the second.
MISSED_BEFORE: Final = {BUREAU: 0, AGENCY: 2, COUNTY_A: 1, COUNTY_B: 0}
PAST_ROUNDS: Final = (
    ("2024Q1", _rates(18, 16, 16, 0, 2, 0, 0, 0, 0)),
    ("2024Q2", _rates(18, 16, 15, 1, 2, 1, 0, 0, 0)),
)
# Task, name, unit, target, value, whether the lead's, reporters, share, points.
INDICATORS: Final = (
    ("1", "标准化示例站点", "个", Decimal(100), Decimal(60), True, 1, Decimal("0.6"),
     (("2024Q2", Decimal(40)), ("2024Q3", Decimal(60)))),
    # 甲县 300 + 乙县 500, then 500 + 700.
    ("4", "示例技能培训", "人次", Decimal(3000), Decimal(1200), False, 2, Decimal("0.4"),
     (("2024Q2", Decimal(800)), ("2024Q3", Decimal(1200)))),
    # Two shares say nothing together.
    ("2", "示例服务普及率", "%", Decimal(90), None, False, 2, None, ()),
    ("5", "示例产业项目", "个", Decimal(8), None, False, 0, None, ()),
)  # fmt: skip
