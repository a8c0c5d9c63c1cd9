"""What a Tryton server answers to somebody who has not logged in."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from harness.adapters.tryton.server import HEADERS, Server
from harness.adapters.wire import jsonrpc
from harness.adapters.wire.http import HttpSession
from harness.model import Title
from harness.rights import Answer, Door
from harness.values import Value


@dataclass(frozen=True, slots=True)
class _Knock:
    """One request. A call of a method goes where the server takes calls; a path is fetched."""

    name: str
    title: Title
    method: str = ""
    params: tuple[Value, ...] = ()
    path: str = ""


def _reading(model: str, en: str, zh: str) -> _Knock:
    params: tuple[Value, ...] = ([], 0, 1, None, ["id"], {})
    title = Title(f"read {en} over JSON-RPC", f"通过 JSON-RPC 读取{zh}")
    return _Knock(f"rpc {model}", title, f"model.{model}.search_read", params)


def _fetching(path: str, en: str, zh: str) -> _Knock:
    return _Knock(f"GET {path}", Title(en, zh), path=path)


_KNOCKS = (
    _reading("res.user", "the users", "用户"),
    _reading("party.party", "the parties", "业务伙伴"),
    _reading("account.move", "the journal entries", "会计凭证"),
    _Knock(
        "rpc system.listMethods",
        Title("list all methods over JSON-RPC", "通过 JSON-RPC 列出全部方法"),
        "system.listMethods",
    ),
    _fetching("/", "open the web client", "打开网页客户端"),
    _fetching("/{database}/rest/model/party.party", "read the parties over REST", "通过 REST 读取业务伙伴"),
    _fetching("/{database}/rest/model/res.user", "read the users over REST", "通过 REST 读取用户"),
    _fetching("/{database}/data/party.party", "export the parties as a file", "将业务伙伴导出为文件"),
    _fetching("/{database}/timesheet/employees", "list the employees for timesheets", "列出工时员工"),
)


def open_doors(http: HttpSession, server: Server, database: str) -> tuple[Door, ...]:
    """Every knock with what it came to; a method or path that is not there is not offered."""
    return tuple(Door(knock.name, knock.title, _answer(http, server, database, knock)) for knock in _KNOCKS)


def _answer(http: HttpSession, server: Server, database: str, knock: _Knock) -> Answer:
    if not knock.method:
        return _status(http.send("GET", knock.path.format(database=database)))
    content = jsonrpc.dumps({"id": 1, "method": knock.method, "params": list(knock.params)})
    response = http.send("POST", server.path, content=content, headers=HEADERS)
    if response.status_code != httpx.codes.OK:
        return _status(response)
    try:
        answer = jsonrpc.loads(response.content)
    except ValueError:
        return Answer.UNCLEAR
    return Answer.ALLOWED if isinstance(answer, dict) and "result" in answer else Answer.REFUSED


def _status(response: httpx.Response) -> Answer:
    if response.is_success:
        return Answer.ALLOWED
    absent = {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}
    return Answer.NOT_OFFERED if response.status_code in absent else Answer.REFUSED
