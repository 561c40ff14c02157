"""Everything that fills the registry; imported by `threads` and `fold`."""

from bluering.intake.hl7v2 import adt, mdm, medicines, orders, oru, problems, referral, siu, vaccines

__all__ = ["adt", "mdm", "medicines", "orders", "oru", "problems", "referral", "siu", "vaccines"]
