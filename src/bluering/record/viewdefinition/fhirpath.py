"""Read a FHIRPath expression of the SQL-on-FHIR subset into a small tree.

The subset is that of https://sql-on-fhir.org/ (version 2, "Required FHIRPath Expressions/Functions" and the shareable ones).
Nodes: Name, Call, Index, Literal, Constant, This, Operation; `Name`, `Call` and `Index` hang on what stands before their dot.
"""

import re
from dataclasses import dataclass

from bluering.record.viewdefinition.errors import BadView

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>\d+(?:\.\d+)?)|(?P<constant>%\w+)|(?P<this>\$this)"
    r"|(?P<name>[A-Za-z_]\w*|`[^`]+`)|(?P<sign><=|>=|!=|[()\[\].,=<>+\-*/&]))"
)
PRECEDENCE = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "&": 5, "*": 6, "/": 6,
}  # fmt: skip


@dataclass(frozen=True)
class This:
    """What the expression is about: the resource, or the element of an iteration."""


@dataclass(frozen=True)
class Name:
    """An element of what stands before the dot."""

    base: "Node"
    name: str


@dataclass(frozen=True)
class Call:
    """A function of what stands before the dot."""

    base: "Node"
    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Index:
    """One item of a collection, counted from 0."""

    base: "Node"
    at: "Node"


@dataclass(frozen=True)
class Literal:
    """Text, a number, or true and false. `type` is its FHIR type."""

    value: str | int | float | bool
    type: str


@dataclass(frozen=True)
class Constant:
    """`%name` of the view's constants."""

    name: str


@dataclass(frozen=True)
class Operation:
    """Two sides and a sign."""

    sign: str
    left: "Node"
    right: "Node"


Node = This | Name | Call | Index | Literal | Constant | Operation


def parse(text: str) -> Node:
    """The tree of an expression. Raises BadView with the place where it cannot be read."""
    reader = _Reader(text)
    node = reader.expression(0)
    if reader.kind:
        raise reader.bad()
    return node


class _Reader:
    """A precedence climber over the tokens."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise BadView(f"{text!r} is not an expression.")
        self.text, self.at = text, 0
        self.kind, self.value = "", ""
        self.next()

    def next(self) -> None:
        """Move to the next token; `kind` is empty at the end."""
        if not self.text[self.at :].strip():
            self.kind, self.value = "", ""
            return
        match = TOKEN.match(self.text, self.at)
        if match is None:
            raise BadView(f"{self.text!r}: cannot be read at character {self.at + 1}.")
        self.at = match.end()
        self.kind = match.lastgroup or ""
        self.value = match[self.kind]

    def bad(self) -> BadView:
        return BadView(f"{self.text!r}: {self.value or 'the end'!r} is not expected here.")

    def take(self, sign: str) -> bool:
        if self.kind == "sign" and self.value == sign:
            self.next()
            return True
        return False

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise self.bad()

    def expression(self, lowest: int) -> Node:
        left = self.term()
        while (strength := PRECEDENCE.get(self.value, 0) if self.kind in ("sign", "name") else 0) > lowest:
            sign = self.value
            self.next()
            left = Operation(sign, left, self.expression(strength))
        return left

    def term(self) -> Node:
        node = self.first()
        while True:
            if self.take("."):
                node = self.member(node)
            elif self.take("["):
                node = Index(node, self.expression(0))
                self.need("]")
            else:
                return node

    def first(self) -> Node:
        kind, value = self.kind, self.value
        if self.take("("):
            node = self.expression(0)
            self.need(")")
            return node
        if kind == "name" and value not in ("true", "false"):
            return self.member(This())
        if kind not in ("text", "number", "constant", "this", "name"):
            raise self.bad()
        self.next()
        return _leaf(kind, value)

    def member(self, base: Node) -> Node:
        if self.kind != "name":
            raise self.bad()
        name = self.value.strip("`")
        self.next()
        if not self.take("("):
            return Name(base, name)
        arguments: list[Node] = []
        while not self.take(")"):
            if arguments:
                self.need(",")
            arguments.append(self.expression(0))
        return Call(base, name, tuple(arguments))


def _leaf(kind: str, value: str) -> Node:
    if kind == "text":
        return Literal(re.sub(r"\\(.)", r"\1", value[1:-1]), "string")
    if kind == "number":
        return Literal(float(value), "decimal") if "." in value else Literal(int(value), "integer")
    if kind == "constant":
        return Constant(value[1:])
    return This() if kind == "this" else Literal(value == "true", "boolean")
