"""The governance of a registry as one document: what it is, and making the registry be as a document says."""
