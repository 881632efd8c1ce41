"""What the value of a tag says by itself: that something went well, or that it did not.

The panel says the same (labextension/src/registry/tags.ts); one table of cases holds both to it.
"""

from __future__ import annotations

from typing import Literal

# Words people and pipelines write when something went well, and when it did not.
GOOD = ("approved", "passed", "pass", "success", "succeeded")
BAD = ("rejected", "failed", "fail", "failure", "error")


def verdict(value: str) -> Literal["good", "bad"] | None:
    """Whether `value`, in any case, is a verdict, and which; None for every other value."""
    word = value.strip().lower()
    return "good" if word in GOOD else "bad" if word in BAD else None
