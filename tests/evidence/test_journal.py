"""The journal: what is read is what was written, and any other byte is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import EvidenceError
from harness.evidence.journal import FOLDER, Writer, genesis, link, records, scan
from harness.evidence.records import Damage, Kind

RUN = "run-1"


def _write(folder: Path, bodies: list[Any], process: str = "main") -> Path:
    writer = Writer(folder, process, RUN)
    for body in bodies:
        writer.append((Kind.FINDING, body))
    writer.close()
    return folder / writer.segment


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(texts, texts | st.integers()), max_size=6))
def test_what_is_read_is_what_was_written(bodies: list[Any]) -> None:
    with _folder() as folder:
        found = scan(_write(folder, bodies), RUN)
        assert found.problem is None
        assert found.torn == 0
        assert [record.number for record in records(found)] == list(range(1, len(bodies) + 1))
        assert [_plain(record.body) for record in records(found)] == bodies


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    with _folder() as folder:
        path = _write(folder, [{"a": "订单"}, {"b": 2}, {"c": 3}])
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(bytes(content))
        found = scan(path, RUN)
        if place == len(content) - 1:  # the last line end: all that is left looks like a torn write
            assert found.torn or found.problem
        else:
            assert found.problem is not None
            assert found.problem.line == bytes(content[:place]).count(b"\n") + 1 or content[place] == 10


def _reorder(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], lines[3]]


@pytest.mark.parametrize(
    ("change", "damage", "line"),
    [
        (lambda lines: lines[:1] + lines[2:], Damage.REMOVED, 2),
        (lambda lines: lines[1:], Damage.REMOVED, 1),
        (_reorder, Damage.REORDERED, 2),
        (lambda lines: [lines[0], lines[0], *lines[1:]], Damage.ADDED, 2),
        (lambda lines: [*lines, b"\n"], Damage.CHANGED, 5),
        (lambda lines: [lines[0], b"not a record\n", *lines[1:]], Damage.CHANGED, 2),
        (lambda lines: [lines[0], lines[1].replace(b"two", b"tow"), *lines[2:]], Damage.CHANGED, 2),
    ],
)
def test_what_happened_is_said_with_its_line(tmp_path: Path, change: Any, damage: Damage, line: int) -> None:
    path = _write(tmp_path, [{"n": "one"}, {"n": "two"}, {"n": "three"}, {"n": "four"}])
    path.write_bytes(b"".join(change(_lines(path))))
    found = scan(path, RUN).problem
    assert found is not None
    assert (found.damage, found.line, found.file) == (damage, line, f"{FOLDER}/{path.name}")


@pytest.mark.parametrize("kept", [0, 1, 20, 75, -2])
def test_a_half_written_end_keeps_what_stands_before_it(tmp_path: Path, kept: int) -> None:
    path = _write(tmp_path, [{"n": 1}, {"n": 2}])
    first, second = _lines(path)
    path.write_bytes(first + second[:kept])
    found = scan(path, RUN)
    assert found.problem is None
    assert len(found.payloads) == 1
    assert found.torn == len(second[:kept])
    assert found.size == len(first)


def test_a_scan_goes_on_where_another_stopped(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "main", RUN)
    writer.append((Kind.FINDING, 1), (Kind.PLAN, 2))
    path = tmp_path / writer.segment
    start = scan(path, RUN)
    writer.append((Kind.FINDING, 3))
    rest = scan(path, RUN, start.head, start.size)
    assert [(record.number, record.body) for record in records(rest)] == [(3, 3)]
    assert rest.head == scan(path, RUN).head


def test_only_some_kinds_are_read_when_asked(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "main", RUN)
    writer.append((Kind.PLAN, {"text": '"kind":"finding"'}), (Kind.FINDING, 2))
    found = scan(tmp_path / writer.segment, RUN)
    assert [record.kind for record in records(found, frozenset({Kind.FINDING}))] == [Kind.FINDING]


def test_a_segment_fits_one_run_and_one_name(tmp_path: Path) -> None:
    path = _write(tmp_path, [{"n": 1}])
    assert scan(path, "run-2").problem is not None
    renamed = path.rename(tmp_path / "other-1.jsonl")
    assert scan(renamed, RUN).problem is not None


def test_every_writer_has_a_segment_of_its_own(tmp_path: Path) -> None:
    names = {Writer(tmp_path, "gw0", RUN).segment for _ in range(3)}
    assert names == {"gw0-1.jsonl", "gw0-2.jsonl", "gw0-3.jsonl"}


def test_a_closed_segment_takes_nothing_more(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "main", RUN)
    writer.close()
    writer.close()
    with pytest.raises(EvidenceError, match="closed"):
        writer.append((Kind.FINDING, 1))


def test_a_record_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, [{"n": 1}])
    line = path.read_bytes()
    assert b'"kind":"finding"' in line
    payload = line[len(b'{"chain":"') + 64 + len(b'","record":') : -2].replace(b"finding", b"rumours")
    chain = link(genesis(RUN, path.name), payload)
    path.write_bytes(b'{"chain":"' + chain.encode() + b'","record":' + payload + b"}\n")
    found = scan(path, RUN)
    assert found.problem is None
    with pytest.raises(EvidenceError, match="line 1"):
        list(records(found))


def test_a_line_is_json(tmp_path: Path) -> None:
    path = _write(tmp_path, [{"名": "订单"}])
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["record"]["body"] == {"object": {"名": "订单"}}


def _plain(body: Any) -> Any:
    return body["object"]


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)
