"""Taking unit phrases apart (DESIGN rule 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.unit_names import UnitMention, read_units, split_units


def full_names(phrase: str) -> list[str]:
    return [unit.name for unit in split_units(phrase)]


def groups(phrase: str) -> list[str]:
    return [unit.text for unit in split_units(phrase) if unit.is_group]


def test_an_elided_prefix_is_restored_and_the_text_stays_as_written() -> None:
    assert split_units("市农业农村局、工业和信息化局等部门，各县人民政府。") == (
        UnitMention("市农业农村局", "市农业农村局"),
        UnitMention("工业和信息化局", "市工业和信息化局"),
        UnitMention("各县人民政府", "各县人民政府", is_group=True),
    )


def test_bare_places_take_the_government_of_the_last_one() -> None:
    assert split_units("市商务局，龙胜县、资源县人民政府")[1:] == (
        UnitMention("龙胜县", "龙胜县人民政府"),
        UnitMention("资源县人民政府", "资源县人民政府"),
    )
    assert full_names("雁山区、象山区、七星区人民政府") == [
        "雁山区人民政府",
        "象山区人民政府",
        "七星区人民政府",
    ]
    assert full_names("龙胜县和资源县人民政府") == ["龙胜县人民政府", "资源县人民政府"]


@pytest.mark.parametrize("phrase", ["龙胜县、资源县", "龙胜县，资源县人民政府", "龙胜县、各县人民政府"])
def test_a_bare_place_without_a_shared_suffix_stays_as_written(phrase: str) -> None:
    assert full_names(phrase)[0] == "龙胜县"


@pytest.mark.parametrize(
    ("phrase", "last"),
    [
        ("市供销社、市场监督管理局", "市市场监督管理局"),
        ("市商务局、市市场监管局", "市市场监管局"),
        ("市住房城乡建设局、城市管理局", "市城市管理局"),
        ("市农业农村局、乡村振兴局", "市乡村振兴局"),
        ("市政府办公室、市政协", "市政协"),
        ("市公安局、市政园林局", "市市政园林局"),
        ("市委组织部、宣传部", "市委宣传部"),
        ("市委组织部、财政局", "市财政局"),
        ("盐城市财政局、教育局", "盐城市教育局"),
        ("自治区农业农村厅、财政厅", "自治区财政厅"),
        ("镇市场监管所、自然资源所", "镇自然资源所"),
        ("市总工会、妇联", "市妇联"),
    ],
)
def test_the_prefix_is_told_from_the_name(phrase: str, last: str) -> None:
    assert full_names(phrase)[-1] == last


@pytest.mark.parametrize(
    "name",
    ["团市委", "人民银行桂林中心支行", "桂林银保监分局", "国家税务总局桂林市税务局", "桂林高新区管委会"],
)
def test_a_name_that_stands_alone_takes_no_prefix_and_leaves_the_prefix_to_the_next(name: str) -> None:
    assert full_names(f"市商务局、{name}、财政局") == ["市商务局", name, "市财政局"]


def test_without_a_prefix_before_it_a_name_is_not_completed() -> None:
    assert full_names("财政局、教育局") == ["财政局", "教育局"]


def test_a_county_government_or_a_collective_ends_the_prefix() -> None:
    assert full_names("市商务局、龙胜县人民政府、财政局")[-1] == "财政局"
    assert full_names("市商务局、各县人民政府、财政局")[-1] == "财政局"


@pytest.mark.parametrize(
    "wording",
    [
        "各县人民政府",
        "各县（市、区）人民政府",
        "各县（市、区，以下简称“县”）人民政府",
        "各县、区人民政府",
        "各乡镇人民政府、街道办事处",
        "各有关部门",
        "市直、中（区）直定点帮扶单位",
        "市直各定点帮扶单位",
        "各技工院校主管部门",
        "市、县各有关部门",
        "县（市、区）人民政府",
        "市直有关部门",
    ],
)
def test_a_collective_is_one_group_among_units(wording: str) -> None:
    assert groups(f"市财政局，{wording}，市教育局") == [wording]
    assert len(split_units(f"市财政局，{wording}，市教育局")) == 3


def test_an_autonomous_county_is_a_unit_although_its_name_holds_ge() -> None:
    assert split_units("龙胜各族自治县人民政府")[0].is_group is False


def test_brackets_neither_split_nor_make_a_group() -> None:
    assert full_names("市财政局（牵头、统筹）、教育局（会同各部门）")[0] == "市财政局（牵头、统筹）"
    assert groups("市财政局（牵头、统筹）、教育局（会同各部门）") == []


def test_an_unclosed_bracket_does_not_swallow_the_row() -> None:
    assert full_names("市财政局（、市教育局、市水利局")[1:] == ["市教育局", "市水利局"]


def test_a_line_break_inside_a_name_joins() -> None:
    assert full_names("市人力资源社会\n保障局、市农业\n农村局") == ["市人力资源社会保障局", "市农业农村局"]
    assert full_names("市人民政府\n金融办") == ["市人民政府金融办"]


def test_one_name_a_line_is_a_list() -> None:
    assert full_names("市财政局\n教育局\n水利局") == ["市财政局", "市教育局", "市水利局"]
    assert full_names("市财政局\n市教育局") == ["市财政局", "市教育局"]


def test_a_unit_named_twice_is_given_once() -> None:
    assert full_names("市财政局、教育局、市教育局") == ["市财政局", "市教育局"]


@pytest.mark.parametrize("phrase", ["", " \n ", "/", "——", "无", "等部门", "、，；"])
def test_no_unit_is_made_of_nothing(phrase: str) -> None:
    assert split_units(phrase) == ()


@given(st.text(alphabet="市县区各龙胜财政局委会人民府部门单位等（）、，；。“” \n", max_size=40))
def test_nothing_is_invented(phrase: str) -> None:
    written = "".join(phrase.split())
    # The one case in which a mark is added: one name a line.
    listed = "、".join(phrase.split())
    for unit in split_units(phrase):
        assert unit.text in written or unit.text in listed
        # What was restored in front or behind stands in the phrase itself.
        ends_with_text = unit.name.endswith(unit.text)
        assert ends_with_text or unit.name.startswith(unit.text)
        restored = unit.name.removesuffix(unit.text) if ends_with_text else unit.name.removeprefix(unit.text)
        assert restored in written


@given(
    st.lists(
        st.sampled_from(["财政局", "教育局", "商务局", "妇联", "残联", "水利局"]), min_size=1, unique=True
    )
)
def test_written_out_and_elided_prefixes_give_the_same_names(names: list[str]) -> None:
    elided = "市" + "、".join(names) + "等部门"
    assert full_names(elided) == full_names("、".join(f"市{name}" for name in names))


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("广州、深圳市政府", ["广州市政府", "深圳市政府"]),
        ("东屏、西屏县人民政府", ["东屏县人民政府", "西屏县人民政府"]),
        ("高新区、经开区管委会", ["高新区管委会", "经开区管委会"]),
        ("高新区、团市委", ["高新区", "团市委"]),
        ("市妇联、东屏县政府", ["市妇联", "东屏县政府"]),
        ("省财政厅、湖北金融监管局、教育厅", ["省财政厅", "湖北金融监管局", "省教育厅"]),
        ("市税务局、人行湖北省分行、河洲银行", ["市税务局", "人行湖北省分行", "河洲银行"]),
        ("市财政局和市教育局", ["市财政局", "市教育局"]),
        ("财政部和教育部", ["财政部", "教育部"]),
        ("市文化和旅游局、市工业和信息化局", ["市文化和旅游局", "市工业和信息化局"]),
        ("人力资源和社会保障部、住房和城乡建设部", ["人力资源和社会保障部", "住房和城乡建设部"]),
        ("市财政局等部门及各县区政府", ["市财政局", "各县区政府"]),
        ("市财政局等有关部门和各县区政府", ["市财政局", "等有关部门", "各县区政府"]),
        ("市财政局、教育局等9部门", ["市财政局", "市教育局"]),
        ("市委改革办〔市营商环境局〕、市数据局", ["市委改革办〔市营商环境局〕", "市数据局"]),
    ],
)
def test_names_are_completed_and_parted(phrase: str, names: list[str]) -> None:
    assert full_names(phrase) == names


@pytest.mark.parametrize(
    "wording",
    [
        "各村<社区>",
        "各区〔县、市〕政府",
        "各区、县级市",
        "各有关区、县级市",
        "各省、自治区、直辖市人民政府",
        "各县（市、区）党委和人民政府",
        "试点城市政府",
        "属地人民政府",
        "功能区管委会",
        "市县政府",
        "镇（街道）",
        "市级以上开发区管委会",
        "等有关部门",
        "等相关单位",
        "市发展改革、财政、教育部门",
        "镇乡村振兴领导小组成员单位",
    ],
)
def test_more_collectives(wording: str) -> None:
    assert groups(f"市财政局，{wording}，市教育局") == [wording]


def test_a_prefix_goes_on_from_one_phrase_to_the_next() -> None:
    first = read_units("省科技厅")
    assert [unit.name for unit in read_units("财政厅、教育厅", first.prefix).mentions] == [
        "省财政厅",
        "省教育厅",
    ]


@pytest.mark.parametrize(
    "name", ["河洲税务局", "河洲公积金管理中心", "河洲烟草局", "齐山岭邮政管理局", "武警东屏支队"]
)
def test_a_name_that_starts_with_its_place_takes_no_prefix(name: str) -> None:
    assert full_names(f"市财政局、{name}、教育局") == ["市财政局", name, "市教育局"]


@pytest.mark.parametrize(
    "name", ["税务局", "公积金管理中心", "水库和移民局", "服务业局", "双招双引办", "大数据局", "消防救援支队"]
)
def test_a_name_that_starts_with_what_it_does_takes_the_prefix(name: str) -> None:
    assert full_names(f"市财政局、{name}") == ["市财政局", f"市{name}"]


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("省财政厅、能源局等省有关部门", ["省财政厅", "省能源局", "等省有关部门"]),
        ("水利部等国务院相关部门及各地区", ["水利部", "等国务院相关部门", "各地区"]),
        ("市财政局、镇党委、政府", ["市财政局", "镇党委、政府"]),
        ("市人防办和气象局", ["市人防办", "市气象局"]),
        ("各省、自治区、直辖市人民政府和新疆生产建设兵团",
         ["各省、自治区、直辖市人民政府", "新疆生产建设兵团"]),
        ("市政府办公室（公开科）、市直各部门", ["市政府办公室（公开科）", "市直各部门"]),
        ("市发展改革、财政部门", ["市发展改革、财政部门"]),
    ],
)  # fmt: skip
def test_wordings_of_plans(phrase: str, names: list[str]) -> None:
    assert full_names(phrase) == names


@pytest.mark.parametrize(
    "wording",
    [
        "各县（市、区）党委、政府",
        "各镇党委、政府（办事处）",
        "各市、县（市、区）人民政府",
        "各盟行政公署、市人民政府",
        "各设区市人民政府",
        "有关市、县人民政府",
        "各高校、科研院所",
        "省级各有关部门",
        "各镇街",
    ],
)
def test_collectives_of_plans(wording: str) -> None:
    assert "、".join(groups(f"市财政局，{wording}，市教育局")) == wording


@given(
    st.lists(
        st.sampled_from(
            ["市财政局", "教育局", "河洲税务局", "各县（市、区）党委、政府", "团市委", "市直各部门"]
        ),
        min_size=1,
        unique=True,
    )
)
def test_the_units_of_a_row_do_not_depend_on_the_mark_between_them(units: list[str]) -> None:
    texts = [[unit.text for unit in split_units(mark.join(units))] for mark in "，；"]
    assert texts[0] == texts[1] == units
