"""axe-core in Debian's chromium: windows of every width and language, and what it finds grave on a page."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.web.conftest import build_pages
from tests.web.places import build_places
from tests.web.server import CHROMIUM, chromium, serving
from tracker.config import load_settings
from tracker.db import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.web.client import Answer
    from tests.web.conftest import Pages

AXE_FOLDER: Final = Path(__file__).parents[1] / "axe"
AXE: Final = AXE_FOLDER / "node_modules" / "axe-core" / "axe.min.js"
NEEDS_AXE: Final = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
    pytest.mark.skipif(not AXE.exists(), reason="NOT RUN: no axe-core (apt-get install npm; make test)"),
]
DESK, PHONE = 1440, 390
_GRAVE: Final = ("serious", "critical")
RUN: Final = """async () => {
  document.querySelectorAll("details").forEach((found) => { found.open = true; });
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, nodes: nodes.map((node) => `${node.target.join(" ")}  ${node.html.slice(0, 160)}`) }));
}"""
_NODES_TOLD: Final = 5


@dataclass(slots=True)
class Shown:
    """A site in chromium, with a window for each role and language."""

    pages: Pages
    address: str
    browser: Browser
    places: dict[str, object]
    windows: dict[tuple[str, str], Page] = field(default_factory=dict)

    def is_page(self, who: str, path: str) -> bool:
        """And neither a file to keep nor a document in a sandbox, where no script may run, not even axe's."""
        headers = self.window(who, "zh_CN").context.request.get(path).headers
        if "sandbox" in headers.get("content-security-policy", ""):
            return False
        return headers["content-type"].startswith("text/html") and "content-disposition" not in headers

    def complaints(
        self, who: str, path: str, language: str = "zh_CN", widths: tuple[int, ...] = (DESK, PHONE)
    ) -> list[str]:
        """What is grave on the page, at each width."""
        page = self.window(who, language)
        page.goto(path)
        return [
            complaint
            for width in widths
            for complaint in self._look(page, f"{path} ({who or 'nobody'}, {language}, {width})", width)
        ]

    def complaints_of_answer(self, name: str, answer: Answer, language: str = "zh_CN") -> list[str]:
        """The same of a page that was answered to another browser, such as one that refuses what was posted."""
        page = self.window("", language)

        def fulfil(route: Route) -> None:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=answer.html)

        page.route("**/answered", fulfil)
        page.goto("/answered")
        page.unroute("**/answered")
        return [found for width in (DESK, PHONE) for found in self._look(page, f"{name} ({width})", width)]

    @staticmethod
    def _look(page: Page, name: str, width: int) -> list[str]:
        page.set_viewport_size({"width": width, "height": 900})
        violations: list[dict[str, Any]] = page.evaluate(RUN)
        return [
            f"{name}: {found['impact']} {found['id']}: {found['help']}\n    "
            + "\n    ".join(found["nodes"][:_NODES_TOLD])
            for found in violations
            if found["impact"] in _GRAVE
        ]

    def window(self, who: str, language: str) -> Page:
        if (who, language) not in self.windows:
            self.windows[who, language] = self._open(who, language)
        return self.windows[who, language]

    def _open(self, who: str, language: str) -> Page:
        context = self.browser.new_context(
            viewport={"width": DESK, "height": 900}, base_url=self.address, service_workers="block"
        )
        cookies = {"language": language} | ({"duban": self.pages.session_of(who)} if who else {})
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )
        context.add_init_script(path=AXE)
        return context.new_page()


@contextmanager
def open_site(folder: Path, template_file: Path) -> Iterator[Shown]:
    """The example with something at every place, on a SQLite database of its own; `template_file` is an empty one."""
    (folder / "config.toml").write_text("", "utf-8")
    settings = load_settings(folder / "config.toml", {})
    (folder / "var").mkdir()
    (folder / "var" / "tracker.db").write_bytes(template_file.read_bytes())
    database = open_database(settings)
    try:
        pages = build_pages(database, settings)
        places = build_places(pages)
        with serving(pages.app) as address, chromium() as browser:
            yield Shown(pages, address, browser, places)
    finally:
        database.close()
