"""What a unit's name says of its place: 市…, 桂林市…, 湖北金融监管局, 河洲税务局, or nothing (教育局)."""

from __future__ import annotations

import re

LEVELS = "省市县区州盟旗乡镇村"

# Words in which a level's character says nothing about a place, masked before places are looked for.
# 城市 only where a word starts (盐城市 is a place); 山区, 城区, 新区 end county names (雁山区): not here.
_NOT_A_PLACE = re.compile(
    r"市场|市容|市政(?=[园公工设管建局处集])|(?:^|(?<=[和与、]))城市|超市|城乡|城镇|乡村|乡镇|乡土|县域|镇域|区域"
    r"|区划|省际|联盟|老区|库区|园区|社区|景区|名胜区|开发区|保税区|示范区|保护区|管理区|功能区"
)
# The level alone (市…, 自治区…), or a place with its level (桂林市…, 龙胜各族自治县…). 广州 is not a 州.
_PLACE = re.compile(
    r"自治[区州县]|[省市县区州盟旗镇乡]"
    r"|[一-鿿]{1,12}?(?:自治[区州县]|街道|[省市县区盟旗镇乡]|(?<=[一-鿿]{2})州)"
)
# A name that starts with its province's stem (湖北金融监管局) has its place in it.
_PROVINCE = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    "|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|兵团"
)
# Names that stand under no city: bodies of the state, branches, zones, companies.
_STANDS_ALONE = re.compile(
    r"^(?:国家|中国|中央|全国|国网|民航|国务院|人民银行|人行|中石|中铁|团[省市区县州委]|武警)|银保监|证监|金融监管"
    r"|(?:分局|支行|分行|中支|银行|分公司|公司|集团|管委会|管理委员会|大学|学院|学校|中学|小学|海关|调查队|总队|军分区"
    r"|监狱|供电局|海事局)$"
)
# What offices are named after. A name starts with such a word (税务局), or with its place before it (河洲税务局).
_FUNCTION = re.compile(
    "发展|发改|经济|经信|经贸|工业|工信|科技|科学|科教|教育|教体|体育|文体|民族|宗教|公安|交警|国家安全|民政|司法|财政"
    "|人力|人社|社会|就业|劳动|自然|资源|国土|规划|生态|环境|环保|环卫|住房|住建|房产|房屋|房管|城建|建设|城乡|城市"
    "|城管|综合|市政|园林|绿化|林业|林草|交通|公路|铁路|港航|港口|航道|运输|水利|水务|水文|农业|农村|农机|畜牧|渔业"
    "|海洋|乡村|扶贫|商务|外经|外事|口岸|招商|投资|贸易|文化|文旅|文广|文物|旅游|广播|广电|新闻|电视|卫生|卫健|健康"
    "|疾控|疾病|中医|医疗|医保|药品|食品|退役|应急|消防|地震|防震|安全|气象|审计|国资|国有|市场|工商|质量|知识|标准"
    "|统计|信访|金融|数据|大数据|政务|行政|审批|营商|机关|政府|档案|粮食|物资|能源|供销|盐业|烟草|邮政|通信|无线电"
    "|税务|公积金|人防|人民|国防|残疾|残联|妇女|妇联|共青团|总工会|红十字|老龄|老干部|组织|宣传|统战|政法|编办|机构"
    "|网信|网络|保密|党校|法院|检察|中级|高级|融媒|项目|开发|优化|供电|供水|供热|公共|信用|信息|轨道|排水|水库|移民|企业|人才|法律|仲裁"
)
# 河洲, 齐齐哈尔: two to four characters, none of them an "and" (水库和移民局 starts with no place).
_OWN_STEM = re.compile("[一-鿿]{2,4}")
_AND = frozenset("和及与")
_SHORTEST_STEM = 2


def place_of(text: str) -> tuple[str, str]:
    """`text` as place and rest; an empty place where it starts with none."""
    masked = _NOT_A_PLACE.sub(lambda word: "□" * len(word[0]), text)
    match = _PLACE.match(masked)
    if match is None:
        return "", text
    return text[: match.end()], text[match.end() :]


def stands_alone(text: str) -> bool:
    """Whether nothing is ever put in front of such a name: 国网东屏供电公司, 团市委, 河洲海关."""
    return bool(_STANDS_ALONE.search(text))


def has_own_place(text: str) -> bool:
    """Whether a name without a level starts with a place all the same: 湖北证监局, 河洲税务局; not 税务局."""
    if place_of(text)[0]:
        return False
    if _PROVINCE.match(text):
        return True
    if _FUNCTION.match(text) or (stem := _OWN_STEM.match(text)) is None:
        return False
    ends = (end for end in range(_SHORTEST_STEM, stem.end() + 1) if _AND.isdisjoint(text[:end]))
    return any(_FUNCTION.match(text, end) for end in ends)
