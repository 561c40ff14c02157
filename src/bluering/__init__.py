"""Bluering: who needs us today, and where the ring of care around a person is open."""

__version__ = "0.1.0"
