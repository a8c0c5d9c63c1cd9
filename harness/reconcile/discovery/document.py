"""Writes a proposal as the text of a mapping file, with the evidence beside what it is for.

The text holds no value of any row but codes, and those only as a comment.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator

from harness.messages import Language, render, text
from harness.model import Param, Text
from harness.reconcile.discovery.columns import ColumnPair
from harness.reconcile.discovery.meaning import Meaning
from harness.reconcile.discovery.names import identifier, name_likeness, words
from harness.reconcile.discovery.proposal import Proposal

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NEAR = 0.55


def entity_name(table: str) -> str:
    """A table's name as that of an entity and of its file."""
    plain = unicodedata.normalize("NFKD", "_".join(words(table)).casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "table"
    return slug if slug[0].isalpha() else f"table_{slug}"


def written(proposal: Proposal, entity: str, meaning: Meaning, language: Language) -> str:
    """The mapping file of a proposal."""
    page = _Page(proposal, language)
    lines = [
        *page.head(entity),
        *page.relations(),
        *page.fields(meaning),
        *page.meaning(meaning),
        *page.open(),
    ]
    return "\n".join(lines) + "\n"


class _Page:
    """The parts of one file."""

    def __init__(self, proposal: Proposal, language: Language) -> None:
        self._proposal = proposal
        self._language = language

    def head(self, entity: str) -> Iterator[str]:
        proposal, match = self._proposal, self._proposal.match
        yield self._comment("discover.file.head")
        percent = _percent(match.confidence)
        yield self._comment("discover.file.tables", confidence=percent, evidence=match.evidence)
        if match.review:
            yield self._review("discover.file.review_table")
        yield "schema = 1"
        yield f"entity = {_string(entity)}"
        title = " ".join(words(proposal.target.name)).capitalize() or entity
        yield f"title = {{ en = {_string(title)}, zh = {_string(proposal.target.name)} }}"
        yield f"module = {_string((words(proposal.target.name) or (entity,))[0])}"
        if proposal.key_doubtful:
            yield self._review(f"discover.file.no_key.{proposal.key_kind}")
        key = [_string(_field_name(other)) for _, other in proposal.key]
        yield f"key = [{', '.join(key)}]  {self._comment(f'discover.key.{proposal.key_kind}')}"

    def relations(self) -> Iterator[str]:
        for side, table in (("source", self._proposal.source), ("target", self._proposal.target)):
            yield ""
            yield f"[{side}]"
            rows = self._comment("discover.file.rows", rows=table.rows)
            if re.search(r"[\s.]", table.name):  # a mapping's table has neither: it is `schema.table` there
                query = f"select * from {identifier(table.name)}"  # noqa: S608
                yield f"query = {_string(query)}  {rows}"
            else:
                yield f"table = {_string(table.name)}  {rows}"

    def fields(self, meaning: Meaning) -> Iterator[str]:
        yield ""
        yield "[fields]"
        for pair in self._proposal.columns:
            line = self._field(pair, meaning)
            percent = _percent(pair.confidence)
            why = self._comment("discover.file.field", confidence=percent, evidence=pair.evidence)
            if pair.review:
                yield self._review("discover.file.why", confidence=percent, evidence=pair.evidence)
                yield line
            else:
                yield f"{line}  {why}"
            if pair.codes is not None and pair.target not in self._proposal.personal:
                yield self._comment("discover.file.map")
                yield f"# {self._field(pair, meaning, codes=True)}"

    def _field(self, pair: ColumnPair, meaning: Meaning, *, codes: bool = False) -> str:
        name = _field_name(pair.target)
        settings = [f'type = "{pair.kind}"']
        if pair.through is not None:
            settings.append(f"source = {_string(pair.through.source)}")
            settings.append(f"target = {_string(pair.through.target)}")
        elif pair.source != name:
            settings.append(f"source = {_string(identifier(pair.source))}")
        if pair.target != name and pair.through is None:
            settings.append(f"target = {_string(identifier(pair.target))}")
        if pair.target in self._proposal.personal:
            settings.append("personal = true")
        if pair.target in meaning.money:
            settings.append("money = true")
        if codes and pair.codes is not None:
            entries = (f"{_key(one)} = {_string(other)}" for one, other in pair.codes.codes)
            settings.append(f"map = {{ {', '.join(entries)} }}")
        if len(settings) == 1:
            return f'{_key(name)} = "{pair.kind}"'
        return f"{_key(name)} = {{ {', '.join(settings)} }}"

    def meaning(self, meaning: Meaning) -> Iterator[str]:
        if meaning.labels:
            yield ""
            yield "[labels]"
            for label in meaning.labels:
                kind = 'type = "number", ' if label.number else ""
                sides = f"source = {_string(label.source)}, target = {_string(label.target)}"
                yield f"{_key(label.name)} = {{ {kind}{sides} }}"
        if meaning.amount is not None and meaning.currency_from is not None:
            yield ""
            yield f"[amount]  {self._comment('discover.file.amount')}"
            yield f"field = {_string(_field_name(meaning.amount))}"
            yield f"currency_from = {_string(_field_name(meaning.currency_from))}"
        elif meaning.money:
            yield ""
            yield self._review("discover.file.no_currency")
        for name in meaning.totals:
            by = ", ".join(_string(_field_name(item)) for item in meaning.totals_by)
            yield from ("", "[[totals]]", f"sum = {_string(_field_name(name))}", f"by = [{by}]")

    def open(self) -> Iterator[str]:
        """What only one side has: not verified until a person decides."""
        proposal = self._proposal
        sides = (("source", proposal.only_source), ("target", proposal.only_target))
        if any(names for _, names in sides):
            yield ""
            yield self._comment("discover.file.open")
        for side, names in sides:
            others = sides[1][1] if side == "source" else sides[0][1]
            for name in names:
                yield "#"
                near = max(others, key=lambda other: (name_likeness(name, other), other), default=None)
                if near is not None and name_likeness(name, near) >= _NEAR:
                    yield self._comment("discover.file.near", column=name, other=near)
                yield "# [[ignore]]"
                yield f"# column = {_string(name)}"
                yield f'# side = "{side}"'
                yield '# reason = ""'

    def _comment(self, key: str, **params: Param) -> str:
        return f"# {self._said(text(key, **params))}"

    def _review(self, key: str, **params: Param) -> str:
        return f"# REVIEW: {self._said(text(key, **params))}"

    def _said(self, sentence: Text) -> str:
        return re.sub(r"[\x00-\x1f\x7f]+", " ", render(sentence, self._language))


def _field_name(column: str) -> str:
    """A field's name holds neither blanks nor quotes; such a column is then named beside it."""
    return re.sub(r"[\s\"]+", "_", column.strip()) or "_"


def _percent(confidence: float) -> str:
    return f"{confidence:.2f}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(content: str) -> str:
    if '"' in content and "'" not in content and content.isprintable():
        return f"'{content}'"
    return json.dumps(content, ensure_ascii=False).replace("\x7f", "\\u007f")


def distinct(names: Iterable[str]) -> list[str]:
    """The names with a number behind those that occurred already."""
    seen: set[str] = set()
    found = []
    for name in names:
        chosen, number = name, 2
        while chosen in seen:
            chosen, number = f"{name}_{number}", number + 1
        seen.add(chosen)
        found.append(chosen)
    return found
