"""Reads the browser's accessible structure: what a person, or their screen reader, can act on.

The structure is indented text, `- role "name" [state]: content`. Rows of data are left out, for they
differ whenever somebody works; column headings stay, and so do the entries of navigation tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.ux.signatures import of_name

INTERACTIVE = frozenset(
    {
        "button",
        "checkbox",
        "columnheader",
        "combobox",
        "link",
        "listbox",
        "menuitem",
        "menuitemcheckbox",
        "menuitemradio",
        "radio",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "tab",
        "textbox",
        "treeitem",
    }
)
NAVIGATION_ENTRY = "menu entry"

_LINE = re.compile(r'^(?P<indent> *)- (?P<role>[a-z]+)(?: "(?P<name>(?:[^"\\]|\\.)*)")?(?P<rest>.*)$')


@dataclass(frozen=True, slots=True)
class Element:
    """One thing on a screen that can be used, by its accessible role and name."""

    role: str
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class _Node:
    depth: int
    role: str
    name: str
    enabled: bool


def elements(snapshot: str) -> tuple[Element, ...]:
    """The interactive elements of a screen in the order of the page, names folded to signatures."""
    nodes = list(_nodes(snapshot))
    found: list[Element] = []
    position = 0
    while position < len(nodes):
        node = nodes[position]
        end = _end(nodes, position)
        if node.role == "row" and any(item.role == "cell" for item in nodes[position:end]):
            if _inside(nodes, position, "navigation"):
                found += _entry(nodes[position + 1 : end])
            position = end
            continue
        if node.role in INTERACTIVE:
            found.append(Element(node.role, of_name(node.name), node.enabled))
        position += 1
    return tuple(found)


def _nodes(snapshot: str) -> Iterator[_Node]:
    for line in snapshot.splitlines():
        # A node whose text holds a colon or a quote is itself quoted: - 'button "a: b" [disabled]':
        match = _LINE.match(re.sub(r"^( *)- '(.*)'(:?.*)$", _unquote, line))
        if match:
            name = re.sub(r"\\(.)", r"\1", match["name"] or "")
            enabled = "[disabled]" not in match["rest"].partition(":")[0]
            yield _Node(len(match["indent"]), match["role"], name, enabled)


def _unquote(match: re.Match[str]) -> str:
    return f"{match[1]}- {match[2].replace(chr(39) * 2, chr(39))}{match[3]}"


def _end(nodes: list[_Node], start: int) -> int:
    for position in range(start + 1, len(nodes)):
        if nodes[position].depth <= nodes[start].depth:
            return position
    return len(nodes)


def _inside(nodes: list[_Node], position: int, role: str) -> bool:
    depth = nodes[position].depth
    for node in reversed(nodes[:position]):
        if node.depth < depth:
            depth = node.depth
            if node.role == role:
                return True
    return False


def _entry(content: list[_Node]) -> list[Element]:
    names = [of_name(item.name) for item in content if item.role == "cell" and item.name]
    return [Element(NAVIGATION_ENTRY, names[0])] if names else []
