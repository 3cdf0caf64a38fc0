"""Style and script: read once, served under a name that holds their hash, kept by browsers for a year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from tracker.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).resolve().parent / "static"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    path: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """By file name for templates, by hashed name for browsers."""

    by_name: Mapping[str, Asset]
    by_path: Mapping[str, Asset]

    def path(self, name: str) -> str:
        """The address of the file `name`, for a template."""
        return self.by_name[name].path

    def response(self, hashed_name: str) -> Response:
        """Raises NotFoundError for a name that is not, or no longer, one of ours."""
        asset = self.by_path.get(f"/static/{hashed_name}")
        if asset is None:
            raise NotFoundError
        return Response(
            asset.content,
            media_type=asset.media_type,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )


def load_assets() -> Assets:
    by_name = {}
    for file in sorted(_FOLDER.iterdir()):
        if media_type := _MEDIA_TYPES.get(file.suffix):
            content = file.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            by_name[file.name] = Asset(f"/static/{file.stem}.{digest}{file.suffix}", media_type, content)
    return Assets(by_name, {asset.path: asset for asset in by_name.values()})
