"""`make bench`, its last part: the processor time of pages, and their bytes.

Product and peer are servers of their own, asked over the loopback in turns; what counts is the processor time that the
kernel charged the server's process for a request, not the time that passed. Medians of many requests, warm.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from lxml import html as lxml_html

from tests.bench.web_site import NOW, PERIOD, SLUG, TASKS, build_site, settings_in, text_of
from tracker.db import open_database
from tracker.domain.actors import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    from tracker.config import Settings
    from tracker.db import Database

READ_GOAL, WRITE_GOAL = 2.5, 3.0
LARGEST_PAGE: Final = 100_000
OFFICE_UNITS, PROVINCE_UNITS = 18, 2844
_WARM, _REQUESTS, _FILED, _TURN = 20, 300, 100, 10
_BOARD: Final = f"/rounds/{SLUG}/{PERIOD}"
_FILING: Final = f"/filing/{SLUG}/{PERIOD}"
_OF_TASK: Final = re.compile(r"[a-z]+-(\d+)(?:-|$)")
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Server:
    """A server process and one connection to it."""

    process: subprocess.Popen[bytes]
    connection: http.client.HTTPConnection
    cookie: str = ""

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        body = None if form is None else urlencode(form)
        self.connection.request(
            "GET" if form is None else "POST", path, body, headers | (_FORM if form else {})
        )
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def cpu(self) -> float:
        """Seconds of processor that the process has used so far."""
        # How Linux numbers the processor clock of another process: clock_getcpuclockid(3).
        return time.clock_gettime((~self.process.pid) << 3 | 2)

    def cost(self, path: str, form: dict[str, str] | None = None) -> float:
        """Milliseconds of processor for one request; stops the bench where the answer is an error."""
        before = self.cpu()
        status, body = self.ask(path, form)
        if status >= 400:
            sys.exit(f"{path}: {status} {body[:2000].decode(errors='replace')}")
        return (self.cpu() - before) * 1000


@contextmanager
def serving(app: str, folder: Path, cookie: str = "") -> Iterator[Server]:
    """`app` is `product` or `bare`, on the site in `folder`."""
    command = [sys.executable, "-m", "tests.bench.web", app, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            yield Server(process, connection, cookie)
        finally:
            connection.close()
            process.terminate()


def serve(name: str, folder: Path) -> None:
    """The server's process: says its port and works until it is ended."""
    import socket  # noqa: PLC0415 - this and what follows is the server's only

    import uvicorn  # noqa: PLC0415

    settings = settings_in(folder)
    database = open_database(settings)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        _app(name, settings, database), log_level="warning", server_header=False, timeout_keep_alive=600
    )
    uvicorn.Server(config).run(sockets=[listener])


def _app(name: str, settings: Settings, database: Database) -> FastAPI:
    if name == "bare":
        from tests.bench.web_bare import bare_app  # noqa: PLC0415

        return bare_app(database)
    from tracker.app import create_app  # noqa: PLC0415

    return create_app(settings, database=database, now=lambda: NOW, run_jobs=False)


def in_turns(*asks: Callable[[], float], requests: int = _REQUESTS) -> list[float]:
    """The median cost of each; they take turns, so that what else the machine does meets all alike."""
    costs: list[list[float]] = [[] for _ in asks]
    for ask in asks:
        for _ in range(_WARM):
            ask()
    for _ in range(requests // _TURN):
        for found, ask in zip(costs, asks, strict=True):
            found.extend(ask() for _ in range(_TURN))
    return [median(found) for found in costs]


def _row(name: str, product: float, bare: float, goal: float) -> float:
    print(f"{name:<52}{product:>9.2f}{bare:>9.2f}{product / bare:>8.2f}{goal:>7.1f}")
    return product / bare / goal


@dataclass(slots=True)
class Filler:
    """Files one text after another, each from a page just fetched, and never the same text twice."""

    server: Server
    count: int = 0

    def whole_form(self) -> dict[str, str]:
        """What a browser sends: every box of the page, one of them changed."""
        page: lxml_html.HtmlElement = lxml_html.document_fromstring(self.server.ask(_FILING)[1].decode())
        form = next(form for form in page.forms if form.xpath(".//textarea"))
        fields = {name: value or "" for name, value in form.fields.items() if name and name != "act"}
        self.count += 1
        task = 1 + self.count % TASKS
        return fields | {f"text-{task}": f"{self.count} {text_of(task)}", "act": f"one-{task}"}

    def single_text(self) -> dict[str, str]:
        """The same without the boxes of other tasks."""
        sent = self.whole_form()
        task = sent["act"].removeprefix("one-")
        return {
            name: value
            for name, value in sent.items()
            if (found := _OF_TASK.match(name)) is None or found[1] == task
        }


def office(folder: Path) -> bool:
    """70 tasks x 18 units; whether both goals are met."""
    secrets = build_site(folder, OFFICE_UNITS, texts=OFFICE_UNITS * TASKS)
    cookies = {role: f"duban={secret}; duban_form={'x' * 32}" for role, secret in secrets.items()}
    with serving("product", folder) as product, serving("bare", folder) as bare:
        print(
            f"\n{f'{TASKS} tasks, {OFFICE_UNITS} units; processor ms a request':<52}{'product':>9}{'bare':>9}{'ratio':>8}{'goal':>7}"
        )
        product.cookie = cookies[Role.FILLER]
        filler = Filler(product)
        read = in_turns(lambda: product.cost(_FILING), lambda: bare.cost("/filing"))
        over = [_row("a unit's page, 70 + 70 texts of 200 characters", read[0], read[1], READ_GOAL)]
        text = {"text": text_of(1)}
        written = in_turns(
            lambda: product.cost(_FILING, filler.single_text()),
            lambda: bare.cost("/texts", text),
            lambda: product.cost(_FILING, filler.whole_form()),
            requests=_FILED,
        )
        over.append(_row("one text filed", written[0], written[1], WRITE_GOAL))
        print(
            f"{'one text filed, the whole page posted':<52}{written[2]:>9.2f}{written[1]:>9.2f}{written[2] / written[1]:>8.2f}"
        )
        _print_pages(product, cookies, folder)
    return all(found <= 1 for found in over)


def _print_pages(product: Server, cookies: dict[Role, str], folder: Path) -> None:
    """Every page of the site that its routes name, as each role gets it."""
    print(f"\n{'page':<64}{'ms':>8}{'kB':>8}{f'of {LARGEST_PAGE // 1000} kB':>11}")
    for path, role in _pages(folder):
        product.cookie = cookies[role]
        status, body = product.ask(path)
        if status == 200 and b"<html" in body[:500]:
            cost = median(product.cost(path) for _ in range(_TURN))
            name = f"{path} ({role.value})"
            print(f"{name:<64}{cost:>8.1f}{len(body) / 1000:>8.1f}{len(body) / LARGEST_PAGE:>11.2f}")


def _pages(folder: Path) -> list[tuple[str, Role]]:
    from tests.web.places import routes_of  # noqa: PLC0415

    settings = settings_in(folder)
    database = open_database(settings)
    routes = routes_of(_app("product", settings, database))
    database.close()
    places = {
        "slug": SLUG,
        "period": PERIOD,
        "year": "2024",
        "unit_id": "1",
        "obligation_id": str(OFFICE_UNITS * TASKS + 1),
    }
    paths = {
        path.format(**places)
        for method, path in routes
        if method == "GET" and set(re.findall(r"{(\w+)}", path)) <= places.keys()
    }
    views = {f"{_BOARD}?view={view}" for view in ("tasks", "matrix")} | {
        f"{_FILING}?unit={quote('示例第1县')}"
    }
    own = [(path, Role.FILLER) for path in ("/", _FILING)]
    leads = [(path, Role.LEADER) for path in ("/",)]
    return own + leads + [(path, Role.COORDINATOR) for path in sorted((paths | views) - {"/login", _FILING})]


def province(folder: Path) -> None:
    """The board over 200,000 obligations: what it costs must not hang on how much was written."""
    expected = PROVINCE_UNITS * TASKS
    name = f"the board, {expected:,} obligations, processor ms"
    sites = {texts: folder.with_name(f"{folder.name}-{texts}") for texts in (0, 20_000, expected)}
    print(f"\n{name:<52}{'':>9}{'to 0':>9}")
    costs = {}
    for texts, place in sites.items():
        secrets = build_site(place, PROVINCE_UNITS, texts=texts, before=False)
        with serving("product", place, f"duban={secrets[Role.COORDINATOR]}; duban_form=x") as product:
            product.ask(_BOARD)
            costs[texts] = median(product.cost(_BOARD) for _ in range(7))
            size = len(product.ask(_BOARD)[1])
        ratio = costs[texts] / costs[0]
        print(f"{f'{texts:,} texts ({size / 1000:,.0f} kB)':<52}{costs[texts]:>9.0f}{ratio:>9.2f}")
        shutil.rmtree(place)


def main() -> None:
    """Prints the tables; exit code 1 where a ratio is over its goal."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        is_met = office(Path(name) / "office")
        if "office" not in sys.argv[1:]:
            province(Path(name) / "province")
    if not is_met:
        sys.exit("slower than the goal")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
