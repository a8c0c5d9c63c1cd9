"""A list reads the categories of each of its parties one by one."""

from planting import replaces
from trytond.pool import Pool


@replaces("party.party", "search_read")
def one_by_one(original, model, domain, *args, **options):
    rows = original(domain, *args, **options)
    Category = Pool().get("party.party-party.category")
    for row in rows:
        Category.search([("party", "=", row["id"])])
    return rows
