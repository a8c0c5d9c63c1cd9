"""A closed period takes postings all the same."""

from planting import replaces, when_loaded


@when_loaded
def any_period(pool):
    pool.get("account.move").period.domain = []


@replaces("account.move.line", "check_journal_period_modify")
def agreed(original, line, period, journal):
    return None
