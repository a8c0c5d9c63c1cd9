"""What adapters ask of an environment's options and accounts, with errors that say where to write them."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import ConfigError
from harness.model import Account, Environment, text
from harness.values import Value


def account_of(environment: Environment, role: str) -> Account:
    """The account of a role; ConfigError with the roles there are."""
    if role not in environment.accounts:
        known = tuple(sorted(environment.accounts))
        raise ConfigError(text("adapters.no_role", side=environment.side.value, role=role, known=known))
    return environment.accounts[role]


def password_of(environment: Environment, account: Account) -> str:
    """The password of an account; ConfigError when it has another way in, which cannot be used here."""
    if account.way is not None:
        raise ConfigError(text("adapters.way.not_here", side=environment.side.value, role=account.role))
    return account.password.reveal()


def required_option(environment: Environment, option: str) -> Value:
    """An option that the adapter cannot do without."""
    value = environment.options.get(option)
    if value in (None, ""):
        side, adapter = environment.side.value, environment.adapter
        raise ConfigError(text("adapters.no_option", side=side, option=option, adapter=adapter))
    return value


def known_options(environment: Environment, known: Sequence[str]) -> None:
    """ConfigError for the first option that is not known: a misspelled one would silently do nothing."""
    for option in environment.options:
        if option not in known:
            side, adapter = environment.side.value, environment.adapter
            raise ConfigError(
                text(
                    "adapters.unknown_option",
                    side=side,
                    option=option,
                    adapter=adapter,
                    known=tuple(known),
                )
            )
