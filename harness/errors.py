"""What can go wrong with the tool or its configuration. A wrong ERP is a Finding, never one of these.

HarnessError                   exit code 3 unless said otherwise
+-- ConfigError                4  harness.toml, policy.toml, waivers.toml, a mapping, an option
+-- AdapterError               3  an ERP cannot be spoken to as asked
|   +-- WriteRefused           4  a write that nothing has unlocked
|   +-- NotLoggedIn          4  the session kept for a role is over: says the command that opens another
|   +-- Unreachable            3  no answer: the server is down, or the network
|   +-- Refused                3  the ERP said no: rights, validation, a state (a flow may expect it)
+-- EvidenceError              3  a run directory that is missing, altered or of an unknown schema
|   +-- UnknownRun             4  no run of the name that was asked for
+-- HistoryError                 4  the history of the runs cannot be read or written, or is of another format
+-- InUse                      4  another run holds one of the systems: says which process, and since when
+-- MissingTool                4  a browser, Node, PostgreSQL ...: says the command that installs it
+-- DemoError                  3  a step of the demo failed
+-- LoadError                  3  the load generator could not do what was asked
"""

from __future__ import annotations

from enum import IntEnum

from harness.messages import Language, render
from harness.model import Text


class ExitCode(IntEnum):
    """What the process says when it ends; aligned with pytest where both have a word for it."""

    GO = 0
    NO_GO = 1
    INTERRUPTED = 2
    INTERNAL_ERROR = 3
    USAGE_ERROR = 4
    NO_CHECK_RAN = 5


class HarnessError(Exception):
    """Something the user can act on, said in a sentence of the catalogue."""

    exit_code = ExitCode.INTERNAL_ERROR

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return render(self.sentence, Language.EN)


class ConfigError(HarnessError):
    """The configuration is wrong: file, key, reason and cure are in the sentence."""

    exit_code = ExitCode.USAGE_ERROR


class AdapterError(HarnessError):
    """An ERP cannot be spoken to as asked."""


class WriteRefused(AdapterError):
    """A write that nothing has unlocked; nothing was sent."""

    exit_code = ExitCode.USAGE_ERROR


class NotLoggedIn(AdapterError):
    """No session is kept for a role that a person logs in, or it is over; the sentence names the command."""

    exit_code = ExitCode.USAGE_ERROR


class Unreachable(AdapterError):
    """No usable answer came back: the server is down, or something between."""


class Refused(AdapterError):
    """The ERP answered no. `code` is the ERP's own word for why (access, validation, state ...).

    `warning` names a warning that a person may confirm; None for what is refused for good.
    """

    def __init__(self, sentence: Text, *, code: str, message: str, warning: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.message = message
        self.warning = warning


class EvidenceError(HarnessError):
    """A run directory is missing, altered, cut, or of a schema this version does not know."""


class UnknownRun(EvidenceError):
    """No run has the name that was asked for; the sentence names those that there are."""

    exit_code = ExitCode.USAGE_ERROR


class HistoryError(HarnessError):
    """The history of the runs cannot be read or written; the runs and their verdicts are untouched."""

    exit_code = ExitCode.USAGE_ERROR


class InUse(HarnessError):
    """Another run holds one of the systems; nothing was started."""

    exit_code = ExitCode.USAGE_ERROR


class MissingTool(HarnessError):
    """A program or package that is not installed; the sentence says the command that installs it."""

    exit_code = ExitCode.USAGE_ERROR


class DemoError(HarnessError):
    """A step of the demo failed; the sentence names the step and its log."""


class LoadError(HarnessError):
    """The load generator could not do what was asked of it; its figures are worth nothing."""
