"""Fills an empty Tryton database with a company that trades; run by the source's own interpreter.

    python run_seed.py CONFIG DATABASE PASSWORDS.json

The content is the same on every day: names come from Faker with a fixed seed, and the ERP's own idea
of "today" is replaced by a clock that the seed turns itself.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(config_file: str, database: str, passwords_file: str) -> None:
    # Tryton picks SQLite silently when this is not set before its first import.
    os.environ["TRYTOND_CONFIG"] = config_file
    from proteus import config
    from seed import company, finance, masters, operations, purchases, sales
    from seed.clock import Clock

    passwords = json.loads(Path(passwords_file).read_text(encoding="utf-8"))
    clock = Clock.install()
    Clock.mute_warnings()
    session = config.set_trytond(database, user="admin", config_file=config_file)
    started = time.monotonic()

    def lap(name: str) -> None:
        nonlocal started
        print(f"{name:<28}{time.monotonic() - started:7.2f} s", flush=True)
        started = time.monotonic()

    firm = company.create(session, passwords)
    lap("company, users, accounts")
    goods = masters.create(firm)
    lap("parties, products, stock")
    sales.create(firm, goods, clock)
    lap("sales")
    purchases.create(firm, goods, clock)
    lap("purchases")
    operations.create(firm, goods, clock)
    lap("production, stock, projects")
    finance.create(firm, goods, clock)
    lap("entries, payments, notes")


if __name__ == "__main__":
    main(*sys.argv[1:4])
