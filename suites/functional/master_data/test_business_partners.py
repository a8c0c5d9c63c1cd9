"""Customers and suppliers as master data, in Chinese and other scripts."""

from dataclasses import replace

import pytest

from harness.flows.flow import Flow

NAME = "上海浦东新区张江高科技园区龙井茶叶进出口贸易股份有限公司第一分公司 Łódź & Ökonomie GmbH"


@pytest.mark.check(
    "function.parties",
    en="Parties: create, find, change, retire",
    zh="往来单位:新建、查找、修改、停用",
    module="master_data",
    department="sales",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S13"],
)
@pytest.mark.writes
def test_parties(flow: Flow) -> None:
    """A long name stays whole, is found by part of it in any case, and a code exists once."""
    masters = flow.master_data("sales")
    mark = flow.data.word()
    draft = replace(flow.data.customer(), name=f"{mark} {NAME}，原名称后缀")

    with flow.step("create", en="Register the party", zh="登记往来单位"):
        party = masters.register_party(draft)
        flow.keep("party", masters.party(party))

    with flow.step("search", en="Find it by parts of its name", zh="按名称片段查找"):
        for words in (f"{mark}%第一分公司", f"{mark}%ökonomie gmbh", f"{mark.upper()}%GMBH"):
            flow.keep("found", len(masters.find_parties(words)) >= 1)

    with flow.step("change", en="Change its name", zh="修改名称"):
        masters.change_party(party, {"name": f"{mark} Umbenannt 更名"})
        flow.keep("party", masters.party(party))

    with flow.refusal("duplicate", en="Give another party the same code", zh="重复的编码"):
        other = masters.register_party(draft)
        masters.change_party(other, {"code": masters.party(party).code})

    with flow.step("retire", en="Retire it", zh="停用"):
        masters.change_party(party, {"active": False})
        flow.keep("party", masters.party(party))
        flow.keep("found", len(masters.find_parties(f"{mark} Umbenannt")))
