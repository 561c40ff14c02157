"""Everything that fills the registry; imported by `threads` and `fold`."""

from bluering.intake.hl7v2 import adt, siu

__all__ = ["adt", "siu"]
