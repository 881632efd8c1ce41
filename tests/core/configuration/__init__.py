"""The governance of a registry as a document."""
