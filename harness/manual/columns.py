"""The columns of a table of results by hand, in English and Chinese, and the words they take."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from harness.config.cells import choice
from harness.config.rows import DayCell, Names, column
from harness.config.table import Line, Table
from harness.config.words import word
from harness.manual.records import Result
from harness.model import Area, Severity

_SYNONYMS = {
    Result.PASSED: "pass ok okay success successful 成功 合格 已通过 √ ✓",
    Result.FAILED: "fail nok error ko 不通过 未通过 不合格 × ✗",
    Result.BLOCKED: "block 阻断 受阻 被阻塞 无法执行",
    Result.NOT_RUN: "notrun untested todo pending skipped skip 未测试 未测 待执行 待测 跳过",
}
RESULTS = {word: result.value for result, spellings in _SYNONYMS.items() for word in spellings.split()} | {
    "not executed": Result.NOT_RUN.value,
    "no run": Result.NOT_RUN.value,
    "not started": Result.NOT_RUN.value,
}
"""What else people write for a result; the words of the catalogue come first."""


def _files(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(name.strip() for name in re.split(r"[;；\n]", value) if name.strip())


class Row(Table):
    """One line: a case and, once somebody has run it, what came of it."""

    case: Annotated[Line, column("用例编号", "case_id", "test_case", "id", "编号", "用例")]
    title: Annotated[Line | None, column("用例名称", "name", "标题", "名称", "用例标题")] = None
    module: Annotated[Line, column("模块"), word("coverage.module")] = ""
    document: Annotated[Line, column("单据类型", "document_type", "单据"), word("coverage.document")] = ""
    operation: Annotated[Line, column("操作", "业务操作"), word("coverage.operation")] = ""
    area: Annotated[Area, column("领域", "测试领域", words="gate.area"), choice("gate.area", Area)] = (
        Area.FUNCTION
    )
    severity: Annotated[
        Severity, column("严重程度", words="gate.severity"), choice("gate.severity", Severity)
    ] = Severity.CRITICAL
    department: Annotated[Line | None, column("部门")] = None
    tester: Annotated[Line | None, column("测试人", "tested_by", "执行人", "测试人员")] = None
    day: Annotated[DayCell | None, column("测试日期", "date", "日期", "执行日期")] = None
    result: Annotated[
        Result,
        column("结果", "status", "测试结果", "执行结果", words="manual.result"),
        choice("manual.result", Result, RESULTS),
    ] = Result.NOT_RUN
    evidence: Annotated[
        tuple[Line, ...], column("证据文件", "evidence_file", "证据", "附件"), BeforeValidator(_files)
    ] = ()
    requirements: Annotated[Names, column("需求编号", "requirement_ids", "requirement", "需求")] = ()
    remark: Annotated[Line | None, column("备注", "remarks", "comment")] = None
