"""Names that many tests use."""

from __future__ import annotations

# A governed model, and a source that is never fetched.
FRAUD = "prod.ml_team.fraud"
SOURCE = "s3://bucket/model"
