"""Every address of the door for machines."""

from django.urls import path, re_path

from bluering.api import keys, messages, metadata

urlpatterns = [
    path(".well-known/jwks.json", keys.public_keys, name="jwks"),
    path("fhir/metadata", metadata.metadata, name="fhir-metadata"),
    path("fhir/$process-message", messages.process_message, name="fhir-process-message"),
    re_path(r"^fhir(?:/.*)?$", metadata.not_offered, name="fhir-not-offered"),
]
