"""ORM, OMG, OML and OMI: orders become ServiceRequests, orders for medicines MedicationRequests."""

from bluering.intake.hl7v2.orders.service import ORDERS, fold, threads_of_orders
from bluering.intake.hl7v2.registry import register_kind, register_types

register_types(ORDERS, threads_of_orders)
register_kind("order", "ServiceRequest", fold)
