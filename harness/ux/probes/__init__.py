"""Small probes, each watching one thing in the page: input, activity, traffic, accessibility, vitals."""
