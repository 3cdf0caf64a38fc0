"""Whether a template that an office wrote may be used: its syntax tree, read before anything of it runs.

What is allowed is listed, and everything else is refused by name with its line. The sandbox and the allowance of
`template_allowance` stand behind this: what passes here is still counted while it renders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from tracker.errors import TemplateRefusedError
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from jinja2 import Environment

DEEPEST_LOOP: Final = 3
_GETTEXT: Final = frozenset({"_", "gettext"})
_PLURAL: Final = "ngettext"
_FILTERS: Final = frozenset(
    {
        "capitalize",
        "count",
        "default",
        "e",
        "escape",
        "first",
        "indent",
        "int",
        "join",
        "last",
        "length",
        "lower",
    }
    | {"map", "replace", "trim", "truncate", "unique", "upper"}
)
_TESTS: Final = frozenset({"defined", "even", "none", "odd", "undefined"})
_LONGEST_ARGUMENT: Final = 20
_LARGEST_ARGUMENT: Final = 200
_MOST_FIELDS: Final = 20
_FIELD: Final = re.compile(r"%(?:%|\(\w+\)s)")

_VALUES: Final = frozenset(
    {
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Scope, nodes.Name,
        nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Keyword, nodes.CondExpr, nodes.Compare,
        nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Tuple, nodes.List, nodes.Slice,
    }
)  # fmt: skip
_PIECES: Final = frozenset(
    {
        nodes.Block, nodes.Extends, nodes.Include, nodes.FromImport, nodes.Macro, nodes.CallBlock, nodes.With,
        nodes.Call,
    }
)  # fmt: skip

# What a database or a mail would stumble over; tab and line feed are text.
_CONTROL_CHARACTERS: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")

_EMPTY: Final = mark("模板是空的；要用自带的模板，请选“恢复自带模板”")
_CONTROL: Final = mark("含有控制字符")
_TOO_LONG: Final = mark("超过 {most} 个字符的上限")
_SYNTAX: Final = mark("语法有误：{what}")
_NODE: Final = mark("不能使用“{what}”")
_UNDERSCORE: Final = mark("不能使用以下划线开头的“{what}”")
_ITEM: Final = mark("方括号里只能写数字或名称")
_CALL: Final = mark("不能调用“{what}”，只能调用 _()、{known}")
_ANY_CALL: Final = mark("不能调用“{what}”")
_FILTER: Final = mark("不能使用过滤器“{what}”，可用的有：{known}")
_TEST: Final = mark("不能使用判断“{what}”，可用的有：{known}")
_ARGUMENT: Final = mark("过滤器“{what}”的参数只能是简短的文字或不大的数字")
_MAP: Final = mark('过滤器“map”只能写成 map(attribute="名称")')
_WORDS: Final = mark("_() 里只能写文字，空缺写成 %(名称)s，最多 {most} 处")
_FROM: Final = mark("不能引用“{what}”，只能引用：{known}")
_LOOP_OVER: Final = mark("循环只能用于给定的数据")
_LOOP_DEPTH: Final = mark("循环最多嵌套 {most} 层")
_RECURSIVE: Final = mark("循环不能递归")
_RESERVED: Final = mark("“{what}”不能改作他用")
_MACRO: Final = mark("不能定义宏“{what}”")
_UNKNOWN: Final = mark("没有名为“{what}”的变量")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What templates of one kind may be made of: `longest` in characters.

    With `shared` (names of templates) they may extend, include and import from those, call the `macros` in them, and
    translate; without, they show values and call nothing.
    """

    longest: int
    macros: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()

    @property
    def callable(self) -> frozenset[str]:
        return self.macros | _GETTEXT | {_PLURAL, "super", "caller"} if self.shared else frozenset()

    @property
    def nodes(self) -> frozenset[type[nodes.Node]]:
        return _VALUES | _PIECES if self.shared else _VALUES


def check_template(
    text: str,
    environment: Environment,
    grammar: Grammar,
    *,
    variables: Collection[str] | None = None,
    defines_macros: bool = False,
) -> nodes.Template:
    """The syntax tree of `text`. With `variables` every name must be one of them or made in the template itself.

    Raises TemplateRefusedError and nothing else.
    """
    if len(text) > grammar.longest:
        raise TemplateRefusedError(line=1, reason=_TOO_LONG, most=grammar.longest)
    if not text.strip():
        raise TemplateRefusedError(line=1, reason=_EMPTY)
    if found := _CONTROL_CHARACTERS.search(text):
        raise TemplateRefusedError(line=text.count("\n", 0, found.start()) + 1, reason=_CONTROL)
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        raise TemplateRefusedError(line=error.lineno, reason=_SYNTAX, what=error.message) from error
    # An integer of too many digits, and nesting beyond the parser's stack.
    except (TemplateError, ValueError, RecursionError, MemoryError) as error:
        raise TemplateRefusedError(line=1, reason=_SYNTAX, what=type(error).__name__) from error
    try:
        _Check(grammar, variables, defines_macros=defines_macros).check(tree)
    except RecursionError as error:
        raise TemplateRefusedError(line=1, reason=_SYNTAX, what=type(error).__name__) from error
    return tree


class _Check:
    def __init__(self, grammar: Grammar, variables: Collection[str] | None, *, defines_macros: bool) -> None:
        self._grammar = grammar
        self._callable = grammar.callable
        self._nodes = grammar.nodes
        self._variables = variables
        self._defines_macros = defines_macros
        self._made: set[str] = set()
        self._macros: set[str] = set()

    def check(self, tree: nodes.Template) -> None:
        for found in tree.find_all(nodes.Name):
            if found.ctx != "load":
                self._check_made(found)
        for imported in tree.find_all(nodes.FromImport):
            self._made.update(name for name in imported.names if isinstance(name, str))
        self._visit(tree, 0)

    def _check_made(self, name: nodes.Name) -> None:
        _refuse_underscore(name.name, name.lineno)
        if name.name in self._callable or name.name in {"loop", "self", "varargs", "kwargs"}:
            raise TemplateRefusedError(line=name.lineno, reason=_RESERVED, what=name.name)
        self._made.add(name.name)

    def _visit(self, node: nodes.Node, depth: int) -> None:
        # By its very class: `{% autoescape %}`, `{% import %}` and tags of extensions have nodes of their own.
        if type(node) not in self._nodes:
            raise _refused_node(node)
        check = getattr(self, f"_check_{type(node).__name__.lower()}", None)
        if check is not None:
            check(node)
        if isinstance(node, nodes.For):
            depth += 1
            if depth > DEEPEST_LOOP:
                raise TemplateRefusedError(line=node.lineno, reason=_LOOP_DEPTH, most=DEEPEST_LOOP)
        for child in node.iter_child_nodes():
            self._visit(child, depth)
        if isinstance(node, nodes.Macro):
            self._macros.add(node.name)

    def _check_name(self, node: nodes.Name) -> None:
        if node.name in self._callable and node.ctx == "load":
            return
        _refuse_underscore(node.name, node.lineno)
        known = {*(self._variables or ()), *self._made, "loop"}
        if node.ctx == "load" and self._variables is not None and node.name not in known:
            raise TemplateRefusedError(line=node.lineno, reason=_UNKNOWN, what=node.name)

    def _check_getattr(self, node: nodes.Getattr) -> None:
        _refuse_underscore(node.attr, node.lineno)

    def _check_getitem(self, node: nodes.Getitem) -> None:
        bounds = (
            (node.arg.start, node.arg.stop, node.arg.step)
            if isinstance(node.arg, nodes.Slice)
            else (node.arg,)
        )
        if not all(bound is None or _is_number(bound) or _is_text(bound) for bound in bounds):
            raise TemplateRefusedError(line=node.lineno, reason=_ITEM)
        for bound in bounds:
            if isinstance(bound, nodes.Const) and isinstance(bound.value, str):
                _refuse_underscore(bound.value, node.lineno)

    def _check_tuple(self, node: nodes.Tuple | nodes.List) -> None:
        if getattr(node, "ctx", "load") == "load" and not all(
            isinstance(item, nodes.Const) for item in node.items
        ):
            raise TemplateRefusedError(line=node.lineno, reason=_NODE, what="( )")

    _check_list = _check_tuple

    def _check_call(self, node: nodes.Call) -> None:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        macros = self._grammar.macros
        if name not in self._callable or node.dyn_args or node.dyn_kwargs:
            what = name or getattr(node.node, "attr", "") or _tag(node.node)
            raise TemplateRefusedError(line=node.lineno, reason=_CALL, what=what, known=_listed(macros))
        if self._defines_macros and name in macros and name not in self._macros:
            # A macro that calls itself, or one that comes later, may never end.
            raise TemplateRefusedError(line=node.lineno, reason=_CALL, what=name, known=_listed(self._macros))
        for count, argument in enumerate(node.args):
            if (name in _GETTEXT and count == 0) or (name == _PLURAL and count <= 1):
                _check_words(argument)

    def _check_filter(self, node: nodes.Filter) -> None:
        if node.name not in _FILTERS or node.node is None:
            raise TemplateRefusedError(
                line=node.lineno, reason=_FILTER, what=node.name, known=_listed(_FILTERS)
            )
        if node.name == "map" and (node.args or [word.key for word in node.kwargs] != ["attribute"]):
            raise TemplateRefusedError(line=node.lineno, reason=_MAP)
        arguments = [*node.args, *(word.value for word in node.kwargs)]
        if node.dyn_args or node.dyn_kwargs or not all(_is_small(argument) for argument in arguments):
            raise TemplateRefusedError(line=node.lineno, reason=_ARGUMENT, what=node.name)
        for word in node.kwargs:
            if word.key == "attribute":
                _check_attribute(word.value, node.lineno)
        if node.name in {"join", "unique"} and len(node.args) > 1:
            _check_attribute(node.args[1], node.lineno)

    def _check_test(self, node: nodes.Test) -> None:
        if node.name not in _TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise TemplateRefusedError(line=node.lineno, reason=_TEST, what=node.name, known=_listed(_TESTS))

    def _check_for(self, node: nodes.For) -> None:
        if node.recursive:
            raise TemplateRefusedError(line=node.lineno, reason=_RECURSIVE)
        source: nodes.Node | None = node.iter
        while isinstance(source, nodes.Filter | nodes.Getattr | nodes.Getitem):
            source = source.node
        if not isinstance(source, nodes.Name):
            raise TemplateRefusedError(line=node.lineno, reason=_LOOP_OVER)

    def _check_extends(self, node: nodes.Extends | nodes.Include | nodes.FromImport) -> None:
        name = node.template.value if isinstance(node.template, nodes.Const) else "…"
        if name not in self._grammar.shared:
            known = _listed(self._grammar.shared)
            raise TemplateRefusedError(line=node.lineno, reason=_FROM, what=name, known=known)

    _check_include = _check_extends

    def _check_fromimport(self, node: nodes.FromImport) -> None:
        self._check_extends(node)
        for name in node.names:
            if name not in self._grammar.macros:
                what = name if isinstance(name, str) else " as ".join(name)
                known = _listed(self._grammar.macros)
                raise TemplateRefusedError(line=node.lineno, reason=_FROM, what=what, known=known)

    def _check_macro(self, node: nodes.Macro) -> None:
        if not self._defines_macros or node.name not in self._grammar.macros or node.name in self._macros:
            raise TemplateRefusedError(line=node.lineno, reason=_MACRO, what=node.name)


def _refused_node(node: nodes.Node) -> TemplateRefusedError:
    if isinstance(node, nodes.Call):
        what = getattr(node.node, "name", "") or getattr(node.node, "attr", "") or _tag(node.node)
        return TemplateRefusedError(line=node.lineno, reason=_ANY_CALL, what=what)
    return TemplateRefusedError(line=node.lineno, reason=_NODE, what=_tag(node))


def _refuse_underscore(name: str, line: int) -> None:
    if name.startswith("_"):
        raise TemplateRefusedError(line=line, reason=_UNDERSCORE, what=name)


def _check_attribute(node: nodes.Node, line: int) -> None:
    """`attribute="a.b"` leads from one name to the next."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        for name in node.value.split("."):
            _refuse_underscore(name, line)


def _check_words(node: nodes.Expr) -> None:
    """Constant, so that nothing typed by a user becomes markup; its gaps plain, so that none is padded to a size."""
    words = node.value if isinstance(node, nodes.Const) else None
    if isinstance(words, str):
        fields = _FIELD.findall(words)
        if len(fields) <= _MOST_FIELDS and words.count("%") == sum(found.count("%") for found in fields):
            return
    raise TemplateRefusedError(line=node.lineno, reason=_WORDS, most=_MOST_FIELDS)


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


def _is_number(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Neg):
        node = node.node
    return isinstance(node, nodes.Const) and isinstance(node.value, int)


def _is_small(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.Const):
        return False
    if isinstance(node.value, str):
        return len(node.value) <= _LONGEST_ARGUMENT
    return isinstance(node.value, int) and abs(node.value) <= _LARGEST_ARGUMENT


def _tag(node: nodes.Node) -> str:
    names = {"ScopedEvalContextModifier": "autoescape", "Concat": "~", "Mul": "*", "Add": "+", "Sub": "-"}
    names |= {"Pow": "**", "Div": "/", "FloorDiv": "//", "Mod": "%", "AssignBlock": "set", "Dict": "{ }"}
    names |= {"FilterBlock": "filter", "Import": "import", "EvalContextModifier": "autoescape"}
    return names.get(type(node).__name__, type(node).__name__.lower())


def _listed(names: Iterable[str]) -> str:
    return "、".join(sorted(names))
