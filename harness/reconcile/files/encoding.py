"""Which encoding the bytes of a text file are in, with the reason; a doubt rather than a guess.

A byte order mark decides, then whether all of it is UTF-8. What is neither is one of the encodings that
ERPs still export: the pairs of bytes of common Chinese characters lie in different ranges of GB18030 and
Big5, and Western European letters stand alone between ASCII letters.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from harness.messages import text
from harness.model import Text

_SAMPLE = 1 << 20
_CHUNK = 1 << 22
_SURE = 0.6  # share of the bytes above 127 that must be as the encoding would have them
_AHEAD = 0.1  # by how much the best must lead the next

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The commonest characters of ledgers and master data, in both ways of writing Chinese.
_COMMON = frozenset(
    "科目编码名称期初余额本末借方贷方金额合计总小日单位数量公司客户供应商物料产品订号年月存库销售采购"
    "应收付账款现银行存固定资负债权益收入成费用税利润人民币美元欧摘要凭证部门项类型状态备注地址电话联系"
    "的一是不在有中国大上海北京市省有限责任股份"
    "編碼稱餘額幣別會計貸總單數廠戶應銷購帳項類狀備註電話聯訂號庫資債權產業損稅國灣臺"
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by its Python name, and why; `doubt` when nothing decides it."""

    name: str
    why: Text
    doubt: bool = False


def detect(path: Path) -> Encoding:
    """The encoding of a text file; it is read whole, because one byte can decide."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return Encoding(name, text("files.encoding.mark"))
    wide = _wide(start)
    if wide is not None:
        return Encoding(wide, text("files.encoding.wide"))
    if decodes(path, "utf-8"):
        return Encoding("utf-8", text("files.encoding.utf8"))
    return _legacy(start)


def decodes(path: Path, name: str) -> bool:
    """True when every byte of the file means something in the encoding."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def known(name: str) -> bool:
    """True when Python has an encoding of that name."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: ends of lines and separators, which every table has, are two bytes."""
    if (len(start) % 2 and len(start) < _SAMPLE) or b"\0" not in start:
        return None
    little = sum(start[place] in _ASCII and not start[place + 1] for place in range(0, len(start) - 1, 2))
    big = sum(start[place + 1] in _ASCII and not start[place] for place in range(0, len(start) - 1, 2))
    if max(little, big) * 20 < len(start) // 2:
        return None
    return "utf-16-le" if little > big else "utf-16-be"


_ASCII = frozenset(b"\t\r\n ,;|0123456789.-") | frozenset(range(0x41, 0x7B))


def _legacy(start: bytes) -> Encoding:
    scores = sorted(
        ((_score(start, name), name) for name in ("gb18030", "big5", "cp1252")), key=lambda item: -item[0]
    )
    (best, name), (second, _), *_ = scores
    sure = best >= _SURE and best - second >= _AHEAD
    key = "files.encoding.bytes" if sure else "files.encoding.unsure"
    return Encoding(name, text(key, share=round(best * 100)), doubt=not sure)


def _score(start: bytes, name: str) -> float:
    """From 0 to about 1.5: how much of what is above 127 is as it would be in the encoding."""
    high = sum(byte > 0x7F for byte in start)
    try:
        # the sample may end inside a character
        content = codecs.getincrementaldecoder(name)().decode(start)
    except UnicodeDecodeError:
        return 0
    if name == "cp1252":
        return _alone(start) / high
    common = sum(character in _COMMON for character in content)
    wide = sum(ord(character) > 0x7F for character in content)
    return _pairs(start, name) / high + common / max(wide, 1) / 2


def _pairs(start: bytes, name: str) -> int:
    """How many bytes above 127 are in pairs that stand for characters in daily use."""
    place, used = 0, 0
    while place < len(start) - 1:
        lead, trail = start[place], start[place + 1]
        if lead < 0x80:
            place += 1
            continue
        daily = _daily_gb(lead, trail) if name == "gb18030" else _daily_big5(lead, trail)
        used += (1 + (trail > 0x7F)) if daily else 0
        place += 2
    return used


def _daily_gb(lead: int, trail: int) -> bool:
    return (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3) and 0xA1 <= trail <= 0xFE


def _daily_big5(lead: int, trail: int) -> bool:
    in_range = 0xA4 <= lead <= 0xC5 or (lead == 0xC6 and trail <= 0x7E) or 0xA1 <= lead <= 0xA3
    return in_range and (0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE)


_WESTERN = frozenset(range(0xC0, 0x100)) - {0xD7, 0xF7} | frozenset(b"\x80\x84\x91\x92\x93\x94\x96\xa0")
_WESTERN_SIGNS = frozenset(b"\xa3\xa7\xab\xb0\xb2\xb4\xbb\xdf") | _WESTERN


def _alone(start: bytes) -> int:
    """How many bytes above 127 are Western letters or signs with no more than one neighbour of their kind."""
    used, run = 0, 0
    for byte in (*start, 0):
        if byte > 0x7F:
            run += 1
            good = byte in _WESTERN_SIGNS
            used += good and run <= 2
        else:
            used -= 2 if run > 2 else 0
            run = 0
    return max(used, 0)
