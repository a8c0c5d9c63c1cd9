"""`SalesErp` behind an OData-shaped interface: in process as an httpx transport, or on a real socket."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from tests.fakes.sales_erp import KEYS, Denied, Entity, SalesErp

Expand: TypeAlias = "dict[str, Expand]"

ROOT = "/sales/v4"
PASSWORD = "Sesam-42"
DOCUMENTS = Path(__file__).parent / "sales.toml"
_DECIMALS = (
    "CreditLimit ListPrice OnHand NetAmount TaxAmount GrossAmount OpenAmount Quantity NetPrice Debit"
    " Credit Amount"
)
_TYPES = {
    **dict.fromkeys(_DECIMALS.split(), "Edm.Decimal"),
    **dict.fromkeys(
        ["DocumentDate", "CreatedOn", "GoodsIssueDate", "BillingDate", "PostingDate", "DueDate", "PaidOn"],
        "Edm.Date",
    ),
}
_PROPERTIES = {
    "BusinessPartners": "PartnerId Name Street PostalCode City Country Email CreditLimit CreatedOn",
    "Materials": "MaterialNumber Description BaseUnit ListPrice OnHand",
    "SalesOrders": "OrderNumber PartnerId DocumentDate CustomerReference Currency Status DeliveryStatus"
    " BillingStatus NetAmount TaxAmount GrossAmount",
    "SalesOrderItems": "ItemId OrderNumber MaterialNumber Quantity Unit NetPrice NetAmount TaxCode",
    "OutboundDeliveries": "DeliveryNumber OrderNumber Status GoodsIssueDate",
    "CustomerInvoices": "InvoiceNumber OrderNumber PartnerId Status BillingDate Currency NetAmount TaxAmount"
    " GrossAmount OpenAmount",
    "LedgerPostings": "PostingId EntryNumber InvoiceNumber Journal Period PostingDate Account Debit Credit"
    " PartnerId DueDate",
}
# Where a set leads: the other set, the property that finds it, and whether there are many.
_LINKS: dict[str, dict[str, tuple[str, str, bool]]] = {
    "SalesOrders": {
        "Partner": ("BusinessPartners", "PartnerId", False),
        "Items": ("SalesOrderItems", "OrderNumber", True),
    },
    "OutboundDeliveries": {"Order": ("SalesOrders", "OrderNumber", False)},
    "CustomerInvoices": {
        "Order": ("SalesOrders", "OrderNumber", False),
        "Partner": ("BusinessPartners", "PartnerId", False),
    },
    "LedgerPostings": {"Partner": ("BusinessPartners", "PartnerId", False)},
}
_ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "Quote": ("SalesOrders", {}),
    "Release": ("SalesOrders", {}),
    "Bill": ("SalesOrders", {"BillingDate": "Edm.Date"}),
    "PostGoodsIssue": ("OutboundDeliveries", {"GoodsIssueDate": "Edm.Date"}),
    "Post": ("CustomerInvoices", {}),
    "ReceivePayment": ("CustomerInvoices", {"Amount": "Edm.Decimal", "PaidOn": "Edm.Date"}),
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: one is not None and one < other,
    "le": lambda one, other: one is not None and one <= other,
    "gt": lambda one, other: one is not None and one > other,
    "ge": lambda one, other: one is not None and one >= other,
}


class ODataErp:
    """Requests in, answers out. Users are called like their roles and share one password."""

    def __init__(self, erp: SalesErp) -> None:
        self.erp = erp
        self.requests = 0
        self._lock = threading.Lock()

    def transport(self) -> httpx.MockTransport:
        """The ERP without a network."""
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request."""
        parts = urlsplit(str(request.url))
        with self._lock:
            self.requests += 1
            try:
                status, content, headers = self._route(
                    request.method,
                    unquote(parts.path),
                    {name: values[0] for name, values in parse_qs(parts.query).items()},
                    {name.lower(): value for name, value in request.headers.items()},
                    _body(request),
                )
            except Denied as denied:
                error = {"error": {"code": denied.code, "message": denied.message}}
                status, content, headers = denied.status, json.dumps(error).encode(), {}
        return httpx.Response(status, content=content, headers={"OData-Version": "4.0", **headers})

    @contextmanager
    def serve(self) -> Iterator[str]:
        """The ERP on a free port of this machine; gives its URL."""
        handle = self.handle

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                url = f"http://{self.headers['Host']}{self.path}"
                answer = handle(httpx.Request(self.command, url, headers=dict(self.headers), content=body))
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name != "content-length":
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PATCH = do_DELETE = _answer

            def log_message(self, *_args: object) -> None:
                """Nothing to say."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}{ROOT}"
            finally:
                server.shutdown()
                thread.join()

    def _route(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> tuple[int, bytes, dict[str, str]]:
        role = self._role(headers)
        path = path.removeprefix(ROOT)
        if path == "/$metadata":
            return 200, metadata().encode(), {"Content-Type": "application/xml"}
        if path == "/":
            return 200, json.dumps({"value": [{"name": name, "url": name} for name in KEYS]}).encode(), {}
        if path == "/SystemInfo":
            return 200, json.dumps({"Version": self.erp.version}).encode(), {}
        found = re.fullmatch(r"/(\w+)(?:\('([^']*)'\))?(?:/([\w.$]+))?", path)
        if found is None or found[1] not in KEYS:
            raise Denied(404, "not_found", f"Nothing at {path}")
        name, key, rest = found.groups()
        if method == "GET":
            return self._get(name, key, rest, query)
        values = {field: _decoded(field, value) for field, value in body.items()}
        self.erp.require(role, rest or f"{method} {name}")
        if method == "POST" and key is None:
            return 201, self._json(name, self.erp.create(name, values), {}), {}
        self._check_etag(self.erp.one(name, key), headers)
        if method == "POST":
            self.erp.act(name, key, rest, values)
        elif method == "PATCH":
            self.erp.change(name, key, values)
        else:
            self.erp.delete(name, key)
        return 204, b"", {}

    def _role(self, headers: Mapping[str, str]) -> str:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        user, _, password = (
            base64.b64decode(token).decode().partition(":") if scheme == "Basic" else ("", "", "")
        )
        if user not in self.erp.roles or password != PASSWORD:
            raise Denied(401, "login", "Wrong user or password")
        return user

    def _get(
        self, name: str, key: str | None, rest: str | None, query: Mapping[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        expand = _expanded(query.get("$expand", ""))
        if key is not None:
            return 200, self._json(name, self.erp.one(name, key), expand), {}
        rows = [row for row in self.erp.sets[name].values() if _matches(row, query.get("$filter"))]
        if rest == "$count":
            return 200, str(len(rows)).encode(), {"Content-Type": "text/plain"}
        for item in reversed(query.get("$orderby", KEYS[name]).split(",")):
            field, _, direction = item.partition(" ")
            rows.sort(key=lambda row: (row.get(field) is None, row.get(field)), reverse=direction == "desc")
        rows = rows[: int(query.get("$top", len(rows)))]
        start, size = int(query.get("$skiptoken", 0)), {"1": 100, "2": 50}[self.erp.version]
        page: dict[str, Any] = {
            "value": [json.loads(self._json(name, row, expand)) for row in rows[start : start + size]]
        }
        if start + size < len(rows):
            page["@odata.nextLink"] = f"{name}?" + "&".join(
                f"{option}={value}" for option, value in {**query, "$skiptoken": start + size}.items()
            )
        return 200, json.dumps(page).encode(), {}

    def _check_etag(self, entity: Entity, headers: Mapping[str, str]) -> None:
        if "if-match" not in headers:
            raise Denied(428, "changed", "If-Match is required")
        if headers["if-match"] != _etag(entity):
            raise Denied(412, "changed", "The entity has been changed meanwhile")

    def _json(self, name: str, entity: Entity, expand: Expand) -> bytes:
        plain = {field: self._encoded(entity.get(field)) for field in _PROPERTIES[name].split()}
        for link, inner in expand.items():
            other, field, many = _LINKS[name][link]
            found = [row for row in self.erp.sets[other].values() if row.get(field) == entity[field]]
            linked = [json.loads(self._json(other, row, inner)) for row in found]
            plain[link] = linked if many else next(iter(linked), None)
        return json.dumps({"@odata.etag": _etag(entity), **plain}, ensure_ascii=False).encode()

    def _encoded(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            # version 1 sends decimals as text, version 2 as numbers: a reader must go by the type
            return str(value) if self.erp.version == "1" else float(value)
        return value.isoformat() if isinstance(value, date) else value


def _expanded(written: str) -> Expand:
    """`A($select=B;$expand=C),D` as a tree of links."""
    found: Expand = {}
    for item in _split(written, ","):
        name, _, options = item.partition("(")
        inner = [part for part in _split(options[:-1], ";") if part.startswith("$expand=")]
        found[name] = _expanded(inner[0].removeprefix("$expand=")) if inner else {}
    return found


def _split(written: str, separator: str) -> list[str]:
    """At separators that stand in no brackets."""
    parts, depth = [""], 0
    for character in written:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def _body(request: httpx.Request) -> Any:
    """What was sent, if it is JSON; batches are not taken, so what is in them does not matter."""
    sent = request.headers.get("Content-Type", "").startswith("application/json") and request.content
    return json.loads(request.content, parse_float=Decimal) if sent else {}


def metadata() -> str:
    """The service description."""
    types, sets, actions = "", "", ""
    for name, properties in _PROPERTIES.items():
        fields = "".join(
            f'<Property Name="{field}" Type="{_TYPES.get(field, "Edm.String")}"/>'
            for field in properties.split()
        )
        for link, (other, _, many) in _LINKS.get(name, {}).items():
            target = f"Collection(Sales.{_single(other)})" if many else f"Sales.{_single(other)}"
            fields += f'<NavigationProperty Name="{link}" Type="{target}"/>'
        key = f'<Key><PropertyRef Name="{KEYS[name]}"/></Key>'
        types += f'<EntityType Name="{_single(name)}">{key}{fields}</EntityType>'
        sets += f'<EntitySet Name="{name}" EntityType="Sales.{_single(name)}"/>'
    for action, (name, parameters) in _ACTIONS.items():
        given = {"in": f"Sales.{_single(name)}", **parameters}
        inner = "".join(f'<Parameter Name="{item}" Type="{kind}"/>' for item, kind in given.items())
        actions += f'<Action Name="{action}" IsBound="true">{inner}</Action>'
    types += '<EntityType Name="Info"><Property Name="Version" Type="Edm.String"/></EntityType>'
    sets += '<Singleton Name="SystemInfo" Type="Sales.Info"/>'
    return (
        '<?xml version="1.0"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        '<edmx:DataServices><Schema Namespace="Sales" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{types}{actions}<EntityContainer Name="Container">{sets}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )


def _single(name: str) -> str:
    return {"OutboundDeliveries": "OutboundDelivery"}.get(name, name.removesuffix("s"))


def _etag(entity: Entity) -> str:
    return f'W/"{entity["@version"]}"'


def _decoded(field: str, value: Any) -> Any:
    if isinstance(value, list):
        return [{name: _decoded(name, item) for name, item in entry.items()} for entry in value]
    if value is None:
        return None
    if _TYPES.get(field) == "Edm.Decimal":
        return Decimal(str(value))
    return date.fromisoformat(value) if _TYPES.get(field) == "Edm.Date" else value


def _matches(row: Entity, expression: str | None) -> bool:
    return expression is None or all(_test(row, part) for part in expression.split(" and "))


def _test(row: Entity, part: str) -> bool:
    if found := re.fullmatch(r"(contains|startswith|endswith)\((\w+),'(.*)'\)", part):
        text = str(row.get(found[2]) or "")
        return {"contains": found[3] in text, "startswith": text.startswith(found[3])}.get(
            found[1], text.endswith(found[3])
        )
    if part.startswith("(") and part.endswith(")"):
        return any(_test(row, one) for one in part[1:-1].split(" or "))
    found = re.fullmatch(r"(\w+) (eq|ne|lt|le|gt|ge) (.*)", part)
    if found is None:
        raise Denied(400, "filter", f"Cannot read the filter {part}")
    return _COMPARE[found[2]](row.get(found[1]), _literal(found[1], found[3]))


def _literal(field: str, text: str) -> Any:
    if text == "null":
        return None
    return text[1:-1].replace("''", "'") if text.startswith("'") else _decoded(field, text)
