"""What is recorded of an environment beside its ERP: names that adapters, configuration and gate share."""

from __future__ import annotations

from enum import StrEnum


class Fact(StrEnum):
    """One thing known of an environment. Texts as the system tells them, counts as whole numbers.

    `database` is the product and its version, `extensions` the database's, `modules` the ERP's; `rows` may
    be the database's own estimate.
    """

    VERSION = "version"
    DATABASE = "database"
    ENCODING = "encoding"
    COLLATION = "collation"
    LOCALE = "locale"
    TIME_ZONE = "time_zone"
    EXTENSIONS = "extensions"
    MODULES = "modules"
    TABLES = "tables"
    ROWS = "rows"
    SIZE_MB = "size_mb"
    CPUS = "cpus"
    MEMORY_MB = "memory_mb"


DECLARED = "declared"
"""Under this name a run keeps which facts nobody read, but the configuration states."""
