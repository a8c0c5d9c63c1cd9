"""What the web client calls things in the languages in which it is used: both versions agree on these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "User name": "用户名",
        "Password for {user}": "{user} 的密码",
        "New": "新建",
        "Save": "保存",
        "Parties": "参与者",
        "Products": "产品",
        "Name": "名称",
        "Street": "街道",
        "Postal Code": "邮政编码",
        "City": "城市",
    }
)


def either(label: str, end: str = "", **named: str) -> re.Pattern[str]:
    """The label in English or in Chinese, whole, with `end` behind it: `either("Name", ":")`.

    What is not translated in the client is found by its English name under every language.
    """
    known = dict.fromkeys((label, _CHINESE.get(label, label)))
    return re.compile("|".join(f"^{re.escape(each.format(**named) + end)}$" for each in known))
