"""For whoever writes an adapter: the suite it must pass, and faults to try it with."""
