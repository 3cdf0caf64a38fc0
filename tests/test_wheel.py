"""The wheel outside the checkout: templates, lists and migrations travel in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `tracker` comes from a freshly built wheel only."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *build], check=True, capture_output=True)
    (wheel,) = folder.glob("duban_tracker-*.whl")
    target = folder / "installed"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return {**inherited, "PYTHONPATH": str(target)}


def run(installed: dict[str, str], folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "tracker", *arguments]
    done = subprocess.run(command, cwd=folder, env=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_lays_out_a_site_and_opens_a_round_without_the_checkout(
    installed: dict[str, str], tmp_path: Path
) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import tracker; print(tracker.__file__)"],
        cwd=tmp_path, env=installed, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(installed["PYTHONPATH"])
    run(installed, tmp_path, "init", "site")
    site = tmp_path / "site"
    assert (site / "templates" / "mail" / "reminder" / "body.txt").is_file()
    assert (site / "tasklists" / "guilin-2022-2024.toml").is_file()
    run(installed, site, "migrate")
    run(installed, site, "import", "guilin-2022-2024")
    assert "1215" in run(installed, site, "round", "open", "guilin-2022-2024", "2024Q3", "--json")
    run(installed, site, "report", "guilin-2022-2024", "2024Q3", "--format", "html", "--out", "r.html")


def test_works_from_its_own_copies_in_an_empty_folder(installed: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("", "utf-8")
    run(installed, tmp_path, "migrate")
    assert "70" in run(installed, tmp_path, "import", "guilin-2022-2024")
