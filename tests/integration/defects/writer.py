"""Works in both systems while they are compared: makes, changes and deletes draft purchases until ended.

    python writer.py SOURCE_URL TARGET_URL

Each round does something else on either side, so that whoever looks at drafts sees them differ.
"""

from __future__ import annotations

import sys
from itertools import count

import psycopg

MADE = (
    "insert into purchase_purchase (id, company, currency, party, state, invoice_method, invoice_state,"
    " shipment_state, description, total_amount_cache, create_date, create_uid)"
    " select nextval('purchase_purchase_id_seq'), company, currency, party, 'draft', invoice_method,"
    " invoice_state, shipment_state, %s, %s, now(), create_uid from purchase_purchase"
    " where id = (select min(id) from purchase_purchase)"
)
CHANGED = "update purchase_purchase set description = %s where state = 'draft'"
DELETED = (
    "delete from purchase_purchase where state = 'draft'"
    " and id < (select max(id) - 200 from purchase_purchase)"
)


def main(source: str, target: str) -> None:
    """Writes until the process is ended; says so once the first round is committed."""
    with (
        psycopg.connect(source, autocommit=True) as one,
        psycopg.connect(target, autocommit=True) as other,
    ):
        for number in count():
            for side, connection in (("source", one), ("target", other)):
                connection.execute(MADE, (f"{side} {number}", number))
                connection.execute(CHANGED, (f"{side} {number}, changed",))
                connection.execute(DELETED)
            if number == 0:
                print("writing", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
