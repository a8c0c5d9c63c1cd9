"""Interfaces: what partners ask of the ERP and are answered, replayed on both sides.

A contract is one TOML file. It is asked twice on the source, to learn what varies by itself, and once on
the target; what partners would notice is a finding.
"""

from harness.contracts.contract import Contract, load_folder
from harness.contracts.gathering import gather

__all__ = ["Contract", "gather", "load_folder"]
