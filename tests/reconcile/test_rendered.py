"""The SQL for the engines that no test here can run: rendered, and held against golden files.

`HARNESS_GOLDEN=write` renews the files; a person then reads what changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy.dialects import mysql, oracle

from harness.model import Side
from harness.reconcile.entity import EntityMapping
from harness.reconcile.snapshot import name_in_catalogue
from harness.reconcile.statements import Statements
from tests.reconcile.conftest import mapping_of

GOLDEN = Path(__file__).with_name("golden")
DIALECTS = ("oracle", "mssql", "hana", "mysql", "sqlite", "duckdb")

MAPPINGS = {
    "table": mapping_of(
        source={"table": "SAPABAP1.BSEG", "filter": "\"MANDT\" = '100' and \"BUDAT\" >= date '2026-01-01'"},
        key=["company", "document", "line"],
        fields={
            "company": {"source": '"BUKRS"'},
            "document": {"source": "ltrim(\"BELNR\", '0')"},
            "line": {"type": "integer", "source": 'cast("BUZEI" as integer)'},
            "amount": {
                "type": "number",
                "money": True,
                "source": 'case when "SHKZG" = \'H\' then -"DMBTR" else "DMBTR" end',
            },
            "text": {"source": "coalesce(\"SGTXT\", '') || ' ' || \"ZUONR\"", "empty_is_null": True},
        },
        amount={"field": "amount", "currency": "EUR"},
    ),
    "query": mapping_of(
        source={
            "query": 'select a."ID" as id, a."NAME" as name, sum(l."AMOUNT") as amount'
            ' from "ACCOUNT" a join "LINE" l on l."ACCOUNT_ID" = a."ID" group by a."ID", a."NAME"'
        },
        fields={
            "id": {"type": "integer", "source": "id"},
            "name": {"source": "upper(name)"},
            "amount": {"type": "number", "money": True, "source": "amount"},
        },
    ),
}


def rendered(mapping: EntityMapping, dialect: str) -> str:
    """All statements of a side that streams its rows, one after the other."""
    sql = Statements(mapping, Side.SOURCE, dialect)
    return "\n\n".join((f"-- rows\n{sql.rows()}", f"-- probe\n{sql.probe()}")) + "\n"


@pytest.mark.parametrize("name", MAPPINGS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_rendered_sql(dialect: str, name: str) -> None:
    path = GOLDEN / f"{name}.{dialect}.sql"
    found = rendered(MAPPINGS[name], dialect)
    if os.environ.get("HARNESS_GOLDEN") == "write":
        path.write_text(found, encoding="utf-8")

    assert found == path.read_text(encoding="utf-8")


def test_names_are_those_of_the_catalogue() -> None:
    """A mapping names BUKRS; SQLAlchemy would show it as bukrs."""
    assert name_in_catalogue(oracle.dialect(), "bukrs") == "BUKRS"
    assert name_in_catalogue(oracle.dialect(), "Mixed") == "Mixed"
    assert name_in_catalogue(mysql.dialect(), "bukrs") == "bukrs"
