"""A long name loses its end, counted in bytes: Chinese ones first."""

from planting import replaces


@replaces("party.party", "create")
def cut(original, party, vlist):
    for values in vlist:
        values["name"] = values["name"].encode()[:140].decode(errors="ignore")
    return original(vlist)
