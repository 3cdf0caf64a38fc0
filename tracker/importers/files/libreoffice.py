"""LibreOffice as a program that turns one file into another, where it is installed.

It runs in a profile of its own that is thrown away, runs no macro, updates no link, and is told of no network. It is
called only in a child process, with which `sandbox` ends all that LibreOffice starts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAMS: Final = ("soffice", "libreoffice")
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


class OfficeTimeoutError(Exception):
    """It did not end in time."""


def find_libreoffice() -> str | None:
    """Its program; None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def convert(given: Path, target: str, folder: Path, *, seconds: float, filter_name: str = "") -> bytes | None:
    """The file at `given` as a `target` (pdf, docx …), None where LibreOffice could not read it.

    Works in `folder`, which is the caller's to throw away. Raises OfficeTimeoutError, and FileNotFoundError where it is
    not installed.
    """
    program = find_libreoffice()
    if program is None:
        raise FileNotFoundError(_PROGRAMS[0])
    _write_settings(folder / "profile")
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--nolockcheck", "--nodefault", "--nofirststartwizard", *([f"--infilter={filter_name}"] if filter_name else []),
        "--convert-to", target, "--outdir", str(folder / "out"), str(given),
    ]  # fmt: skip
    try:
        subprocess.run(
            command, cwd=folder, env=_environment(folder), timeout=seconds, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise OfficeTimeoutError from error
    # It ends with 0 when it could not read the file, too.
    written = folder / "out" / f"{given.stem}.{target}"
    return written.read_bytes() if written.is_file() else None


def _write_settings(profile: Path) -> None:
    items = "\n".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SAFE)
    folder = profile / "user"
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), "utf-8")


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where programs are; no display, no proxy, no home."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
