"""SQL-on-FHIR v2: ViewDefinitions compiled to DuckDB SQL."""

from bluering.record.viewdefinition.compiler import compile_view
from bluering.record.viewdefinition.errors import BadView

__all__ = ["BadView", "compile_view"]
