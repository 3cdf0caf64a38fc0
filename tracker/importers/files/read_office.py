"""Old and foreign office formats, turned into new ones by LibreOffice where it is installed.

It runs in a profile of its own that is thrown away, opens the file by one named filter (so that it does not
take a page or a script for a document), runs no macro, updates no link, and is told of no network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.importers.files.archive import open_archive, rewritten
from tracker.importers.files.content import identify
from tracker.importers.files.limits import CONVERTING
from tracker.importers.files.read_docx import read_docx
from tracker.importers.files.read_html import read_html
from tracker.importers.files.read_workbook import read_workbook
from tracker.importers.files.refusals import (
    ConversionFailedError,
    MacroError,
    NeedsLibreOfficeError,
    TooSlowError,
)
from tracker.importers.files.source import SourceFile, require_size

if TYPE_CHECKING:
    from tracker.importers.files.grid import Block

_PROGRAMS: Final = ("soffice", "libreoffice")
# By suffix and content: the filter to open it with, and what to turn it into.
_FILTERS: Final = {
    "word": ("MS Word 97", ".docx"),
    "rtf": ("Rich Text Format", ".docx"),
    ".odt": ("writer8", ".docx"),
    ".ods": ("calc8", ".xlsx"),
}
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{items}
</oor:items>
"""
_ITEM: Final = (
    '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SCRIPTING: Final = "/org.openoffice.Office.Common/Security/Scripting"
_SAFE: Final = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    # A proxy that is not there: port 9 discards.
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def read_office(source: SourceFile) -> list[Block]:
    """`.doc .wps .rtf .odt .ods`. A web page that is only called .doc is read as the page it is."""
    content = identify(source.data)
    if content == "html":
        return read_html(source)
    if content == "zip":
        parts = open_archive(source)
        if any(name.startswith("Basic/") for name in parts):
            raise MacroError(file=source.name, suffix=source.suffix)
        source = SourceFile(source.name, rewritten(parts))
    filter_name, target = _FILTERS[source.suffix if content == "zip" else content]
    converted = _convert(source, filter_name, target)
    return (read_docx if target == ".docx" else read_workbook)(converted)


def find_libreoffice() -> str | None:
    """Its program; None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def _convert(source: SourceFile, filter_name: str, target: str) -> SourceFile:
    if (program := find_libreoffice()) is None:
        raise NeedsLibreOfficeError(file=source.name, suffix=source.suffix, target=target)
    with tempfile.TemporaryDirectory(prefix="duban-") as name:
        folder = Path(name)
        # Never under the name that came with it.
        given = folder / f"given{source.suffix}"
        given.write_bytes(source.data)
        _write_settings(folder / "profile")
        command = [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--nodefault", "--nofirststartwizard", f"--infilter={filter_name}",
            "--convert-to", target[1:], "--outdir", str(folder / "out"), str(given),
        ]  # fmt: skip
        try:
            subprocess.run(
                command, cwd=folder, env=_environment(folder), timeout=CONVERTING.seconds - 10, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise TooSlowError(file=source.name, seconds=CONVERTING.seconds - 10) from error
        # It ends with 0 when it could not read the file, too.
        written = folder / "out" / f"given{target}"
        if not written.is_file():
            raise ConversionFailedError(file=source.name, target=target)
        converted = SourceFile(source.name.removesuffix(source.suffix) + target, written.read_bytes())
    require_size(converted)
    return converted


def _write_settings(profile: Path) -> None:
    items = "\n".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SAFE)
    folder = profile / "user"
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), "utf-8")


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where programs are; no display, no proxy, no home."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
