"""Jinja for templates that an office wrote: sandboxed, and with an allowance of what a rendering may loop over and write."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tracker.errors import TemplateRefusedError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_TURN: Final = 20
_LONGEST_TEXT: Final = 100_000
_ROUNDS: Final = "counted rounds"
_TOO_MUCH: Final = mark("内容过长或循环过多，已停止")
# Outside of an `allowance` nothing is written.
_left: ContextVar[int] = ContextVar("_left", default=0)


@contextmanager
def allowance(characters: int) -> Iterator[None]:
    """What is rendered inside may together write and loop over so much. Beyond it TemplateRefusedError is raised."""
    token = _left.set(characters)
    try:
        yield
    finally:
        _left.reset(token)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Counts what calls and filters give back, what is written and, where `count_loops` was asked, turns of loops."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of Jinja
        super().__init__(finalize=self.written, **options)
        self.filters |= {name: _bounded(found) for name, found in self.filters.items()}
        self.filters[_ROUNDS] = _rounds

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805, PYI063 - as in Jinja
        result = super().call(__context, __obj, *args, **kwargs)
        if isinstance(result, str):
            charge(len(result))
        return result

    def written(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
        charge(len(value) if isinstance(value, str) else _TURN)
        return value


def count_loops(tree: nodes.Template) -> None:
    """Each turn costs what its body holds: an empty loop ends too."""
    for loop in tree.find_all(nodes.For):
        body = sum(len(found.data) for found in loop.find_all(nodes.TemplateData))
        cost = nodes.Const(_TURN + body, lineno=loop.lineno)
        loop.iter = nodes.Filter(loop.iter, _ROUNDS, [cost], [], None, None, lineno=loop.lineno)


def charge(cost: int) -> None:
    """Raises TemplateRefusedError where less than `cost` is left."""
    left = _left.get() - cost
    if left < 0:
        raise TemplateRefusedError(line=1, reason=_TOO_MUCH)
    _left.set(left)


def _bounded(found: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that makes a text longer is charged for it, and one text is not made longer without end."""
    place = 1 if hasattr(found, "jinja_pass_arg") else 0

    @wraps(found)
    def apply(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as in Jinja
        if isinstance(args[place], str) and len(args[place]) > _LONGEST_TEXT:
            raise TemplateRefusedError(line=1, reason=_TOO_MUCH)
        result = found(*args, **kwargs)
        if isinstance(result, str):
            charge(len(result))
        return result

    return apply


def _rounds(items: Iterable[Any], cost: int) -> Iterator[Any]:
    for item in items:
        charge(cost)
        yield item
