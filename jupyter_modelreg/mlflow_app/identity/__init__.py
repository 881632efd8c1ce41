"""Who asks, and how often somebody may be wrong about it."""
