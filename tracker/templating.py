"""The Jinja environment of pages and reports; that of mails is `tracker.mail.template_environment`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer

from tracker.i18n import translations
from tracker.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2.compiler import Frame

    from tracker.config import Settings

# What a text says for "here stands that value", and for a percent sign.
_PLACE: Final = re.compile(r"%\((\w+)\)s|%(%)")


def page_environment(settings: Settings, language: str | None = None) -> Environment:
    """Escapes everything it is given."""
    environment = _PageEnvironment(
        # The office's own folder first; what it does not hold comes from the package.
        loader=ChoiceLoader(
            [
                FileSystemLoader(settings.at_root(settings.paths.templates)),
                FileSystemLoader(bundled("templates")),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalog = translations(language or settings.site.language)
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.translate = catalog.gettext
    environment.globals["site"] = settings.site
    return environment


class _Translation(NodeTransformer):
    """Puts the words of one language in the place of the calls that would look them up, page after page."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - the visitor's name for it
        node.nodes = [piece for child in node.nodes for piece in self._pieces(child)]
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - likewise
        self.generic_visit(node)
        text = self._text_of(node)
        if text is None or node.kwargs:
            return node
        return nodes.MarkSafe(nodes.Const(text % {}, lineno=node.lineno), lineno=node.lineno)

    def _text_of(self, node: nodes.Expr) -> str | None:
        """The translation, where `node` asks for that of a text known here; None for anything else."""
        match node:
            case nodes.Call(node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=str(text))]):
                return self._translate(text)
        return None

    def _pieces(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        """What a translation writes, one after the other: its words, and the values between them."""
        text = self._text_of(node)
        if text is None or not isinstance(node, nodes.Call) or "%" in _PLACE.sub("", text):
            yield node
            return
        values = {found.key: found.value for found in node.kwargs}
        words, *rest = _PLACE.split(text)
        yield nodes.TemplateData(words, lineno=node.lineno)
        for name, percent, words in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            yield values[name] if name else nodes.TemplateData(percent, lineno=node.lineno)
            yield nodes.TemplateData(words, lineno=node.lineno)


class _PageCompiler(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - likewise
        assert isinstance(self.environment, _PageEnvironment)  # noqa: S101 - whose compiler this is
        translated = _Translation(self.environment.translate).visit(node)
        super().visit_Template(translated.set_environment(self.environment), frame)


class _PageEnvironment(Environment):
    """Of one language: its words are in the templates once they are compiled."""

    code_generator_class = _PageCompiler
    translate: Callable[[str], str]
