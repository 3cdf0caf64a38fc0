"""Every page of every role in chromium, looked over by axe-core: on a desk, on a phone, and in English.

The pages are those of the access matrix, so that a new one is looked at by itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from tests.web.axe import AXE_FOLDER, DESK, NEEDS_AXE, RUN, Shown, open_site
from tests.web.conftest import FILING, ROUND
from tests.web.places import address_of
from tests.web.test_access import MATRIX, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = NEEDS_AXE

ROUTES: Final = [path for method, path in MATRIX if method == "GET"]
# What no route of its own stands for: refusals, and rounds seen with something in them.
MORE: Final = (
    ("甲县", "/nowhere"),
    ("甲县", "/units"),
    ("乙县", FILING),
    ("统筹", f"{ROUND}/obligations?state=filed"),
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, template_file: Path) -> Iterator[Shown]:
    with open_site(tmp_path_factory.mktemp("axe"), template_file) as shown:
        yield shown


def complaints(shown: Shown, who: str, path: str) -> list[str]:
    return shown.complaints(who, path) + shown.complaints(who, path, "en", (DESK,))


def test_axe_sees(shown: Shown) -> None:
    page = shown.window("", "zh_CN")
    page.goto("/login")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert {found["id"] for found in page.evaluate(RUN)} >= {"image-alt"}


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
    found = [complaint for who in seen for complaint in complaints(shown, who, path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("who", "path"), MORE)
def test_axe_finds_nothing_grave_beside_the_routes(shown: Shown, who: str, path: str) -> None:
    found = complaints(shown, who, path)
    assert not found, "\n".join(found)
