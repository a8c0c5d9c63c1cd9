"""Files that go out and come back: the price list is exported, imported, and imported once more."""

import csv
import io

import pytest

from harness.flows.flow import Flow


def lines_of(content: bytes) -> list[dict[str, str]]:
    """The lines of a file by their columns."""
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.check(
    "interfaces.price_list_file",
    en="Price list out as CSV and in again",
    zh="价目表导出为 CSV 后再导入",
    module="product",
    department="sales",
    severity="major",
    requirements=["S69"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_price_list_file(flow: Flow) -> None:
    """What was exported can be imported, and again: nothing is doubled, nothing changed."""
    files = flow.files("admin")
    with flow.step("export", en="Export the price list", zh="导出价目表"):
        exported = files.export_file("price_list", 20)
        there_were = files.count_named("price_list", exported)
        flow.keep("file", lines_of(exported))

    for step, en, zh in (
        ("import", "Import it unchanged", "原样导入"),
        ("import_again", "Import it once more", "再次导入"),
    ):
        with flow.step(step, en=en, zh=zh):
            files.import_file("price_list", exported)
            there_are = files.count_named("price_list", exported)
            assert there_are == there_were, "the import has made new records"
            flow.keep("file", lines_of(files.export_file("price_list", 20)))
