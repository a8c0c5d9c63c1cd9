"""What a task types: drawn from a seed, so that both sides are asked to do exactly the same."""

from __future__ import annotations

import hashlib
from datetime import date

from faker import Faker

from harness.documents import PartyDraft

_COUNTRY = {"zh_CN": "CN", "de_DE": "DE", "en_US": "US"}


class Inputs:
    """Draws in a fixed order from one seed; remembers what it gave, for it must not be stored."""

    def __init__(self, seed: str, day: date | None = None) -> None:
        self._seed = seed
        self._drawn = 0
        self.day = day or date.today()  # as the people here write it
        self.personal: list[str] = []

    def customer(self, locale: str = "zh_CN") -> PartyDraft:
        """See `Steps.customer`."""
        faker = Faker(locale)
        faker.seed_instance(self._next())
        draft = PartyDraft(
            name=faker.name(),
            street=faker.street_address(),
            postal_code=faker.postcode(),
            city=faker.city(),
            country=_COUNTRY[locale],
        )
        self.personal += [draft.name, draft.street, draft.postal_code, draft.city]
        return draft

    def reference(self) -> str:
        """See `Drawing.reference`."""
        return f"UX-{hashlib.sha256(self._next().encode()).hexdigest()[:8].upper()}"

    def password(self) -> str:
        """See `Drawing.password`."""
        drawn = f"Pw-{hashlib.sha256(self._next().encode()).hexdigest()[:16]}"
        self.personal.append(drawn)
        return drawn

    def _next(self) -> str:
        self._drawn += 1
        return f"{self._seed}:{self._drawn}"
