"""Where the files that travel with the program lie: templates, bundled task lists, the default config."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Path of `templates`, `tasklists` or `config.toml`, in a wheel or in a checkout.

    Raises FileNotFoundError when the installation is incomplete.
    """
    for root in (_PACKAGE / "bundled", _PACKAGE.parent):
        if (path := root / name).exists():
            return path
    raise FileNotFoundError(name)
