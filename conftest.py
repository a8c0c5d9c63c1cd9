"""The mechanism lives in the plug-in `harness.plugin`, which pytest finds by itself.

Your own fixtures and hooks go here; `harness init` lays this file out and never touches it again.
"""
