"""What text that is not the SQL it should be is answered with."""

from __future__ import annotations


class SqlTextError(ValueError):
    """Text that is not the SQL it should be; `code` is one of syntax, several, not_read_only, not_query."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
