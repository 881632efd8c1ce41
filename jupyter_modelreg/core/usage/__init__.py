"""Who loads which versions."""
