"""A search for Chinese characters finds nothing."""

from planting import replaces


@replaces("party.party", "search_rec_name")
def latin_only(original, party, name, clause):
    if isinstance(clause[2], str) and any(character > "\u3000" for character in clause[2]):
        return [("id", "=", -1)]
    return original(name, clause)
