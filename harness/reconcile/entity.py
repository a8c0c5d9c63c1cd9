"""How one entity on the source corresponds to the target: one TOML file, one frozen value, one check.

    entity = "sale_line"                            [fields]
    title = { en = "...", zh = "..." }              quantity = "float"
    module = "sales"                                amount = { type = "number", money = true }
    key = ["id"]                                    [labels]
    [source]                                        sale = "(select number from sale_sale s where ...)"
    table = "sale_line"                             [[ignore]]
    [target]                                        column = "write_date"
    table = "sale_line"                             reason = "..."

Beside these: value maps, tolerances and time zones of a field, `[[references]]`, `[rows]`. docs/mappings.md
is the reference of the format.

A label helps a person to find a row; it is shown and never compared, so a row that is missing in one
entity is not reported by every entity that mentions it. `describe` names fields that help in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from harness.model import Area, CheckSpec, Mode, Severity, Side, Title
from harness.reconcile.kinds import Kind
from harness.reconcile.value_maps import Pairs, pairs_of
from harness.sqltext.zones import is_zone
from harness.values import Value

COMPARATOR = "reconcile"
SHIPPED = "rows.rule"
"""The name of the cell that says whether a row of the target came with the new version, by rule."""

Name = Annotated[str, Field(min_length=1, pattern=r"^\S+$")]
Prose = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Heading(_Table):
    """A name in both languages."""

    en: Prose
    zh: Prose

    @property
    def title(self) -> Title:
        """The same as the model's own noun."""
        return Title(en=self.en, zh=self.zh)


class Form(StrEnum):
    """How two texts are held against each other."""

    EXACT = "exact"
    NFC = "nfc"
    TRIMMED = "trimmed"


def _zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError("neither a name such as Europe/Berlin nor an offset such as +08:00")
    return value


Zone = Annotated[str, AfterValidator(_zone)]
MapPairs = Annotated[Pairs, BeforeValidator(pairs_of)]


class Zones(_Table):
    """In which time zone each side keeps its timestamps; unless said, in UTC."""

    source: Zone | None = None
    target: Zone | None = None


class FieldMapping(_Table):
    """One field: an expression on either side, the kind of value, and when two values are equal."""

    name: Name
    type: Kind = Kind.TEXT
    source: Prose | None = None
    target: Prose | None = None
    title: Heading | None = None
    form: Form = Form.EXACT
    empty_is_null: bool = False
    personal: bool = False
    money: bool = False
    severity: Severity | None = None
    ignore_case: bool = False
    date_only: bool = False
    zone: Zones | None = None
    map: MapPairs = ()
    unmapped: Literal["finding", "keep"] = "finding"
    tolerance: Annotated[Decimal, Field(gt=0)] | None = None
    relative_tolerance: Annotated[Decimal, Field(gt=0, lt=1)] | None = None
    unit: Prose | None = None
    reason: Prose | None = None

    def expression(self, side: Side) -> str:
        """What is selected on this side: the column of the field's own name unless stated."""
        return (self.source if side is Side.SOURCE else self.target) or f'"{self.name}"'

    def zone_of(self, side: Side) -> str | None:
        """The time zone that this side's values are in, when it is not UTC."""
        return getattr(self.zone, side.value) if self.zone else None

    @cached_property
    def known(self) -> Mapping[str, str]:
        """The value map of the source's values; empty when there is none."""
        return MappingProxyType(dict(self.map))

    @property
    def has_tolerance(self) -> bool:
        """True when two unequal numbers may still agree."""
        return self.tolerance is not None or self.relative_tolerance is not None


class Relation(_Table):
    """Where the rows of one side come from: a table, or a query; and which of them."""

    table: Name | None = None
    query: Prose | None = None
    filter: Prose | None = None


class Total(_Table):
    """A control total: a sum of one field, by the values of others."""

    sum: Name
    by: tuple[Name, ...] = ()


class Reference(_Table):
    """A field whose every value must be found in a column of another table: a line has its order."""

    field: Name
    table: Name
    column: Name = "id"
    source_table: Name | None = None
    source_column: Name | None = None
    optional: bool = False
    where: Prose | None = None

    def place(self, side: Side) -> tuple[str, str]:
        """The table and the column that are referred to on one side."""
        if side is Side.TARGET:
            return self.table, self.column
        return self.source_table or self.table, self.source_column or self.column


class Rows(_Table):
    """How many rows the target may have beside those of the source."""

    relation: Literal["equal", "shipped", "at_least"] = "equal"
    rule: Prose | None = None
    reason: Prose | None = None


class Amount(_Table):
    """Which field says how much money a row stands for, and in which currency."""

    field: Name
    currency: Name | None = None
    currency_from: Name | None = None


class Ignored(_Table):
    """A column that is not compared, and why that is right."""

    column: Name
    reason: Prose
    side: Literal["both", "source", "target"] = "both"

    def applies_to(self, side: Side) -> bool:
        """True when the column is left out on this side."""
        return self.side in {"both", side.value}


def _named(value: Any) -> Any:
    """The table of a file as a list: `quantity = "number"` is short for its type."""
    if not isinstance(value, Mapping):
        return value
    return [{"name": name, **_spread(item, "type")} for name, item in value.items()]


def _named_labels(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return [{"name": name, **_spread_label(item)} for name, item in value.items()]


def _spread(item: Any, short_for: str) -> dict[str, Any]:
    return dict(item) if isinstance(item, Mapping) else {short_for: item}


def _spread_label(item: Any) -> dict[str, Any]:
    return dict(item) if isinstance(item, Mapping) else {"source": item, "target": item}


Fields = Annotated[tuple[FieldMapping, ...], BeforeValidator(_named), Field(min_length=1)]
Labels = Annotated[tuple[FieldMapping, ...], BeforeValidator(_named_labels)]


class EntityMapping(_Table):
    """One entity, its two relations, and what of it is compared."""

    schema_number: Annotated[Literal[1], Field(alias="schema")] = 1
    entity: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Heading
    module: Name
    department: Prose | None = None
    owner: Prose | None = None
    severity: Severity = Severity.CRITICAL
    requirements: tuple[Name, ...] = ()
    note: Prose | None = None
    key: tuple[Name, ...] = ()
    source: Relation
    target: Relation
    fields: Fields
    labels: Labels = ()
    describe: tuple[Name, ...] = ()
    amount: Amount | None = None
    totals: tuple[Total, ...] = ()
    references: tuple[Reference, ...] = ()
    rows: Rows = Rows()
    ignore: tuple[Ignored, ...] = ()

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True, protected_namespaces=()
    )

    def __repr__(self) -> str:
        return f"EntityMapping({self.entity!r})"  # it is the parameter of a check, and shown with it

    def relation(self, side: Side) -> Relation:
        """The rows of one side."""
        return self.source if side is Side.SOURCE else self.target

    @cached_property
    def columns(self) -> tuple[FieldMapping, ...]:
        """The compared fields, then the labels, then what tells shipped rows: the order of cells in a row."""
        return self.fields + self.labels + self._shipped

    @property
    def _shipped(self) -> tuple[FieldMapping, ...]:
        rule = {"equal": None, "shipped": self.rows.rule, "at_least": "1 = 1"}[self.rows.relation]
        if rule is None:
            return ()
        return (FieldMapping(name=SHIPPED, source="NULL", target=f"CASE WHEN {rule} THEN 'yes' END"),)

    def position(self, name: str) -> int:
        """Where a field's or label's cell stands in a row; ValueError when there is none."""
        return [column.name for column in self.columns].index(name)

    def spec(self) -> CheckSpec:
        """The check that reconciles this entity."""
        return CheckSpec(
            id=f"data.{self.entity}",
            title=self.title.title,
            area=Area.DATA,
            module=self.module,
            mode=Mode.PAIR,
            comparator=COMPARATOR,
            severity=self.severity,
            requirements=self.requirements,
            department=self.department,
            owner=self.owner,
        )

    def as_value(self) -> Value:
        """The mapping as plain values, to be stored beside what was gathered with it."""
        stored: Value = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return stored

    @classmethod
    def from_value(cls, value: Value) -> EntityMapping:
        """The mapping that `as_value` stored."""
        return cls.model_validate(value)

    def ignored(self, side: Side) -> Iterator[Ignored]:
        """The columns that are left out on one side."""
        return (item for item in self.ignore if item.applies_to(side))
