"""Every page of every role in chromium, looked over by axe-core: on a desk, on a phone, and in English.

The pages are those of the access matrix, so that a new one is looked at by itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.web.conftest import FILING, ROUND, build_pages
from tests.web.places import address_of, build_places
from tests.web.server import CHROMIUM, chromium, serving
from tests.web.test_access import MATRIX, ROLES
from tracker.config import load_settings
from tracker.db import open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.web.conftest import Pages

AXE_FOLDER: Final = Path(__file__).parents[1] / "axe"
AXE: Final = AXE_FOLDER / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT RUN: no chromium (apt-get install chromium)"),
    pytest.mark.skipif(not AXE.exists(), reason="NOT RUN: no axe-core (apt-get install npm; make test)"),
]

VIEWS: Final = {"desk": ("zh_CN", 1440), "phone": ("zh_CN", 390), "English": ("en", 1440)}
ROUTES: Final = [path for method, path in MATRIX if method == "GET"]
# What no route of its own stands for: refusals, and rounds seen with something in them.
MORE: Final = (
    ("甲县", "/nowhere"),
    ("甲县", "/units"),
    ("乙县", FILING),
    ("统筹", f"{ROUND}/obligations?state=submitted"),
)
_GRAVE: Final = ("serious", "critical")
_RUN: Final = """async () => {
  document.querySelectorAll("details").forEach((found) => { found.open = true; });
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, nodes: nodes.map((node) => `${node.target.join(" ")}  ${node.html.slice(0, 160)}`) }));
}"""


@dataclass(slots=True)
class Shown:
    """The site in chromium, with a window for each role and view."""

    pages: Pages
    address: str
    browser: Browser
    places: dict[str, object]
    windows: dict[tuple[str, str], Page] = field(default_factory=dict)

    def is_page(self, who: str, path: str) -> bool:
        """And not a file to keep."""
        headers = self.window(who, "desk").context.request.get(path).headers
        return headers["content-type"].startswith("text/html") and "content-disposition" not in headers

    def complaints(self, who: str, path: str) -> list[str]:
        return [
            f"{path} ({who or 'nobody'}, {view}): {found['impact']} {found['id']}: {found['help']}\n    "
            + "\n    ".join(found["nodes"])
            for view in VIEWS
            for found in self._violations(who, view, path)
            if found["impact"] in _GRAVE
        ]

    def _violations(self, who: str, view: str, path: str) -> list[dict[str, Any]]:
        page = self.window(who, view)
        page.goto(path)
        found: list[dict[str, Any]] = page.evaluate(_RUN)
        return found

    def window(self, who: str, view: str) -> Page:
        if (who, view) not in self.windows:
            self.windows[who, view] = self._open(who, view)
        return self.windows[who, view]

    def _open(self, who: str, view: str) -> Page:
        language, width = VIEWS[view]
        context = self.browser.new_context(viewport={"width": width, "height": 900}, base_url=self.address)
        cookies = {"language": language} | ({"duban": self.pages.session_of(who)} if who else {})
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )
        context.add_init_script(path=AXE)
        return context.new_page()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, template_file: Path) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("axe")
    (folder / "config.toml").write_text("", "utf-8")
    settings = load_settings(folder / "config.toml", {})
    (folder / "var").mkdir()
    (folder / "var" / "tracker.db").write_bytes(template_file.read_bytes())
    database = open_database(settings)
    pages = build_pages(database, settings)
    places = build_places(pages)
    with serving(pages.app) as address, chromium() as browser:
        yield Shown(pages, address, browser, places)
    database.close()


def test_axe_sees(shown: Shown) -> None:
    page = shown.window("", "desk")
    page.goto("/login")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert {found["id"] for found in page.evaluate(_RUN)} >= {"image-alt"}


def test_the_lock_names_no_registry() -> None:
    lock = (AXE_FOLDER / "package-lock.json").read_text("utf-8")
    locked = [found for place, found in json.loads(lock)["packages"].items() if place]
    assert locked
    assert all(found["integrity"] for found in locked)
    assert "://" not in lock
    assert "resolved" not in lock


@pytest.mark.parametrize("route", ROUTES)
def test_axe_finds_nothing_grave(shown: Shown, route: str) -> None:
    path = address_of(route, shown.places)
    seen = [
        who
        for who, status in zip(ROLES, MATRIX["GET", route], strict=True)
        if status == 200 and who != "乙县" and shown.is_page(who, path)
    ]
    # An administrator's page is the coordinator's, but for what is theirs alone.
    if "统筹" in seen and not route.startswith(("/calendar", "/people")):
        seen.remove("管理")
    complaints = [found for who in seen for found in shown.complaints(who, path)]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(("who", "path"), MORE)
def test_axe_finds_nothing_grave_beside_the_routes(shown: Shown, who: str, path: str) -> None:
    complaints = shown.complaints(who, path)
    assert not complaints, "\n".join(complaints)
