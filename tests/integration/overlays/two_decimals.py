"""A price keeps two decimals only."""

from planting import replaces


@replaces("product.template", "create")
def rounded(original, template, vlist):
    for values in vlist:
        values["list_price"] = round(values["list_price"], 2)
    return original(vlist)
