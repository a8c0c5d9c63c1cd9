"""What an ERP's message is worth to the person who reads it, judged by its words alone."""

from __future__ import annotations

import re
from enum import StrEnum

_TECHNICAL = re.compile(
    r"Traceback|\bFile \"|\w+(?:Error|Exception)\b|SQLSTATE|%\(\w+\)s|\{\w+\}|^\s*[a-z_]+(?:\.[a-z_]+)+\s*$"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{3,}")
# Words with which a message says what is expected of its reader.
_ADVICE = re.compile(
    r"\b(?:please|must|should|need(?:s|ed)?|required?|valid|try|check|enter|fill|choose|select|set|change|save|"
    r"create|contact|reload|again|allowed|only|before|first|correct|log in|password|reach)\b"
    r"|请|必须|必填|应|需|不能为空|有效|重试|重新|检查|输入|填写|选择|设置|修改|更正|保存|联系|刷新|只能|之前|登录|密码",
    re.IGNORECASE,
)


class Unclear(StrEnum):
    """Why a user cannot read a message."""

    EMPTY = "empty"
    TECHNICAL = "technical"
    LANGUAGE = "language"


def unclear(message: str) -> Unclear | None:
    """What is wrong with a message by itself; None when nothing is."""
    if not message.strip():
        return Unclear.EMPTY
    return Unclear.TECHNICAL if _TECHNICAL.search(message) else None


def is_chinese(message: str) -> bool:
    """Whether there is a Chinese character in it: then it was written for people who read Chinese."""
    return bool(_HAN.search(message))


def in_language(message: str, locale: str) -> bool:
    """Whether a person who set this locale reads it in a language of theirs, as far as its script tells.

    A message without words is in every language; one that quotes a name stays in its own.
    """
    words, characters = len(_WORD.findall(message)), len(_HAN.findall(message))
    if locale.lower().startswith("zh"):
        return characters > 0 or not words
    return words >= characters


def advises(message: str) -> bool:
    """Whether it says what is expected of its reader, and not only that something is wrong."""
    return bool(_ADVICE.search(message))
