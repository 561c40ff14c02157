"""Figures for docs/benchmarks.md: `python -m benchmarks` writes the page."""
