"""Pictures of load: small SVG files that need nothing but a viewer, in both languages.

`gallery` knows which there are of a stored run and writes them. Each other picture is a pure function from
plain figures to a `Drawing`: `over_time`, `by_percentile`, `ratios`, `capacity`, `windows`, `statements`.
"""
