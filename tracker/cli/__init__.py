"""The command line: one face of the same actions. `main` is the only place where errors become exit codes."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Exit 0 when done, 1 for a mistake that the user can mend, 2 for wrong usage, 3 for a fault of ours."""
    from tracker.cli.app import app
    from tracker.cli.terminal import fail, gettext
    from tracker.errors import TrackerError

    sys.argv[1:] = _options_first(sys.argv[1:])
    try:
        app(prog_name="tracker")
    except TrackerError as error:
        fail(error.worded(gettext))
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("TRACKER_DEBUG"):
            raise
        fail(
            gettext("程序内部错误（{kind}：{error}）。设置 TRACKER_DEBUG=1 再运行一次可以看到详情。").format(
                kind=type(error).__name__, error=error
            )
        )
        sys.exit(3)


def _options_first(arguments: list[str]) -> list[str]:
    """`--config PATH` is understood anywhere on the line, as people write it."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--config" and place + 1 < len(arguments):
            return [*arguments[place : place + 2], *arguments[:place], *arguments[place + 2 :]]
        if argument.startswith("--config="):
            return [argument, *arguments[:place], *arguments[place + 1 :]]
    return arguments
