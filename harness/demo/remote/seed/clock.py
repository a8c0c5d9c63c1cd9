"""The ERP's idea of today, turned by the seed, so that the data is the same on every day."""

from __future__ import annotations

import datetime as dt

FIRST_DAY = dt.date(2025, 1, 2)


class Clock:
    """Replaces what Tryton answers when it asks for the date."""

    def __init__(self) -> None:
        self.today = FIRST_DAY

    @classmethod
    def install(cls) -> Clock:
        """Puts a clock in front of Tryton's `ir.date`."""
        from trytond.ir.date import Date

        clock = cls()
        Date.today = staticmethod(lambda timezone=None: clock.today)
        return clock

    @staticmethod
    def mute_warnings() -> None:
        """Answers yes to every "are you sure": on this clock most dates lie in the past or the future."""
        from trytond.res.user import Warning_

        Warning_.check = classmethod(lambda cls, name: False)

    def turn(self, day: dt.date) -> None:
        """From now on it is `day`."""
        self.today = day
