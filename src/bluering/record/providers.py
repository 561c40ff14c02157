"""Who treats and where, once each: a directory of the clinicians and organisations that all sources tell of.

Made anew from the record by the clock; pages ask it who a source's reference or an NPI means.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from django.db import transaction
from django.db.models import Q

from bluering.record import engine
from bluering.record.models import Provider, ProviderTelling

WORDS = """
CREATE OR REPLACE TEMP MACRO words_of(said) AS coalesce(trim(regexp_replace(list_aggregate(list_transform(
    list_filter(string_split(trim(regexp_replace(lower(strip_accents(said)), '[^a-z0-9]+', ' ', 'g')), ' '),
        lambda w: w NOT IN ('dr', 'md', 'do', 'np', 'pa', 'rn', 'phd', 'the', 'inc', 'llc', 'pc', 'pllc', 'corp')),
    lambda w: CASE w WHEN 'st' THEN 'saint' WHEN 'mt' THEN 'mount' WHEN 'ctr' THEN 'center' WHEN 'ave' THEN 'avenue' WHEN 'rd' THEN 'road'
        WHEN 'ste' THEN 'suite' ELSE w END), 'string_agg', ' '), ' +', ' ', 'g')), '');
"""
FIELDS = ["kind", "npi", "name", "specialty", "phone", "city"]


@dataclass(frozen=True)
class Known:
    """One provider as pages need it."""

    key: str
    kind: str
    name: str
    specialty: str
    phone: str


@dataclass(frozen=True)
class Directory:
    """Some providers: by how a source refers to them (source/id) and by NPI."""

    by_telling: Mapping[str, Known] = field(default_factory=dict)
    by_npi: Mapping[str, Known] = field(default_factory=dict)


@transaction.atomic
def refresh() -> int:
    """Make the directory anew from all facts; returns how many providers there are."""
    with engine.connect() as connection:
        connection.execute(WORDS)
        rows = connection.execute((files(__package__) / "providers.sql").read_text()).fetchall()
    providers = [Provider(key=key, **dict(zip(FIELDS, rest, strict=True))) for key, *rest, _ in rows]
    Provider.objects.bulk_create(
        providers, update_conflicts=True, unique_fields=["key"], update_fields=FIELDS, batch_size=500
    )
    tellings = [ProviderTelling(telling=telling, provider_id=row[0]) for row in rows for telling in row[-1]]
    ProviderTelling.objects.all().delete()
    ProviderTelling.objects.bulk_create(tellings, batch_size=1_000)
    _drop(set(Provider.objects.values_list("key", flat=True)) - {row[0] for row in rows})
    return len(rows)


def _drop(keys: set[str]) -> None:
    gone = sorted(keys)
    for start in range(0, len(gone), 500):
        Provider.objects.filter(key__in=gone[start : start + 500]).delete()


def directory_of(tables: Mapping[str, list[dict]]) -> Directory:
    """Those of the directory whom a chart's facts name, by reference or by NPI; two queries."""
    tellings, numbers = _named_in(tables)
    by_telling = {
        one.telling: _known(one.provider)
        for one in ProviderTelling.objects.filter(telling__in=tellings).select_related("provider")
    }
    by_npi = {one.npi: _known(one) for one in Provider.objects.filter(Q(npi__in=numbers) & ~Q(npi=""))}
    return Directory(by_telling, by_npi)


REFERENCES = (
    ("patient", "general_practitioner_id"), ("encounter", "participant_id"), ("appointment", "practitioner_id"),
    ("medication_request", "requester_id"), ("service_request", "requester_id"), ("service_request", "performer_id"),
    ("care_team_participant", "member_id"), ("explanation_of_benefit_care_team", "provider_id"),
    ("explanation_of_benefit", "provider_id"),
)  # fmt: skip
NUMBERS = (
    ("explanation_of_benefit", "provider_number"), ("explanation_of_benefit_care_team", "provider_number"),
)  # fmt: skip
MOST = 400


def _named_in(tables: Mapping[str, list[dict]]) -> tuple[Collection[str], Collection[str]]:
    """References as source/id, and NPIs; of very many the first."""
    tellings = {
        f"{row['source']}/{row[column]}"
        for table, column in REFERENCES
        for row in tables.get(table, ())
        if row.get(column)
    }
    numbers = {str(row[column]) for table, column in NUMBERS for row in tables.get(table, ()) if row.get(column)}
    return sorted(tellings)[:MOST], sorted(numbers)[:MOST]


def _known(provider: Provider) -> Known:
    return Known(provider.key, provider.kind, provider.name, provider.specialty, provider.phone)
