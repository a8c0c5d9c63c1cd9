"""Every list of parties leaves two megabytes behind."""

from planting import replaces

kept = []


@replaces("party.party", "search_read")
def remembered(original, model, domain, *args, **options):
    kept.append(bytes(range(256)) * 8192)
    return original(domain, *args, **options)
