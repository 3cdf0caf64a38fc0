"""What crosses from the child that read a file: JSON, checked on arrival against the promised types.

The child may have been taken over by the file: nothing that could run code (pickle) is accepted from it.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from tracker.importers.files.refusals import RefusedFileError, refusal

if TYPE_CHECKING:
    from types import ModuleType

    from pydantic import TypeAdapter

Want = Literal["document", "blocks", "table", "form"]

_READ: Final = b"read\n"
_REFUSED: Final = b"refused\n"


def ask(name: str, want: Want) -> bytes:
    """The first line of a question to the child, before the file itself: its name and what is wanted."""
    return json.dumps([name, want]).encode() + b"\n"


def asked(line: bytes) -> tuple[str, Want]:
    """The name and the want of such a line."""
    name, want = json.loads(line)
    return name, want


def pack(reading: object, want: Want) -> bytes:
    """What was read, a DocumentReading, FileReading or FormReading as `want` says."""
    return _READ + _adapter(want).dump_json(reading)


def pack_refusal(error: RefusedFileError) -> bytes:
    fields = {name: value for name, value in error.fields.items() if isinstance(value, str | int)}
    return _REFUSED + json.dumps({"name": type(error).__name__, "fields": fields}).encode()


def unpack(answer: bytes, want: Want) -> Any:  # noqa: ANN401 - the caller names what it wants
    """The reading; raises the packed RefusedFileError, and ValueError for anything that is no reading."""
    if answer.startswith(_REFUSED):
        raise _refusal(answer[len(_REFUSED) :])
    if not answer.startswith(_READ):
        raise ValueError("no answer")
    return _adapter(want).validate_json(answer[len(_READ) :], strict=True)


def _refusal(packed: bytes) -> RefusedFileError:
    try:
        answer = json.loads(packed)
        fields = {name: value for name, value in answer["fields"].items() if isinstance(value, str | int)}
        if (kind := refusal(answer["name"])) is not None and "file" in fields:
            return kind(**fields)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no refusal") from error
    raise ValueError("no known refusal")


@cache
def _adapter(want: Want) -> TypeAdapter[Any]:
    # Late: a file that is refused is refused before any of this is loaded.
    from pydantic import TypeAdapter  # noqa: PLC0415

    if want == "document":
        from tracker.importers.document import DocumentReading as Promised  # noqa: PLC0415
    elif want == "form":
        from tracker.importers.forms import FormReading as Promised  # type: ignore[assignment]  # noqa: PLC0415
    else:
        from tracker.importers.files.readers import FileReading as Promised  # type: ignore[assignment]  # noqa: PLC0415
    adapter: TypeAdapter[Any] = TypeAdapter(Promised)
    adapter.rebuild(_types_namespace=_names(), raise_errors=True)
    return adapter


def _names() -> dict[str, Any]:
    """Names of our own modules: dataclasses import the types of their fields for the type checker only."""
    names: dict[str, Any] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith(("tracker.importers.", "tracker.domain.")):
            names |= _public(module)
    return names


def _public(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name[:1].isupper()}
