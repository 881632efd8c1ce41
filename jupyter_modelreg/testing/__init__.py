"""The contracts of the ports, as pytest classes: whoever writes a backend inherits one and supplies a fixture."""
