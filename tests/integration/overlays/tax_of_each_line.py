"""Tax is rounded for each line, and no longer once for the document."""

from planting import replaces


@replaces("account.configuration", "get_multivalue")
def each_line(original, configuration, name, **pattern):
    return "line" if name == "tax_rounding" else original(name, **pattern)
