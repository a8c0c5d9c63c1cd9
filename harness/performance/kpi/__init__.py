"""Business figures that an upgrade must keep: how long an order takes, how old the stock is.

target      one figure: its names, its queries, what it may be
files       the file of them
gathering   one number of each side, through a read-only session
comparison  whether the number is within its limits and has not changed too far     (pure)
"""

from harness.performance.kpi.files import load_kpis
from harness.performance.kpi.gathering import gather
from harness.performance.kpi.target import Kpi

__all__ = ["Kpi", "gather", "load_kpis"]
