"""Assessments: questionnaires in, answers kept as they are given, scores and Observations out.

Reads instruments from `rules/instruments`; what people fill in stands in `coordination.models` until it is finished and becomes facts
of the record through the pipeline. `web` reads it.
"""
