"""`make bench`: how soon hostile and broken files are refused, beside the limit of a second. Processor time."""

from __future__ import annotations

import time

from tests.importers.test_archive import OTHERS, WORKBOOKS
from tracker.importers.files.readers import read_blocks
from tracker.importers.files.refusals import RefusedFileError
from tracker.importers.files.source import SourceFile

LIMIT = 1.0
SHOWN = 5


def seconds(name: str, content: bytes) -> float:
    """Until the file is refused; raises AssertionError where it is not."""
    started = time.process_time()
    try:
        read_blocks(SourceFile(name, content))
    except RefusedFileError:
        return time.process_time() - started
    raise AssertionError(f"{name} was read")


def main() -> None:
    """Prints the slowest."""
    cases = [("表.xlsx", build, code) for build, code in WORKBOOKS] + OTHERS
    found = sorted(((seconds(name, build()), name, code) for name, build, code in cases), reverse=True)
    print(f"\n{len(found)} hostile files refused; the slowest:{'cpu s':>14}{'limit':>8}{'ratio':>8}")
    for spent, name, code in found[:SHOWN]:
        print(f"{f'{name} {code}':<38}{spent:>14.2f}{LIMIT:>8.2f}{spent / LIMIT:>8.2f}")


if __name__ == "__main__":
    main()
