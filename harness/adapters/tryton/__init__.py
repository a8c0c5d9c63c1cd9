"""Tryton 7.0 to 8.0 by JSON-RPC."""
