"""Which columns are suspected to hold personal data: by their names in English and Chinese, by their values.

A suspicion errs on the side of masking: a masked column is compared all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise

from harness.reconcile.discovery.description import Column
from harness.reconcile.discovery.names import listed, mentions, words
from harness.reconcile.kinds import Kind


class Suspicion(StrEnum):
    """What kind of personal data a column seems to hold."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BANK = "bank"
    IDENTITY = "identity"
    BIRTH = "birth"
    SECRET = "secret"  # noqa: S105  # the word for it, not one


# Words of column names, English first, then pinyin and Chinese.
_WORDS: dict[Suspicion, frozenset[str]] = {
    Suspicion.SECRET: listed("password passwd pwd pin passphrase mima 密码 口令"),
    Suspicion.EMAIL: listed("email mail emailaddress youxiang 邮箱 电子邮件 邮件地址"),
    Suspicion.PHONE: listed(
        "phone telephone tel mobile cell fax mobilephone phonenumber dianhua shouji chuanzhen 电话 手机 传真"
    ),
    Suspicion.BANK: listed(
        "iban bic swift bankaccount accountholder yinhangzhanghao zhanghu kahao 银行账号 银行帐号 卡号 开户"
    ),
    Suspicion.IDENTITY: listed(
        "ssn passport vat taxid vatid nationalid identitycard shenfenzheng nashuiren shuihao"
        " 身份证 护照 税号 纳税人 证件"
    ),
    Suspicion.BIRTH: listed("birth birthday birthdate dob shengri chusheng 生日 出生"),
    Suspicion.ADDRESS: listed(
        "street street1 street2 address1 address2 addr postcode zip zipcode postalcode city building"
        " dizhi jiedao youbian youzheng 地址 街道 邮编 住址"
    ),
    Suspicion.NAME: listed(
        "signature firstname lastname surname fullname givenname familyname middlename nickname contactname"
        " xingming xing lianxiren 姓名 联系人 收货人"
    ),
}
# Two words next to each other that say it only together.
_TOGETHER: dict[tuple[str, str], Suspicion] = {
    ("first", "name"): Suspicion.NAME,
    ("last", "name"): Suspicion.NAME,
    ("full", "name"): Suspicion.NAME,
    ("family", "name"): Suspicion.NAME,
    ("given", "name"): Suspicion.NAME,
    ("contact", "name"): Suspicion.NAME,
    ("party", "name"): Suspicion.NAME,
    ("customer", "name"): Suspicion.NAME,
    ("building", "name"): Suspicion.ADDRESS,
    ("postal", "code"): Suspicion.ADDRESS,
    ("post", "code"): Suspicion.ADDRESS,
    ("post", "box"): Suspicion.ADDRESS,
    ("bank", "account"): Suspicion.BANK,
    ("account", "holder"): Suspicion.BANK,
    ("tax", "id"): Suspicion.IDENTITY,
    ("tax", "identifier"): Suspicion.IDENTITY,
    ("vat", "number"): Suspicion.IDENTITY,
    ("national", "id"): Suspicion.IDENTITY,
    ("id", "card"): Suspicion.IDENTITY,
}
# Tables about people: there a bare name, code of identity, note or value is personal too.
_PEOPLE = listed(
    "party partner customer supplier vendor contact employee person people user address client lead patient"
    " kehu gongyingshang yuangong renyuan lianxiren 客户 供应商 员工 人员 联系人 用户"
)
_OF_PEOPLE = listed("name value mingcheng 名称 comment remark beizhu 备注")
_CODED = listed("id type code kind method count state status lang language sequence")

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(
    r"(\+|00)[\d\s()./-]{7,20}|1[3-9]\d{9}|0\d{2,3}-\d{7,8}|\(?0\d{1,4}\)?[\s/-]\d[\d\s-]{4,12}"
)
_PERSON = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_IDENTITY = re.compile(r"\d{17}[\dX]")
_MOST = 0.6


def suspected(table: str, column: Column, values: Sequence[object]) -> Suspicion | None:
    """What the column seems to hold; None when nothing speaks for personal data."""
    if column.refers_to is not None or column.kind not in {Kind.TEXT, Kind.DATE, None}:
        return None
    named = by_name(table, column.name)
    if named is None or named is Suspicion.BIRTH:
        return named or by_values(values)
    return named if column.kind is not Kind.DATE else None


def by_name(table: str, column: str) -> Suspicion | None:
    """What the names say."""
    own = words(column)
    for pair in pairwise(own):
        if pair in _TOGETHER:
            return _TOGETHER[pair]
    if not _CODED & set(own):
        for suspicion, listed in _WORDS.items():
            if mentions(column, listed):
                return suspicion
    if mentions(table, ("identifier", "identification")) and mentions(column, ("code", "value", "number")):
        return Suspicion.IDENTITY
    about_people = mentions(table, _PEOPLE) or any(f"{word}s" in words(table) for word in _PEOPLE)
    return Suspicion.NAME if about_people and mentions(column, _OF_PEOPLE) and not _CODED & set(own) else None


def by_values(values: Sequence[object]) -> Suspicion | None:
    """What most of the texts look like."""
    texts = {value.strip() for value in values if isinstance(value, str) and value.strip()}
    if not texts:
        return None
    for suspicion, looks in _LOOKS:
        if sum(looks(item) for item in texts) >= _MOST * len(texts):
            return suspicion
    return None


def _is_iban(content: str) -> bool:
    compact = content.replace(" ", "")
    if not _IBAN.fullmatch(compact):
        return False
    digits = "".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])
    return int(digits) % 97 == 1


def _is_identity(content: str) -> bool:
    if not _IDENTITY.fullmatch(content):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(content, weights, strict=False))
    return "10X98765432"[total % 11] == content[17]


_LOOKS: tuple[tuple[Suspicion, Callable[[str], bool]], ...] = (
    (Suspicion.EMAIL, lambda content: _EMAIL.fullmatch(content) is not None),
    (Suspicion.BANK, _is_iban),
    (Suspicion.IDENTITY, _is_identity),
    (Suspicion.PHONE, lambda content: _PHONE.fullmatch(content) is not None),
    (Suspicion.NAME, lambda content: _PERSON.fullmatch(content) is not None),
)
