"""What an ERP consists of, in neutral words: every module, model, field, menu or job is one `Thing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from harness.values import Value


class Sort(StrEnum):
    """The sorts of things that an ERP consists of."""

    MODULE = "module"
    MODEL = "model"
    FIELD = "field"
    MENU = "menu"
    ACTION = "action"
    REPORT = "report"
    WIZARD = "wizard"
    JOB = "job"
    SEQUENCE = "sequence"
    SETTING = "setting"
    LANGUAGE = "language"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of an ERP. `name` is its own among its sort; `module` is who brought it.

    What `properties` may hold, by sort; a property that an ERP does not have is left out:

    module     version
    model      read ("yes", or the code of the refusal), records (how many were sampled)
    field      model, type, relation, required, readonly, default, sampled and filled (records)
    menu       roles (those that see it), opens
    job        active, every, model
    sequence   prefix, suffix, padding, step, next, model (what it numbers)
    setting    value
    language   active, date, decimal_point, translations
    method     model

    `technical` marks what only the ERP itself and its administrators work with.
    """

    sort: Sort
    name: str
    title: str
    module: str = ""
    properties: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
