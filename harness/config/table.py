"""The base of every table of the configuration, and the types its keys have."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from harness.model import Secret
from harness.values import Value

MASK = "***"
T = TypeVar("T", bound=Sized)


class Hidden(str):
    """Text that came through a variable or under a secret's name: usable as text, masked in a repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


class Table(BaseModel):
    """A frozen table that knows only its own keys. No message of its validation shows a value."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
        validate_default=False,
        regex_engine="python-re",
    )


def wrong(reason: str, **params: object) -> PydanticCustomError:
    """An error of validation whose type is a key of the catalogue."""
    return PydanticCustomError(f"config.reason.{reason}", "{reason}", {"reason": reason, **params})


def _keep(value: Any, check: ValidatorFunctionWrapHandler) -> str:
    # pydantic turns a subclass of str into a plain str, which would take the mask off.
    checked: str = check(value)
    return value if isinstance(value, Hidden) else checked


def _hide(value: Any) -> Any:
    if isinstance(value, Hidden | Secret):
        return MASK
    if isinstance(value, Mapping):
        return {name: _hide(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(item) for item in value]
    return value


def _secret(value: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise wrong("type", expected="config.type.text")
    if not value.strip():
        raise wrong("empty")
    return Secret(str(value))


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise wrong("type", expected="config.type.decimal")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise wrong("decimal") from None
    if not number.is_finite():
        raise wrong("decimal")
    return number


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise wrong("date")
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise wrong("type", expected="config.type.date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise wrong("date") from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong("timezone") from None
    return value


def _no_blank(value: str) -> str:
    if not value.strip():
        raise wrong("empty")
    return value


Line = Annotated[
    str,
    StringConstraints(strict=True),
    BeforeValidator(lambda value: _no_blank(value) if isinstance(value, str) else value),
    WrapValidator(_keep),
    PlainSerializer(_hide),
]
"""Text that is not blank."""

Password = Annotated[Secret, BeforeValidator(_secret), PlainSerializer(_hide)]
"""Text that never shows itself."""

Switch = StrictBool
"""true or false, unquoted."""

Count = Annotated[StrictInt, Field(gt=0)]
"""A whole number above zero."""

Number = Annotated[Decimal, BeforeValidator(_decimal)]
"""An exact decimal, quoted or not; never a binary float."""

Above = Annotated[Number, Field(gt=0)]
"""An exact decimal above zero."""

NotBelow = Annotated[Number, Field(ge=0)]
"""An exact decimal of zero or more."""

Day = Annotated[date, BeforeValidator(_date)]
"""A date without a time."""

Zone = Annotated[Line, AfterValidator(_zone)]
"""The name of a time zone."""

Options = Annotated[Mapping[str, Any], PlainSerializer(_hide)]
"""Free keys with plain values."""


def _filled(value: T) -> T:
    # A length given to pydantic would also count entries that are wrong, and say so in vain.
    if not value:
        raise wrong("empty_list")
    return value


FILLED = AfterValidator(_filled)
"""At least one entry."""


def hide(value: Any) -> Value:
    """The value with everything secret in it replaced by a mask."""
    hidden: Value = _hide(value)
    return hidden
