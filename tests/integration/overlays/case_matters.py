"""Parties are found only by the very case of their names."""

from planting import replaces


@replaces("party.party", "search_rec_name")
def exact(original, party, name, clause):
    return original(name, (clause[0], clause[1].replace("ilike", "like"), *clause[2:]))
