"""Mutants of a Python module: every operator, constant and condition in turn, by the syntax tree.

Left alone: docstrings, annotations, texts of errors and other messages, and `strict=True` of a zip (a check of the
code upon itself).
"""

import ast
from collections.abc import Iterator

from mutation.mutant import Mutant
from mutation.strings import changed_texts

COMPARED = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
REPLACED = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,), ast.BitAnd: (ast.BitOr,), ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
    ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip
NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sum": "max", "ceil": "floor", "floor": "ceil",
    "minimum": "maximum", "maximum": "minimum", "fmin": "fmax", "fmax": "fmin", "argmax": "argmin", "argmin": "argmax",
    "zeros": "ones", "ones": "zeros", "isna": "notna", "notna": "isna", "cumsum": "cumprod", "fullmatch": "match",
    "partition": "rpartition", "rpartition": "partition", "startswith": "endswith", "endswith": "startswith",
    "removeprefix": "removesuffix", "removesuffix": "removeprefix", "isinf": "isnan", "hstack": "vstack",
}  # fmt: skip
PLAIN = {"strip", "lower", "sorted", "set", "reversed", "abs", "removeprefix", "removesuffix", "rstrip", "normalize"}
Place = tuple[ast.AST, str, int | None]


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    tree = ast.parse(source)
    for place, node, at in sorted(_places(tree), key=lambda found: (found[2].lineno, found[2].col_offset)):
        for new in _changes(node):
            before, after = ast.unparse(node), ast.unparse(new) if new else "pass"
            if before != after:
                _put(place, new or ast.Pass())
                yield Mutant(at.lineno, at.col_offset + 1, before, after, ast.unparse(tree))
                _put(place, node)


def _put(place: Place, node: ast.AST) -> None:
    parent, field, index = place
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _places(node: ast.AST, at: ast.AST | None = None) -> Iterator[tuple[Place, ast.AST, ast.AST]]:
    """Everything that may be changed, with where it hangs; what is inside an f-string is placed at its beginning."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "decorator_list", "op", "ops", "ctx"):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _left_alone(node, child):
                continue
            here = at or child
            if hasattr(child, "lineno"):
                yield (node, field, index), child, here
            yield from _places(child, here if isinstance(child, ast.JoinedStr) or at else None)


def _left_alone(node: ast.AST, child: ast.AST) -> bool:
    """Docstrings, texts of errors, imports, checks by `strict`, and the None of a comparison."""
    text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    error = isinstance(node, ast.Raise)
    named = isinstance(child, ast.keyword) and child.arg == "strict"
    nothing = isinstance(node, ast.Compare) and isinstance(child, ast.Constant) and child.value is None
    return text or error or named or nothing or isinstance(child, ast.Import | ast.ImportFrom)


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:
    """What may stand in place of a node; None is nothing at all."""
    for kind, change in CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _copy(node: ast.AST, **fields: object) -> ast.AST:
    new = type(node)(**{name: fields.get(name, value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(new, node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in COMPARED[type(operator)]:
            yield _copy(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _operator(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    for other in REPLACED.get(type(node.op), ()):
        yield _copy(node, op=other())


def _joined(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield from _operator(node)
    for place in range(len(node.values)):
        left = node.values[:place] + node.values[place + 1 :]
        yield _copy(node, values=left) if len(left) > 1 else left[0]


def _signed(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if value is None:
        found = [0]
    elif isinstance(value, bool):
        found = [not value]
    elif isinstance(value, int | float):
        found = [value + 1, value - 1]
    else:
        found = changed_texts(value) if isinstance(value, str) else []
    yield from (ast.copy_location(ast.Constant(new), node) for new in found)


def _fstring(node: ast.JoinedStr) -> Iterator[ast.AST]:
    """Without one of the pieces that are filled in."""
    for place, piece in enumerate(node.values):
        if isinstance(piece, ast.FormattedValue):
            yield _copy(node, values=node.values[:place] + node.values[place + 1 :])


def _called(node: ast.Call) -> Iterator[ast.AST]:
    for place, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg != "strict":
            yield _copy(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in NAMES:
        field = "attr" if isinstance(node.func, ast.Attribute) else "id"
        yield _copy(node, func=_copy(node.func, **{field: NAMES[name]}))
    if name in PLAIN and (node.args or isinstance(node.func, ast.Attribute)):
        plain = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
        yield ast.Call(ast.Name("list"), [plain], []) if name in ("sorted", "set", "reversed") else plain


def _tested(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    if not isinstance(node.test, ast.Compare | ast.UnaryOp):  # those are turned round by themselves
        yield _copy(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)


def _filtered(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[ast.AST]:
    """Without one of the conditions."""
    for place, loop in enumerate(node.generators):
        for number in range(len(loop.ifs)):
            wider = _copy(loop, ifs=loop.ifs[:number] + loop.ifs[number + 1 :])
            yield _copy(node, generators=[*node.generators[:place], wider, *node.generators[place + 1 :]])


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _copy(node, value=ast.Constant(None))


def _done(node: ast.AST) -> Iterator[ast.AST | None]:
    yield None


def _looped(node: ast.Break | ast.Continue) -> Iterator[ast.AST]:
    yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()


CHANGES = {
    ast.Compare: _compare,
    ast.BinOp | ast.AugAssign: _operator,
    ast.BoolOp: _joined,
    ast.UnaryOp: _signed,
    ast.Constant: _constant,
    ast.JoinedStr: _fstring,
    ast.Call: _called,
    ast.If | ast.IfExp | ast.While: _tested,
    ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp: _filtered,
    ast.Return: _returned,
    ast.Expr | ast.Raise: _done,
    ast.Break | ast.Continue: _looped,
}
