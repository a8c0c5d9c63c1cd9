"""What the ERP consists of: modules, fields, menus, jobs, sequences and settings, before and after."""

from collections.abc import Callable

import pytest


@pytest.mark.check(
    "function.inventory",
    en="Modules, fields, menus, jobs, sequences and settings of both systems",
    zh="两套系统的模块、字段、菜单、定时任务、编号与设置清单",
    module="system",
    department="it",
    severity="critical",
    requirements=["S05", "S06", "S13", "S79"],
    profile="rehearsal",
)
def test_functions(functions: Callable[[], None]) -> None:
    """Nothing that people use is gone, empty, restarted, or runs by itself all of a sudden."""
    functions()
