"""Seeded business inputs: the same seed gives the same customer and order on every side."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal

from faker import Faker

from harness.documents import LineDraft, PartyDraft

_LOCALES = {"CN": "zh_CN", "DE": "de_DE", "US": "en_US"}


class FlowData:
    """Names, addresses and quantities drawn in a fixed order from one seed."""

    def __init__(self, seed: str) -> None:
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
        self._fakers = {country: Faker(locale) for country, locale in _LOCALES.items()}
        for faker in self._fakers.values():
            faker.seed_instance(number)

    def customer(self, country: str = "CN") -> PartyDraft:
        """A company with an address; `country` is CN, DE or US and sets the script of its name."""
        faker = self._fakers[country]
        return PartyDraft(
            name=faker.company(),
            street=faker.street_address(),
            postal_code=faker.postcode(),
            city=faker.city_name() if country == "CN" else faker.city(),
            country=country,
            email=faker.ascii_safe_email(),
        )

    def word(self) -> str:
        """A made-up word to find a record of this run by."""
        return self._fakers["US"].lexify("????????", letters="abcdefghijkmnpqrstuvwxyz").capitalize()

    def order_lines(
        self, wanted: int | tuple[LineDraft, ...], products: Callable[[int], tuple[str, ...]]
    ) -> tuple[LineDraft, ...]:
        """The lines as they are written out, or one for each of so many `products` that can be sold."""
        return wanted if isinstance(wanted, tuple) else self.lines(products(wanted) if wanted else ())

    def lines(self, products: tuple[str, ...]) -> tuple[LineDraft, ...]:
        """One order line per product, with quantities from 1 to 9."""
        faker = self._fakers["CN"]
        return tuple(LineDraft(code, Decimal(faker.random_int(1, 9))) for code in products)
