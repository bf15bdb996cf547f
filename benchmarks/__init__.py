"""Diorama and its peers, measured side by side in one run: ``python -m benchmarks`` or ``make bench``."""
