"""Names of tables and columns, quoted as each dialect wants them."""

from __future__ import annotations

from sqlglot import exp


def quoted(name: str, dialect: str) -> str:
    """A name, or `schema.name`, quoted for `dialect`. A dot inside a name is not supported."""
    return ".".join(exp.to_identifier(part, quoted=True).sql(dialect=dialect) for part in name.split("."))
