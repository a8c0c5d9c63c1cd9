"""After the seal, any change of any file is found and located; a sound run is sound."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from harness.evidence import Damage, Run, verify
from harness.messages import Language, render
from harness.model import Part
from tests.evidence.samples import a_capture, a_recorder, a_run, a_spec, fill

AT_ONCE = 50
INPUTS = {"policy.toml": b"schema = 1\n", "waivers.toml": b""}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed, judged run of two processes with a few checks."""
    run = a_run(tmp_path_factory.mktemp("runs"), synthetic=True)
    fill(run, "gw0", checks=2)
    fill(run, "gw1", checks=1)
    run.add_judgement(b'{"outcome": "NO_GO"}', INPUTS)
    run.seal()
    run.add_judgement(b'{"outcome": "GO"}', INPUTS)
    return run.path


def _files(run: Path) -> list[Path]:
    return sorted(
        file for part in ("capture", "judgements") for file in (run / part).rglob("*") if file.is_file()
    )


def _change(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice(files)
    content = bytearray(file.read_bytes())
    if content:
        place = chance.randrange(len(content))
        content[place] ^= chance.randrange(1, 256)
    else:
        content.append(chance.randrange(256))
    file.write_bytes(bytes(content))
    return {file.name}


def _delete(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice(files)
    file.unlink()
    return {file.name}


def _cut_out(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice([file for file in files if file.stat().st_size])
    content = file.read_bytes()
    place = chance.randrange(len(content))
    file.write_bytes(content[:place] + content[place + chance.randint(1, 40) :])
    return {file.name}


def _truncate(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice([file for file in files if file.stat().st_size])
    file.write_bytes(file.read_bytes()[: chance.randrange(file.stat().st_size)])
    return {file.name}


def _extend(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice(files)
    with file.open("ab") as opened:
        opened.write(chance.choice([b"\n", b" ", b"\0", file.read_bytes() or b"x"]))
    return {file.name}


def _insert(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice(files)
    content = file.read_bytes()
    place = chance.randint(0, len(content))
    file.write_bytes(content[:place] + chance.randbytes(chance.randint(1, 40)) + content[place:])
    return {file.name}


def _add(files: list[Path], chance: random.Random) -> set[str]:
    name = chance.choice(["0" * 64, "main-9.jsonl", "notes.txt", "seal-7.jsonl", ".hidden"])
    file = chance.choice(files).parent / name
    file.write_bytes(chance.choice([b"", b"{}", chance.choice(files).read_bytes()]))
    return {name}


def _add_folder(files: list[Path], chance: random.Random) -> set[str]:
    """Beside a file, or in its place."""
    file = chance.choice(files)
    folder = file if chance.random() < 0.5 else file.parent / "copies"
    file.unlink() if folder == file else None
    folder.mkdir()
    return {folder.name}


def _swap(files: list[Path], chance: random.Random) -> set[str]:
    while True:
        one, other = chance.sample(files, 2)
        first, second = one.read_bytes(), other.read_bytes()
        if first != second:
            one.write_bytes(second)
            other.write_bytes(first)
            return {one.name, other.name}


def _swap_lines(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice([file for file in files if file.suffix == ".jsonl" and "seal" not in file.name])
    lines = file.read_bytes().splitlines(keepends=True)
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    file.write_bytes(b"".join(lines))
    return {file.name}


def _cut_lines(files: list[Path], chance: random.Random) -> set[str]:
    file = chance.choice([file for file in files if file.suffix == ".jsonl"])
    lines = file.read_bytes().splitlines(keepends=True)
    del lines[chance.randrange(len(lines)) :]
    file.write_bytes(b"".join(lines))
    return {file.name}


Harm: TypeAlias = "Callable[[list[Path], random.Random], set[str]]"
# In turn, so that each kind of damage is done as often as the others.
DAMAGES: Mapping[str, tuple[Harm, ...]] = {
    "change": (_change,),
    "deletion": (_delete, _cut_out),
    "truncation": (_truncate, _cut_lines),
    "addition": (_add, _insert, _extend, _add_folder),
    "swap": (_swap, _swap_lines),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many damages as cases were asked for (`--cases`)."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(0, metafunc.config.getoption("cases"), AT_ONCE))


def test_a_sound_run_is_sound(sealed: Path) -> None:
    verification = verify(sealed)
    assert verification.problems == ()
    assert verification.ok
    assert verification.sealed
    assert verification.first is None
    assert (verification.segments, verification.judgements) == (2, 2)
    assert verification.digest == Run.open(sealed).read().digest
    assert verification.notices == ()


def test_every_random_damage_is_found_and_located(sealed: Path, tmp_path: Path, seed: int) -> None:
    for number in range(seed, seed + AT_ONCE):
        chance = random.Random(number)
        run = tmp_path / str(number)
        shutil.copytree(sealed, run)
        kinds = list(DAMAGES)
        damage = chance.choice(DAMAGES[kinds[number % len(kinds)]])
        touched = damage(_files(run), chance)
        verification = verify(run)
        assert not verification.ok, f"{damage.__name__} of {touched}, seed {number}"
        named = {Path(problem.file).name for problem in verification.problems}
        assert named & touched, f"{damage.__name__} of {touched} is said to be in {named}, seed {number}"
        for problem in verification.problems:
            assert render(problem.text, Language.ZH) != render(problem.text, Language.EN)
        shutil.rmtree(run)


def test_the_bytes_of_a_verdict_and_of_its_digests_count(sealed: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(sealed, run)
    for file in (run / "judgements" / "2" / "verdict.json", run / "judgements" / "1" / "digests.json"):
        sound = file.read_bytes()
        for place in range(0, len(sound), 1 if len(sound) < 100 else 5):
            file.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            first = verify(run).first
            assert first is not None
            assert first.file == file.relative_to(run).as_posix()
        file.write_bytes(sound)
    assert verify(run).ok


@pytest.mark.parametrize(
    ("remove", "file", "damage"),
    [
        ("capture/manifest.json", "manifest.json", Damage.REMOVED),
        ("capture/seal.json", "seal.json", Damage.REMOVED),
        ("capture/journal/seal-1.jsonl", "journal/seal-1.jsonl", Damage.REMOVED),
        ("capture/journal/gw0-1.jsonl", "journal/gw0-1.jsonl", Damage.REMOVED),
        ("judgements/1", "judgements/1", Damage.REMOVED),
        ("judgements/2/policy.toml", "judgements/2/policy.toml", Damage.REMOVED),
    ],
)
def test_what_was_removed_is_named(
    sealed: Path, tmp_path: Path, remove: str, file: str, damage: Damage
) -> None:
    run = tmp_path / "run"
    shutil.copytree(sealed, run)
    gone = run / remove
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    assert (damage, file) in {(problem.damage, problem.file) for problem in verify(run).problems}


def test_a_folder_that_is_no_run_is_not_sound(tmp_path: Path) -> None:
    verification = verify(tmp_path)
    assert not verification.ok
    assert verification.first is not None


def test_a_run_that_is_still_going_on_is_sound_and_says_so(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    recorder = a_recorder(run)
    recorder.capture(a_spec(), Part.SOURCE, a_capture())
    verification = verify(run.path)
    assert verification.ok
    assert not verification.sealed
    assert [notice.key for notice in verification.notices] == ["evidence.notice.unsealed"]
    recorder.close()


def test_a_blob_without_a_record_is_noticed_and_sealed_as_it_is(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    (run.path / "capture" / "blobs" / ("a" * 64)).write_bytes(b"left by a killed writer")
    verification = verify(run.path)
    assert verification.ok
    assert "evidence.notice.unreferenced" in [notice.key for notice in verification.notices]
    run.seal()
    assert verify(run.path).ok
    (run.path / "capture" / "blobs" / ("a" * 64)).write_bytes(b"something else")
    assert not verify(run.path).ok


def test_before_the_seal_a_changed_byte_is_found_too(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    for file in sorted((run.path / "capture").rglob("*")):
        if file.is_file():
            sound = file.read_bytes()
            file.write_bytes(sound[:30] + bytes([sound[30] ^ 1]) + sound[31:] if len(sound) > 30 else b"?")
            assert not verify(run.path).ok, file.name
            file.write_bytes(sound)
    assert verify(run.path).ok


def test_a_judged_run_may_grow_but_not_lose_what_was_judged(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run, "gw0")
    run.add_judgement(b"{}", INPUTS)
    fill(run, "gw1")
    assert verify(run.path).ok
    segment = run.path / "capture" / "journal" / "gw0-1.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:-1]))  # before the seal only the judgement knows of the last record
    first = verify(run.path).first
    assert first is not None
    assert (first.damage, first.file) == (Damage.CUT, "journal/gw0-1.jsonl")


def test_judgements_are_numbered_and_hold_what_they_were_made_from(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    fill(run)
    paths = [run.add_judgement(b"%d" % number, INPUTS) for number in range(1, 12)]
    assert run.judgements() == tuple(paths)
    assert [path.name for path in paths] == [str(number) for number in range(1, 12)]
    assert (paths[10] / "verdict.json").read_bytes() == b"11"
    assert (paths[10] / "policy.toml").read_bytes() == INPUTS["policy.toml"]
    assert verify(run.path).ok
