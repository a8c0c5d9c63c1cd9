"""`harness ux`: a page of our own with known troubles, one without any, and both held against each other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.cli import invoke
from harness.errors import ExitCode

pytestmark = pytest.mark.real_pair
STYLE = "<style>body { font: 16px sans-serif; color: #111; background: #fff; }</style>"
GOOD = f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>订单</title>{STYLE}
<main><h1>订单</h1><label for="n">名称</label> <input id="n">
<button>保存</button> <button>取消订单</button></main></html>"""
BAD = f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>订单</title>{STYLE}
<main><h1>订单</h1><label for="n">名称</label> <input id="n"> <button>保存</button>
<button style="position:absolute;left:-900px">取消订单</button>
<p style="color:#ccc">灰色说明</p>
<p style="width:3em;overflow:hidden;white-space:nowrap">很长很长的中文说明文字</p>
<p>Street &lt;b&gt;Name[/]</p><img src="/none.png" alt="图"></main>
<script>
  document.getElementById("n").addEventListener("keydown", (event) => {{
    if (event.key === "Tab") event.preventDefault(); }});
  fetch("http://stranger.invalid/spy").catch(() => {{}});
</script></html>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with both pages."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "good.html").write_text(GOOD, encoding="utf-8")
    (folder / "bad.html").write_text(BAD, encoding="utf-8")
    (folder / "favicon.ico").write_bytes(b"")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def found(folder: Path) -> set[tuple[str, str]]:
    """What the stored answer says of the first page."""
    stored = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return {(item["kind"], item["where"]) for item in stored["pages"][0]["troubles"]}


def test_a_page_without_troubles(site: str, tmp_path: Path) -> None:
    assert invoke(["ux", f"{site}/good.html", "--output", str(tmp_path / "out")]) == ExitCode.GO
    assert found(tmp_path / "out") == set()


def test_each_trouble_is_named(site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the console and in both reports, where nothing of the page is taken for markup."""
    out = tmp_path / "out"
    assert invoke(["ux", f"{site}/bad.html", "--output", str(out), "--lang", "en"]) == ExitCode.NO_GO

    troubles = found(out)
    assert {kind for kind, _ in troubles} == {
        "contrast", "failed_requests", "focus_trap", "image", "language", "place_off", "text_cut",
    }  # fmt: skip
    assert ("focus_trap", 'textbox "名称"') in troubles
    assert ("place_off", 'button "取消订单"') in troubles
    assert ("failed_requests", "GET http://stranger.invalid/spy net::ERR_NAME_NOT_RESOLVED") in troubles
    assert "Street <b>Name[/]" in capsys.readouterr().out
    for language in ("en", "zh-CN"):
        page = (out / f"report.{language}.html").read_text(encoding="utf-8")
        assert "Street &lt;b&gt;Name[/]" in page
        assert "<script" not in page


def test_two_pages(site: str, tmp_path: Path) -> None:
    """The same page twice has nothing worse; from the bad one to the good one neither."""
    good, bad = f"{site}/good.html", f"{site}/bad.html"
    assert invoke(["ux", good, good, "--output", str(tmp_path / "same")]) == ExitCode.GO
    assert invoke(["ux", good, bad, "--output", str(tmp_path / "worse")]) == ExitCode.NO_GO


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "not an address", "http://127.0.0.1:9/"])
def test_what_is_no_page(url: str, tmp_path: Path) -> None:
    """An error that names it; nothing is stored."""
    assert invoke(["ux", url, "--output", str(tmp_path / "out")]) == ExitCode.USAGE_ERROR
    assert not (tmp_path / "out").exists()
