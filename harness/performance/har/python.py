"""Python source out of values: every text of a recording becomes a quoted literal, and nothing else.

It is laid out as the formatter leaves it: on one line where that fits, else one item a line.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

WIDTH = 110
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Taken:
    """What an earlier answer brought: which answer, how it is asked, and where it stands there.

    A header or a field of a form is one value however many answers bring it: `entry` is 0.
    """

    entry: int
    how: str
    where: tuple[object, ...]
    part: tuple[int, int] | None = None
    quoted: bool = False

    @property
    def whole(self) -> Taken:
        """What is taken, whatever is done with it then."""
        return Taken(self.entry, self.how, self.where)


@dataclass(frozen=True, slots=True)
class Code:
    """A short expression of ours."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as it was recorded."""

    content: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Pieces that make one text; a `str` among them is literal."""

    pieces: tuple[str | Taken | Code, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, a mapping or a call: what opens it, its items with what stands before each, what closes it."""

    start: str
    items: tuple[tuple[str | Joined, Node], ...]
    end: str


Node: TypeAlias = "Code | Plain | Taken | Joined | Items"


@dataclass(slots=True)
class Writer:
    """Lines of source; `names` says what each taken value is called where it is used."""

    names: Mapping[Taken, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, line: str = "", depth: int = 0) -> None:
        """One line as it is."""
        self.lines.append(_INDENT * depth + line if line else "")

    def comment(self, content: str, depth: int) -> None:
        """A remark, which cannot become anything else."""
        width = WIDTH - len(_INDENT) * depth - 2
        told = remark(content)
        self.add(f"# {told if len(told) <= width else told[: width - 3] + '...'}", depth)

    def statement(self, start: str, node: Node, depth: int, end: str = "") -> None:
        """`start`, the expression, `end`."""
        flat = f"{_INDENT * depth}{start}{self.flat(node)}{end}"
        if len(flat) <= WIDTH or not isinstance(node, Items) or not node.items:
            self.lines.append(flat)
            return
        self.add(f"{start}{node.start}", depth)
        for before, item in node.items:
            self.statement(self._before(before), item, depth + 1, ",")
        self.add(f"{node.end}{end}", depth)

    def flat(self, node: Node) -> str:
        """The expression on one line."""
        match node:
            case Code():
                return node.text
            case Plain():
                return string(node.content)
            case Taken():
                name = self.names[node.whole]
                part = f"[{node.part[0]}:{node.part[1]}]" if node.part else ""
                return f"quoted({name})" if node.quoted else f"{name}{part}"
            case Joined():
                return self._joined(node)
            case Items():
                inside = ", ".join(f"{self._before(before)}{self.flat(item)}" for before, item in node.items)
                return f"{node.start}{inside}{node.end}"

    def _before(self, name: str | Joined) -> str:
        return name if isinstance(name, str) else f"{self._joined(name)}: "

    def _joined(self, node: Joined) -> str:
        sign = _sign("".join(piece for piece in node.pieces if isinstance(piece, str)))
        inside = "".join(
            _escaped(piece, sign).replace("{", "{{").replace("}", "}}")
            if isinstance(piece, str)
            else f"{{{self.flat(piece)}}}"
            for piece in node.pieces
        )
        return f"f{sign}{inside}{sign}"


def literal(value: object) -> Node:
    """Plain JSON as source."""
    if isinstance(value, Mapping):
        return mapping([(str(name), literal(item)) for name, item in value.items()])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listing([literal(item) for item in value])
    return Plain(value) if isinstance(value, str) else Code(_number(value))


def mapping(items: Sequence[tuple[str | Joined, Node]]) -> Items:
    """A mapping with text, or joined text, as names."""
    return Items(
        "{",
        tuple((f"{string(name)}: " if isinstance(name, str) else name, item) for name, item in items),
        "}",
    )


def spread(whole: Node, items: Sequence[tuple[str | Joined, Node]]) -> Items:
    """A mapping that holds all of another one, and more."""
    return Items("{", (("**", whole), *mapping(items).items), "}")


def listing(items: Sequence[Node]) -> Items:
    """A list."""
    return Items("[", tuple(("", item) for item in items), "]")


def call(name: str, *items: Node, **named: Node) -> Items:
    """A call of a name of ours."""
    return Items(
        f"{name}(",
        (*(("", item) for item in items), *((f"{each}=", item) for each, item in named.items())),
        ")",
    )


def joined(*pieces: Node | str) -> Node:
    """One text out of several; plain when nothing in it is taken."""
    told: list[str | Taken | Code] = []
    for piece in pieces:
        match piece:
            case Joined():
                told += piece.pieces
            case Plain():
                told.append(piece.content)
            case Items():  # quotes inside of an f-string are not for every Python that we run on
                parts = [Plain(each) if isinstance(each, str) else each for each in pieces]
                texts = [each if isinstance(each, Plain | Items) else call("str", each) for each in parts]
                return call('"".join', listing(texts))
            case _:
                told.append(piece)
    if all(isinstance(each, str) for each in told):
        return Plain("".join(map(str, told)))
    return Joined(tuple(each for each in told if each != ""))


def taken_in(node: Node | str) -> Iterator[Taken]:
    """Everything that an expression takes out of answers."""
    match node:
        case Taken():
            yield node
        case Joined():
            for piece in node.pieces:
                yield from taken_in(piece)
        case Items():
            for before, item in node.items:
                yield from taken_in(before)
                yield from taken_in(item)


def string(content: str) -> str:
    """A literal on one line, whatever the text holds."""
    sign = _sign(content)
    return f"{sign}{_escaped(content, sign)}{sign}"


def identifier(content: str, taken: Sequence[str] = (), *, fallback: str = "value") -> str:
    """A lower-case name out of what a recording calls something, unlike those that are taken."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", content)
    base = "_".join(re.findall(r"[a-z0-9]+", spaced.lower()))[:40].strip("_") or fallback
    if base[0].isdigit() or keyword.iskeyword(base) or hasattr(builtins, base) or base in _OURS:
        base = f"{fallback}_{base}"
    number = 1
    while (name := base if number == 1 else f"{base}_{number}") in taken:
        number += 1
    return name


# What the written methods use themselves.
_OURS = frozenset(
    {"self", "browser", "answer", "timed", "account", "login", "scenarios", "environment", "http"}
)


def remark(content: str) -> str:
    """What may stand in a comment or a docstring: printable, without what could end either."""
    shown = "".join(sign if sign.isprintable() else " " for sign in content)
    return " ".join(shown.replace("\\", "/").replace('"', "'").split())


def _number(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value).replace("e+", "e")


def _sign(content: str) -> str:
    return "'" if content.count('"') > content.count("'") else '"'


def _escaped(content: str, sign: str) -> str:
    return "".join(_sign_of(each, sign) for each in content)


def _sign_of(each: str, sign: str) -> str:
    known = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", sign: f"\\{sign}"}.get(each)
    if known is not None:
        return known
    if each.isprintable():
        return each
    code = ord(each)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
