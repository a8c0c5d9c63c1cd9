"""What a task types: drawn from a seed, so that both sides are asked to do exactly the same."""

from __future__ import annotations

from faker import Faker

from harness.documents import PartyDraft

_COUNTRY = {"zh_CN": "CN", "de_DE": "DE", "en_US": "US"}


class Inputs:
    """Draws in a fixed order from one seed; remembers what it gave, for it must not be stored."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._drawn = 0
        self.personal: list[str] = []

    def customer(self, locale: str) -> PartyDraft:
        """See `Steps.customer`."""
        self._drawn += 1
        faker = Faker(locale)
        faker.seed_instance(f"{self._seed}:{self._drawn}")
        draft = PartyDraft(
            name=faker.name(),
            street=faker.street_address(),
            postal_code=faker.postcode(),
            city=faker.city(),
            country=_COUNTRY[locale],
        )
        self.personal += [draft.name, draft.street, draft.postal_code, draft.city]
        return draft
