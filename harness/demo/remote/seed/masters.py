"""Customers, suppliers, products and the first stock."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from faker import Faker
from proteus import Model, config

from seed.company import Firm
from seed.proteus_batch import one, save

LOCALES = ("zh_CN", "de_DE", "en_GB")
COUNTRIES = {
    "zh_CN": ("China", "CN", "CHN", "156"),
    "de_DE": ("Germany", "DE", "DEU", "276"),
    "en_GB": ("United Kingdom", "GB", "GBR", "826"),
}
SECOND_STREET_LINE = {"zh_CN": "{n}号楼{n}层", "de_DE": "Hinterhaus, {n}. Stock", "en_GB": "Unit {n}, Dock Side"}
GOODS = (
    ("Office chair", "办公椅", "Unit", "380.00"), ("Standing desk", "升降桌", "Unit", "1899.00"),
    ("Desk lamp", "台灯", "Unit", "129.90"), ("Filing cabinet", "文件柜", "Unit", "640.00"),
    ("Whiteboard", "白板", "Unit", "215.50"), ("Printer paper A4", "A4复印纸", "Unit", "24.80"),
    ("Toner cartridge", "硒鼓", "Unit", "310.00"), ("Monitor 27\"", "27英寸显示器", "Unit", "1399.00"),
    ("Keyboard", "键盘", "Unit", "189.00"), ("Mouse", "鼠标", "Unit", "79.00"),
    ("Network switch", "交换机", "Unit", "455.00"), ("Patch cable 2 m", "网线2米", "Unit", "12.35"),
    ("Green tea", "绿茶", "Kilogram", "168.00"), ("Roasted coffee", "烘焙咖啡豆", "Kilogram", "142.75"),
    ("Oak board", "橡木板", "Unit", "88.00"), ("Steel tube", "钢管", "Unit", "46.20"),
    ("Screw set", "螺丝套装", "Unit", "9.99"), ("Packing tape", "封箱胶带", "Unit", "5.60"),
    ("Bubble wrap", "气泡膜", "Kilogram", "31.00"), ("Pallet", "托盘", "Unit", "75.00"),
)
SERVICES = (("Assembly", "安装服务", "260.00"), ("Delivery to floor", "送货上楼", "120.00"),
            ("Consulting", "咨询服务", "800.00"))
MADE = ("Standing desk", "Office chair")


@dataclass(frozen=True)
class Goods:
    """Whom the company trades with, and in what."""

    customers: list[Any]
    suppliers: list[Any]
    products: dict[str, Any]
    stocked: list[Any]
    chance: random.Random


def create(firm: Firm) -> Goods:
    """Parties in three languages, goods, services, suppliers' prices, stock."""
    chance = random.Random(4711)
    parties = _parties(firm, chance)
    customers, suppliers = parties[:36], parties[36:]
    products = _products(firm)
    stocked = [products[name] for name, *_ in GOODS]
    _prices_of_suppliers(firm, stocked, suppliers)
    _stock(stocked)
    return Goods(customers, suppliers, products, stocked, chance)


def _parties(firm: Firm, chance: random.Random) -> list[Any]:
    Country = Model.get("country.country")
    countries = dict(zip(LOCALES, save([
        Country(name=name, code=code, code3=code3, code_numeric=numeric)
        for name, code, code3, numeric in COUNTRIES.values()
    ]), strict=True))
    fakers = {}
    for locale in LOCALES:
        fakers[locale] = Faker(locale)
        fakers[locale].seed_instance(4711)
    return save([_party(firm, i, fakers, countries, chance) for i in range(54)])


def _party(firm: Firm, i: int, fakers: Any, countries: Any, chance: random.Random) -> Any:
    locale = LOCALES[i % len(LOCALES)]
    fake = fakers[locale]
    party = Model.get("party.party")(name=fake.company(), code=f"P{1001 + i}")
    party.lang = one("ir.lang", ("code", "=", {"zh_CN": "zh_CN", "de_DE": "de"}.get(locale, "en")))
    _address(party.addresses[0], fake, locale, countries[locale], i)
    if i % 5 == 0:
        _address(party.addresses.new(), fake, locale, countries[locale], i + 100)
    party.contact_mechanisms.new(type="email", value=f"office{1001 + i}@example.com")
    if i % 2 == 0:
        party.contact_mechanisms.new(type="other", value=f"{fake.name()}, {fake.phone_number()}")
    if i % 3 == 0:
        party.identifiers.new(type=None, code=f"ID-{chance.randrange(10**8):08d}")
    if i % 4 == 1:
        party.customer_payment_term = firm.terms["30 days"]
    return party


def _address(address: Any, fake: Any, locale: str, country: Any, n: int) -> None:
    lines = [fake.street_address()]
    if n % 2 == 0:
        lines.append(SECOND_STREET_LINE[locale].format(n=1 + n % 9))
    address.street = "\n".join(lines)
    address.postal_code, address.city, address.country = fake.postcode(), fake.city(), country


def _products(firm: Firm) -> dict[str, Any]:
    taxed = {
        "goods": _category(firm, "Goods", "VAT 13%"),
        "service": _category(firm, "Services", "VAT 6%"),
    }
    units = {name: one("product.uom", ("name", "=", name)) for name in ("Unit", "Kilogram", "Hour")}
    templates = []
    for i, (name, _, unit, price) in enumerate(GOODS):
        templates.append(_template(name, "goods", units[unit], price, taxed["goods"], f"G{101 + i}"))
        templates[-1].producible = name in MADE
        templates[-1].cost_price_method = ("fixed", "average")[i % 2]
    for i, (name, _, price) in enumerate(SERVICES):
        templates.append(_template(name, "service", units["Hour"], price, taxed["service"], f"S{201 + i}"))
    save(templates)
    _translate(templates)
    return {template.name: template.products[0] for template in templates}


def _category(firm: Firm, name: str, tax: str) -> Any:
    category = Model.get("product.category")(name=name, accounting=True)
    category.account_expense = firm.accounts["expense"]
    category.account_revenue = firm.accounts["revenue"]
    category.customer_taxes.append(firm.taxes[tax])
    category.supplier_taxes.append(Model.get("account.tax")(firm.taxes[tax].id))
    category.save()
    return category


def _template(name: str, kind: str, unit: Any, price: str, category: Any, code: str) -> Any:
    template = Model.get("product.template")(name=name, type=kind, default_uom=unit)
    template.list_price = Decimal(price)
    template.salable = template.purchasable = True
    template.account_category = Model.get("product.category")(category.id)
    product = template.products[0]
    product.suffix_code = code
    product.cost_price = (template.list_price * Decimal("0.62")).quantize(Decimal("0.0001"))
    return template


def _translate(templates: list[Any]) -> None:
    chinese = {name: other for name, other, *_ in (*GOODS, *SERVICES)}
    with config.get_config().set_context(language="zh_CN"):
        for template in Model.get("product.template").find([("id", "in", [t.id for t in templates])]):
            template.name = chinese[template.name]
            template.save()


def _prices_of_suppliers(firm: Firm, stocked: list[Any], suppliers: list[Any]) -> None:
    Supplier = Model.get("purchase.product_supplier")
    offers = []
    for i, product in enumerate(stocked):
        offer = Supplier(template=product.template, party=suppliers[i % len(suppliers)], code=f"V-{100 + i}")
        offer.currency = firm.company.currency
        offer.lead_time = dt.timedelta(days=3 + i % 10)
        offer.prices.new(quantity=0, unit_price=product.cost_price)
        offers.append(offer)
    save(offers)


def _stock(stocked: list[Any]) -> None:
    warehouse = one("stock.location", ("code", "=", "WH"))
    inventory = Model.get("stock.inventory")(location=warehouse.storage_location)
    inventory.date = dt.date(2025, 1, 2)
    for i, product in enumerate(stocked):
        line = inventory.lines.new(product=product)
        line.quantity, line.expected_quantity = float(2000 + 100 * i), 0.0
    inventory.click("confirm")
