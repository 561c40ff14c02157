"""The model of this installation: a file in the home folder, trained on its own records; the default weights until there is one."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from bluering import paths
from bluering.errors import BadInput
from bluering.identity.matching.model import Model, default_model, load_model, save_model
from bluering.identity.matching.training import train

# What is read of the record's table of patients; `features_of` takes these as they are.
PATIENT_COLUMNS = (
    "subject_key", "source", "family", "given", "suffix", "birth_date", "gender", "phone", "email", "address_line", "city", "postal_code",
    "identifiers", "families", "phones", "emails", "address_lines", "postal_codes",
)  # fmt: skip


def model_file() -> Path:
    """Where this installation keeps its model; the shares of names lie beside it."""
    return paths.home() / "identity" / "model.json"


def current_model(records: int) -> Model:
    """The model of this installation, which has so many records.

    The default weights where none was trained, or where it was trained by a version that compared other things.
    """
    try:
        found = load_model(model_file())
    except (FileNotFoundError, BadInput):
        return default_model(records)
    return replace(found, records=max(found.records, records))


def train_here(features: pa.Table, day: dt.date | None = None) -> Model:
    """Train on these records and keep the model. Too few records leave the default weights, and nothing is kept."""
    model = train(features, day)
    if model.version.startswith("trained"):
        model_file().parent.mkdir(parents=True, exist_ok=True)
        save_model(model, model_file())
    return model
