"""Every list of parties takes a connection to the database and forgets it."""

import psycopg
from planting import replaces
from trytond.transaction import Transaction

kept = []


@replaces("party.party", "search_read")
def forgotten(original, model, domain, *args, **options):
    info = Transaction().connection.info
    kept.append(
        psycopg.connect(
            host=info.host, port=info.port, dbname=info.dbname, user=info.user, password=info.password
        )
    )
    return original(domain, *args, **options)
