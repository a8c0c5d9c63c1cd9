"""What the servers under load use: processor, memory, files, connections, and whether any of it only grows.

sampling   reads both sides once a second while the generator runs, in a thread of its own
processes  a server on this machine: all processes that listen where its address points
exporter   a server on another machine, as Prometheus's exporters tell of it
stored     the samples, as lines of evidence
tables     how large each table is before and after
growth     what grows with the work and never stops: a leak      (pure)
"""
