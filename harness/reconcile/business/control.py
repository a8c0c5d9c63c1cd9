"""One business control: a list of figures that finance or logistics reads on both sides, side by side.

    control = "account_balance"                     [columns]
    title = { en = "...", zh = "..." }              company = { title = { en = "...", zh = "..." } }
    proves = { en = "...", zh = "..." }             debit = { type = "number", currency = "currency", ... }
    module = "accounting"                           [[identities]]
    key = ["company", "account", "period"]          name = "closing"
    query = '''select ...'''                        add = ["opening", "debit"]
    # or [source] query and [target] query          subtract = ["credit"]
                                                    equals = ["closing"]

The list is compared line by line. An identity is a rule inside one side (opening plus movements is
closing); it must hold on the target, and where it failed on the source already it is a caveat.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from harness.model import Area, CheckSpec, Mode, Severity, Side
from harness.reconcile.entity import (
    COMPARATOR,
    Amount,
    EntityMapping,
    FieldMapping,
    Heading,
    Name,
    Prose,
    Relation,
)
from harness.reconcile.kinds import Kind
from harness.values import Value

PREFIX = "control_"


class _Frozen(BaseModel):
    """One table of a control's file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Column(_Frozen):
    """One column of the list. `currency` names the column that says in which currency an amount is.

    A `label` helps the reader and is never compared; a `personal` one is masked before it is stored. An
    amount has a total below the list unless `total` says that its sum means nothing (a balance per period).
    """

    name: Name
    title: Heading
    type: Kind = Kind.TEXT
    currency: Name | None = None
    label: bool = False
    personal: bool = False
    total: bool = True
    tolerance: Annotated[Decimal, Field(gt=0)] | None = None
    unit: Prose | None = None
    reason: Prose | None = None

    @property
    def is_amount(self) -> bool:
        """True for money."""
        return self.currency is not None

    @cached_property
    def field(self) -> FieldMapping:
        """The column as reconciliation reads it."""
        return FieldMapping(
            name=self.name,
            type=self.type,
            title=self.title,
            personal=self.personal,
            money=self.is_amount,
            tolerance=self.tolerance,
            unit=self.unit,
            reason=self.reason,
        )


class Identity(_Frozen):
    """`add` minus `subtract` is `equals`: in every line, or summed `by` columns.

    Nothing in `equals` means nought. NULL counts as nought, so what is lost does not satisfy a rule.
    """

    name: Name
    title: Heading
    add: Annotated[tuple[Name, ...], Field(min_length=1)]
    subtract: tuple[Name, ...] = ()
    equals: tuple[Name, ...] = ()
    by: tuple[Name, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """Every column that the rule reads."""
        return (*self.add, *self.subtract, *self.equals)


class Carry(_Frozen):
    """What one line ends with, the next one starts with: `along` orders the lines `within` columns."""

    name: Name
    title: Heading
    ends: Name
    starts: Name
    along: Name
    within: Annotated[tuple[Name, ...], Field(min_length=1)]


class Query(_Frozen):
    """The list of one side."""

    query: Prose


def _named(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return [{"name": name, **(item if isinstance(item, Mapping) else {})} for name, item in value.items()]


Columns = Annotated[tuple[Column, ...], BeforeValidator(_named), Field(min_length=1)]


class Control(_Frozen):
    """One list, the same on both sides, and the rules that hold within it."""

    schema_number: Annotated[Literal[1], Field(alias="schema")] = 1
    control: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Heading
    proves: Heading
    module: Name
    department: Prose | None = None
    owner: Prose | None = None
    severity: Severity = Severity.CRITICAL
    requirements: tuple[Name, ...] = ()
    note: Prose | None = None
    key: Annotated[tuple[Name, ...], Field(min_length=1)]
    query: Prose | None = None
    source: Query | None = None
    target: Query | None = None
    columns: Columns
    amount: Name | None = None
    identities: tuple[Identity, ...] = ()
    carries: tuple[Carry, ...] = ()

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True, protected_namespaces=()
    )

    @property
    def rules(self) -> tuple[Identity | Carry, ...]:
        """Everything that must hold within one side."""
        return (*self.identities, *self.carries)

    def sql(self, side: Side) -> str:
        """The query of one side; empty when the file gives none."""
        own = self.source if side is Side.SOURCE else self.target
        return (own.query if own else self.query) or ""

    def column(self, name: str) -> Column:
        """The column of that name; StopIteration when there is none."""
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def mapping(self) -> EntityMapping:
        """The control as an entity: its lines are rows, so that they are read and reported alike."""
        main = self.column(self.amount) if self.amount else None
        return EntityMapping(
            entity=f"{PREFIX}{self.control}",
            title=self.title,
            module=self.module,
            severity=self.severity,
            key=self.key,
            source=Relation(query=self.sql(Side.SOURCE)),
            target=Relation(query=self.sql(Side.TARGET)),
            fields=tuple(column.field for column in self.columns if not column.label),
            labels=tuple(column.field for column in self.columns if column.label),
            amount=Amount(field=main.name, currency_from=main.currency) if main else None,
        )

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each column's cell stands in a stored line."""
        return {column.name: place for place, column in enumerate(self.mapping.columns)}

    def spec(self) -> CheckSpec:
        """The check that compares this list."""
        return CheckSpec(
            id=f"data.{PREFIX}{self.control}",
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
        """The control as plain values, to be stored beside what was gathered with it."""
        stored: Value = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return stored

    @classmethod
    def from_value(cls, value: Value) -> Control:
        """The control that `as_value` stored."""
        return cls.model_validate(value)
