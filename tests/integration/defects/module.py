"""A small Tryton module that changes what the upgraded system does, without a line of it being touched."""

from __future__ import annotations

from pathlib import Path

from harness.demo import TargetCopy
from harness.testing.plant import plant

_NAME = "planted"
_REGISTER = """
from trytond.pool import Pool, PoolMeta

{code}

def register():
    Pool.register({classes}, module="planted", type_="model")
"""


def plant_module(copy: TargetCopy, folder: Path, code: str, *classes: str) -> None:
    """Starts the copy anew with a module that holds these classes; each extends a model by PoolMeta."""
    package, metadata = folder / _NAME, folder / f"{_NAME}-1.0.dist-info"
    for each in (package, metadata):
        each.mkdir(parents=True)
    register = _REGISTER.format(code=code, classes=", ".join(classes))
    (package / "__init__.py").write_text(register, encoding="utf-8")
    (package / "tryton.cfg").write_text(
        "[tryton]\nversion=8.0.0\ndepends:\n    ir\n    sale\n", encoding="utf-8"
    )
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {_NAME}\nVersion: 1.0\n", encoding="utf-8"
    )
    (metadata / "entry_points.txt").write_text(f"[trytond.modules]\n{_NAME} = {_NAME}\n", encoding="utf-8")
    copy.stop()
    plant(copy.sql, f"INSERT INTO ir_module (name, state) VALUES ('{_NAME}', 'activated')")
    copy.start(folder)
