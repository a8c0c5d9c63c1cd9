"""The database adapter through the conformance suite, on SQLite. PostgreSQL: tests/integration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
import sqlalchemy

from harness.adapters.protocol import Adapter, Condition
from harness.adapters.registry import open_adapter
from harness.model import Environment, Secret, Side
from harness.testing.conformance import ROLES, AdapterConformance, Kind, Sample, Unsupported
from harness.testing.declarations import BUSINESS

_READS = Unsupported(Kind.NEVER, "its sessions are held read-only")
_NO_ERP = Unsupported(Kind.NEVER, "a database is not an ERP")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one table."""
    file = tmp_path_factory.mktemp("database") / "ledger.sqlite"
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    metadata = sqlalchemy.MetaData()
    table = sqlalchemy.Table(
        "entry",
        metadata,
        sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True),
        sqlalchemy.Column("name", sqlalchemy.String),
        sqlalchemy.Column("amount", sqlalchemy.Numeric(12, 2)),
        sqlalchemy.Column("day", sqlalchemy.Date),
        sqlalchemy.Column("made", sqlalchemy.DateTime),
    )
    metadata.create_all(engine)
    rows = [
        {
            "id": i,
            "name": f"Name {i}",
            "amount": Decimal(i) / 4,
            "day": date(2026, 1, 1),
            "made": datetime.min,
        }
        for i in range(1, 2503)
    ]
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
    engine.dispose()
    return file


class TestDatabase(AdapterConformance):
    """Tables as models."""

    adapter_name = "database"
    unsupported: ClassVar[Mapping[str, Unsupported]] = {
        "WritesRecords": _READS,
        "ListsInventory": _NO_ERP,
        "NamesModules": _NO_ERP,
        "TellsTouched": _NO_ERP,
        "AnswersRequests": _NO_ERP,
        "ChecksAccess": _NO_ERP,
        "LendsAccounts": _NO_ERP,
        **dict.fromkeys(BUSINESS, _NO_ERP),
        "HasWebClient": _NO_ERP,
        "GeneratesLoad": _NO_ERP,
        "AccountsForLoad": _NO_ERP,
        "NumbersWithoutGaps": _NO_ERP,
        "RunsBatches": _NO_ERP,
        ROLES: Unsupported(Kind.NEVER, "there is one login, that of the URL"),
    }

    @pytest.fixture
    def environment(self, file: Path) -> Environment:
        """The file as an environment."""
        return Environment(
            side=Side.SOURCE,
            adapter="database",
            url="http://unused.example",
            sql=Secret(f"sqlite:///{file}"),
            allow_writes=True,
        )

    @pytest.fixture
    def sample(self) -> Sample:
        """The table."""
        return Sample(
            model="entry",
            key="id",
            types={"name": str, "amount": Decimal, "day": date, "made": datetime},
            where=Condition("id", ">", 100),
        )

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> Adapter:
        """A file that is not there: reading never creates it."""
        url = Secret(f"sqlite:///{tmp_path}/missing.sqlite")
        environment = Environment(Side.TARGET, "database", "http://unused.example", sql=url)
        return open_adapter(environment)
