"""Who may do what, tried on both sides as every role: what was gained, what was lost, what is the same.

subjects x roles x operations are tried by the adapter; `duties` says which rights make a conflict, which
fields are sensitive and which models are critical. Stored rights explain a finding and never prove one.
"""

from __future__ import annotations

from harness.access.duties import Duties, load_duties
from harness.access.gathering import gather

__all__ = ["Duties", "gather", "load_duties"]
