"""How well linking does on records of which somebody knows who is who.

In: labelled files of any system, a map of their columns. Out: precision, recall and F1 of what would be linked. Nothing is kept.
"""

from bluering.identity.evaluating.measure import Measured, measure

__all__ = ["Measured", "measure"]
