"""Diorama: a small, living copy of the APIs that your code depends on."""

__version__ = "0.1.0"

__all__ = ["__version__"]
