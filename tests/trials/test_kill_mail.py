"""A small run of what `make trial-mail` does at length."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.trials.databases import Databases
from tests.trials.kill_mail import ANY_MOMENT, POINTS, trial, warm_up
from tests.trials.mail_workers import run_workers

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("KILLS", "3"))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    folder = tmp_path_factory.mktemp("trial")
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    found = Databases(folder, server)
    warm_up(found, folder)
    return found


@pytest.mark.parametrize("point", [*POINTS, ANY_MOMENT])
def test_a_worker_killed_at_any_step_loses_nothing_and_repeats_only_what_may_have_arrived(
    databases: Databases, tmp_path: Path, point: str
) -> None:
    outcome = trial(databases, tmp_path, point, KILLS)
    assert outcome.mails >= 3 * KILLS
    assert outcome.is_good, outcome
    if point == "final dot accepted":
        assert outcome.duplicated == KILLS


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_at_once_and_one_paused_past_its_lease_send_each_mail_once(
    databases: Databases, tmp_path: Path, workers: int
) -> None:
    run = run_workers(databases, tmp_path, workers=workers, mails=2000)
    assert run.mails == 2000
    assert run.is_good, run
