"""A list from upload to import in a real browser, for one xlsx, one docx and one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importers.conftest import Table, write_docx, write_text, write_xlsx
from tests.web.server import CHROMIUM
from tests.web.test_browser import COUNTY, Site, site
from tracker.models import AssignmentRole, OrgUnit, key
from tracker.store.lists import assignments_of, current_tasks, current_version, list_by_slug
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.db import Database

    Write = Callable[[Table], Path]

# Fixtures of other modules.
__all__ = ["site", "write_docx", "write_text", "write_xlsx"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
]

# When to report is stated; who leads is not.
PLAN = Table(
    rows=(
        (1, "1．做强产业", "推动示例产业融合发展，构建体系。", None, "市示例服务局、市示例局"),
        (2, "1．做强产业", "强化市场拓展。", None, "市示例服务管理局，龙胜县人民政府"),
        (3, "1．做强产业", "做好宣传。", None, "市示例局，各县（市、区）人民政府"),
    ),
    note="备注：各县（市、区）、市直各牵头单位每季度填写贯彻落实情况（每条控制在300字以内），"
    "于每季度第一个月6日前报送至邮箱：duban@example.org。",
)


@pytest.mark.parametrize(
    ("kind", "width", "javascript"),
    [("write_xlsx", 1440, True), ("write_docx", 390, True), ("write_text", 390, False)],
)
def test_from_upload_to_list(
    site: Site,
    sqlite_database: Database,
    request: pytest.FixtureRequest,
    kind: str,
    width: int,
    javascript: bool,
) -> None:
    write: Write = request.getfixturevalue(kind)
    page = site.signed_in("coordinator", width=width, javascript=javascript)
    page.get_by_role("link", name="导入清单").click()
    page.get_by_label("文件").set_input_files(write(PLAN))
    page.get_by_role("button", name="读取并预览").click()
    page.wait_for_url("**/lists/import/*")
    assert "读到 3 项任务" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_label("截止日", exact=True).input_value() == "6"

    first = page.locator("#task-1")
    assert first.locator(".guess").inner_text() == "推测"
    first.get_by_label("牵头单位").select_option("市示例局")
    page.get_by_label("市示例服务管理局：名称相近").select_option("市示例服务局")
    page.get_by_label("各县（市、区）人民政府：指哪些单位").select_option("county")
    page.get_by_role("button", name="保存选择").last.click()
    page.wait_for_url("**?done=import_saved")
    assert first.locator(".guess").count() == 0
    assert "个单位" in page.locator("#groups").inner_text()

    page.get_by_label("标题").fill("示例方案任务清单")
    page.get_by_label("清单代号").fill("example-plan")
    page.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_url("**/?done=imported*")
    assert "清单已导入：3 项任务" in page.locator("main").inner_text()
    assert "示例方案任务清单" in page.locator("main").inner_text()

    with sqlite_database.reading() as session:
        task_list = list_by_slug(session, "example-plan")
        assert unit_by_name(session, "市示例服务管理局").name == "市示例服务局"
        certain = [task.is_lead_certain for task in current_tasks(session, task_list)]
        leads = [
            session.get_one(OrgUnit, found.unit_id).name
            for found in assignments_of(session, key(current_version(session, task_list)))
            if found.role is AssignmentRole.LEAD
        ]
    assert certain == [True, False, False]
    assert leads == ["市示例局", "市示例服务局", "市示例局"]


# Neither rules nor a lead for the second task; 隆胜县 is 龙胜县, typed by its sound.
UNRULED = """示例方案（2024—2025年）
一、重点任务
（一）摸清示例底数。每季开展一次信息采集。（责任单位：市示例局、隆胜县）
（二）抓好示例调度。落实乡级半月研判机制。（责任单位：各县人民政府）
"""


@pytest.mark.parametrize(("width", "javascript"), [(1440, False), (390, True)])
def test_a_text_without_rules_is_settled_step_by_step(
    site: Site, sqlite_database: Database, tmp_path: Path, width: int, javascript: bool
) -> None:
    file = tmp_path / "方案.txt"
    file.write_text(UNRULED, "utf-8")
    page = site.signed_in("coordinator", width=width, javascript=javascript)
    page.get_by_role("link", name="导入清单").click()
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="读取并预览").click()
    page.wait_for_url("**/lists/import/*")
    assert page.locator("details.outline li").count() == 1
    assert not page.locator("details.outline li").is_visible()

    # All that is missing is said at once; a rhythm of the text fills in a part, and what was typed stays.
    page.get_by_label("清单代号").fill("example-text")
    page.get_by_label("每项字数上限").fill("0")
    page.get_by_role("button", name="导入", exact=True).click()
    alert = page.get_by_role("alert")
    assert alert.get_by_role("link").count() == 3
    assert page.locator("[aria-invalid]").count() == 3
    page.get_by_role("button", name="每季：用作报送周期").click()
    page.wait_for_url("**?done=import_saved#rules")
    assert page.get_by_label("报送周期", exact=True).input_value() == "quarter"
    assert page.get_by_label("清单代号").input_value() == "example-text"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("每项字数上限").fill("300")
    page.get_by_label("截止日", exact=True).fill("10")

    page.get_by_label("隆胜县：名称相近").select_option(COUNTY)
    page.get_by_label("只写了集体称呼，可以补上牵头单位").fill("市示例局")
    page.get_by_label("各县人民政府：指哪些单位").select_option("county")
    page.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_url("**/?done=imported*")
    with sqlite_database.reading() as session:
        task_list = list_by_slug(session, "example-text")
        assert unit_by_name(session, "隆胜县").name == COUNTY
        assert [task.is_lead_certain for task in current_tasks(session, task_list)] == [False, True]
        assert (task_list.first_period, task_list.last_period) == ("2024Q1", "2025Q4")
