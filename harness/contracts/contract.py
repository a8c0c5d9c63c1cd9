"""One contract: a request that partners send, and what of its answer must hold.

    contract = "product_prices"                      [answer]
    title = { en = "Price list", zh = "价目表" }      status = 200
    module = "product"                               headers = ["content-type"]
    role = "sales"                                   fields = { "result[].code" = "text" }
    reads = true                                     varies = ["id"]
    [request]
    method = "POST"                                  [target]
    path = "/{{database}}/"                          path = "/{{database}}/rpc/"
    body = '''{"method": ...}'''                     reason = { en = "...", zh = "..." }

`{{name}}` is an option of the side, `user` and `password` of the contract's account, or `unique`: another
word for every request.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from harness.config import Table, raise_problems
from harness.config.sources import Source, read_toml
from harness.config.table import Count, Line, Switch, wrong
from harness.config.validation import check
from harness.model import Area, CheckSpec, Mode, Severity, Side, Title

KIND = "contract"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Shape = Literal["text", "number", "switch", "table", "list", "null", "any"]


def _name(name: str) -> str:
    if not name.isidentifier() or name != name.lower():
        raise wrong("name")
    return name


def _path(path: str) -> str:
    if not path.startswith("/"):
        raise wrong("request_path")
    return path


RequestPath = Annotated[Line, AfterValidator(_path)]
Method = Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]


class Words(Table):
    """A sentence of the contract's author in both languages."""

    en: Line
    zh: Line

    @property
    def title(self) -> Title:
        """The same as the rest of the harness knows it."""
        return Title(self.en, self.zh)


class Request(Table):
    """What partners send."""

    method: Method = "GET"
    path: RequestPath
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: str = ""


class Changed(Table):
    """What partners must send to one side instead, and why: a change that was announced."""

    method: Method | None = None
    path: RequestPath | None = None
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: str | None = None
    reason: Words | None = None


class Accepted(Table):
    """A difference of the answer that partners were told of."""

    path: Line
    reason: Words


class Answer(Table):
    """What of the answer must hold, beyond being the same on both sides, and what may vary.

    `fields` are paths with the shape that partners rely on, one or more joined by `|`; `contains` are texts
    that the body must have; what `varies` is not compared and not even stored.
    """

    status: Count | None = None
    headers: tuple[Line, ...] = ("content-type",)
    fields: Mapping[str, str] = Field(default_factory=dict)
    contains: tuple[Line, ...] = ()
    varies: tuple[Line, ...] = ()
    accepted: tuple[Accepted, ...] = ()


class Contract(Table):
    """One contract, as its file says."""

    contract: Annotated[Line, AfterValidator(_name)]
    title: Words
    module: Line
    request: Request
    role: Line | None = None
    account: Line | None = None
    department: Line | None = None
    severity: Severity = Severity.CRITICAL
    requirements: tuple[Line, ...] = ()
    reads: Switch = False
    writes: Switch = False
    source: Changed = Changed()
    target: Changed = Changed()
    answer: Answer = Answer()

    @property
    def check_id(self) -> str:
        """The name of its check."""
        return f"interfaces.{self.contract}"

    def spec(self) -> CheckSpec:
        """The check that the contract is."""
        return CheckSpec(
            id=self.check_id,
            title=self.title.title,
            area=Area.INTERFACES,
            module=self.module,
            mode=Mode.SIDE,
            comparator=KIND,
            severity=self.severity,
            requirements=self.requirements,
            department=self.department,
            writes=self.writes,
        )

    def sent_to(self, side: Side) -> Request:
        """The request as one side takes it."""
        changed = self.source if side is Side.SOURCE else self.target
        given = {
            name: value
            for name in ("method", "path", "body")
            if (value := getattr(changed, name)) is not None
        }
        return self.request.model_copy(
            update=given | {"headers": {**self.request.headers, **changed.headers}}
        )


def load_folder(folder: Path) -> tuple[Contract, ...]:
    """Every contract of a folder, by name; ConfigError with every problem of every file."""
    sources, contracts = [], dict[str, Contract]()
    for path in sorted(folder.glob("*.toml")):
        source = read_toml(path, path.name)
        sources.append(source)
        contract = check(Contract, source, "", source.data) if not source.problems else None
        if contract is not None:
            _sensible(source, contract, contracts)
            contracts[contract.contract] = contract
    raise_problems([problem for source in sources for problem in source.sorted_problems()])
    return tuple(contracts[name] for name in sorted(contracts))


def _sensible(source: Source, contract: Contract, others: Mapping[str, Contract]) -> None:
    if contract.contract in others:
        source.problem("contract", "contract_twice")
    if contract.reads and contract.writes:
        source.problem("reads", "reads_and_writes")
    changed = {contract.sent_to(side).method for side in Side}
    if not changed <= SAFE and not contract.reads and not contract.writes:
        source.problem("request.method", "reads_or_writes")
    if contract.target != Changed() and contract.target.reason is None:
        source.problem("target.reason", "missing")
    for path, shapes in contract.answer.fields.items():
        for shape in shapes.split("|"):
            if shape not in Shape.__args__:  # type: ignore[attr-defined]  # a Literal has its values
                source.problem(f"answer.fields.{path}", "choice", valid=Shape.__args__)  # type: ignore[attr-defined]
                break
