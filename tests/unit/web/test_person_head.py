"""What the head of a person's page names as problems."""

import pytest

from bluering.web.person_view import active_problems


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"category_code": "problem-list-item"}, ["Asthma"]),
        ({"category_code": "problem-list-item", "clinical_status": "resolved"}, []),
        ({"category_code": "encounter-diagnosis", "clinical_status": "active"}, ["Asthma"]),
        ({"category_code": "encounter-diagnosis"}, []),
        ({"abatement_datetime": "2026-01-02"}, []),
        ({"verification_status": "refuted"}, []),
        ({"code": "Z59.0"}, []),
    ],
    ids=["listed", "over", "of a visit, active", "of a visit", "ended", "refuted", "social"],
)
def test_a_problem_is_what_goes_on(told, named):
    assert active_problems({"condition": [{"code_text": "Asthma, unspecified", **told}]}) == named
