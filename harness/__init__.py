"""Gathers the same evidence from an ERP before and after its upgrade and recommends go or no-go."""

__version__ = "0.1.0"
