"""What kind of unit a name speaks of."""

from __future__ import annotations

import pytest

from tracker.domain.unit_kinds import guess_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("市农业农村局", "department"),
        ("市市场监管局", "department"),
        ("团市委", "department"),
        ("市乡村振兴局", "department"),
        ("桂林市人民政府办公室", "department"),
        ("龙胜各族自治县", "county"),
        ("龙胜各族自治县人民政府", "county"),
        ("临桂区", "county"),
        ("荔浦市人民政府", "county"),
        ("某某旗", "county"),
        ("漓江镇", "town"),
        ("漓江镇人民政府", "town"),
        ("某某街道办事处", "town"),
        ("某某瑶族乡人民政府", "town"),
        ("某某村", "village"),
        ("某某社区居委会", "village"),
        ("某某村村委会", "village"),
        ("县", "department"),
        ("", "department"),
    ],
)
def test_the_ending_of_a_name_tells_its_kind(name: str, kind: str) -> None:
    assert guess_kind(name) == kind
