"""Ways to reach a state: each walks the real actions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.coordination import actions


@pytest.fixture
def contact(ana, person_id):
    """Log a contact by Ana an hour ago, unless told otherwise."""

    def log(**changes):
        said = {
            "person_id": person_id, "at": timezone.now() - timedelta(hours=1), "mode": "phone", "reached": True,
            "whom": "person", "purpose": "After the discharge", "minutes": 12, "by": ana,
        }  # fmt: skip
        return actions.log_contact(**{**said, **changes})

    return log


@pytest.fixture
def handoff(ana, person_id):
    """Open a referral by Ana and walk it through moves, by Ana, each with a note."""

    def walk(*moves, **changes):
        said = {
            "person_id": person_id, "kind": "referral", "title": "Cardiology consult", "sender": "Maple Street",
            "receiver": "Lakeside Cardiology", "by": ana,
        }  # fmt: skip
        opened = actions.open_handoff(**{**said, **changes})
        for move in moves:
            actions.move_handoff(handoff=opened, move=move, by=ana, note="because")
        return opened

    return walk
