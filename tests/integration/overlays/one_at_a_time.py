"""Parties are listed by one user at a time: whoever comes meanwhile waits."""

import threading
import time

from planting import replaces

door = threading.Lock()


@replaces("party.party", "search_read")
def behind_a_door(original, model, domain, *args, **options):
    with door:
        time.sleep(0.1)  # as long as the lock is held, which nobody feels who is alone
        return original(domain, *args, **options)
