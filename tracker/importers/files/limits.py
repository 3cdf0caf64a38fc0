"""How large a file and how costly its reading may be. `docs/formats.md` says the same numbers to users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024

# The file as it comes, and what it unpacks to (counted while inflating).
MAX_BYTES: Final = 20 * MEGABYTE
MAX_UNPACKED: Final = 20 * MEGABYTE
MAX_RATIO: Final = 100
# Below this a part may be as repetitive as it likes: a sheet of blank cells is.
RATIO_FLOOR: Final = 100_000
MAX_PARTS: Final = 2_000

# Positions, not filled cells: a sheet with one far cell is as long as a full one.
MAX_ROWS: Final = 100_000
MAX_CELLS: Final = 1_000_000
MAX_MERGED: Final = 2_000_000

MAX_PAGES: Final = 500
MAX_PAGE_CHARACTERS: Final = 50_000
MAX_PAGE_RULES: Final = 4_000


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What one reading may use before it is stopped. Memory is address space, libraries included."""

    seconds: int
    cpu_seconds: int
    memory: int
    output: int
    open_files: int


READING: Final = Ceilings(
    seconds=30, cpu_seconds=20, memory=1024 * MEGABYTE, output=32 * MEGABYTE, open_files=64
)
# LibreOffice maps far more than it uses, and writes a profile.
CONVERTING: Final = Ceilings(
    seconds=90, cpu_seconds=60, memory=4096 * MEGABYTE, output=64 * MEGABYTE, open_files=512
)
