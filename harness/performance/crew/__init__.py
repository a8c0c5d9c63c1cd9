"""Load from several machines: a master hands out blocks, and workers carry out their shares of them.

    harness load run PLAN.toml --expect-workers 2 --bind 10.0.0.5      harness load worker 10.0.0.5
             |                                                                  |
    generator's process = Locust's master      <-- here, ready, done --   Locust's worker, with the accounts
    which block is next; the single user       --- order, block, over ->  of its own configuration

Orders hold the plan and no secret; reports hold every raw sample. Clocks are never compared: a worker counts
from the moment it was told to begin.
"""
