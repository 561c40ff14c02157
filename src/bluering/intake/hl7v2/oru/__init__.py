"""ORU and OUL: results become a DiagnosticReport with its Observations; corrections replace, nothing goes backwards."""

from bluering.intake.hl7v2.oru.report import fold, threads_of_results
from bluering.intake.hl7v2.registry import register_kind, register_types

register_types(["ORU", "OUL"], threads_of_results)
register_kind("report", "DiagnosticReport", fold)
