"""The contracts of the ports, as pytest classes: whoever writes a backend inherits one and supplies a fixture.

They need pytest, which the package itself does not.
"""

import pytest

# What an assertion compares is shown when it fails.
_CONTRACTS = ("store", "namespaces", "models", "versions", "log", "bulk", "dump", "files")
pytest.register_assert_rewrite(*(f"{__name__}.{part}_contract" for part in _CONTRACTS))
