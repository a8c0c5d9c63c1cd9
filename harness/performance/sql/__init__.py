"""What the database did while it was loaded: which statements each step sends, and how each is answered.

reading   the small protocol that each database's statistics are read through; PostgreSQL is the first
watch     reads it around blocks and single steps, in the generator's process
stored    what was read, as lines of evidence
forms     which statement of the target is which of the source, by normal form
analysis  what got worse and why, and the ranked list for whoever tunes the database        (pure)
"""
