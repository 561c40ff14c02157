"""Bulk Data Access (FHIR, version 2) as a client: who we are, asking for an export, waiting for it, fetching its files.

Sources: HL7 FHIR Bulk Data Access 2.0.0; SMART App Launch 2.1.0, Backend Services. Nothing here waits or sleeps: whoever calls is
told how long (`Later`), so that a kill, a cut line and a busy server are all the same thing: go on later where it was.
"""
