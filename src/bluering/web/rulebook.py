"""The rules as pages quote them: their title, their source, and the act that bridges the gap they found."""

import logging

from bluering.errors import BadInput
from bluering.population import rules
from bluering.population.rules import Rule

log = logging.getLogger(__name__)


def gap_rules() -> dict[str, Rule]:
    """Rule id → rule. A rule that cannot be read takes no page down: its gaps stand there without its words."""
    try:
        return {rule.id: rule for rule in rules.load_rules("gap")}
    except BadInput as error:
        log.error("pages show gaps without their rules: %s", error)
        return {}
