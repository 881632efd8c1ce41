"""Managed model files in an object store, by their hashes, with a cache on this machine.

Below the place that the registry was given lie

- `objects/ab/abcdef…`: the bytes of a file, once, under their SHA-256, however many versions have it;
- `versions/<id>.json`: which files a version has. It is written last, so what has one is whole;
- `claims/<id>.json`: that a process is at work on a version, which renews it;
- `aside/<name>/<id>.json`: those of a registry that a restore has moved aside.
"""

from jupyter_modelreg.artifacts.objects.file_store import ObjectFiles

__all__ = ["ObjectFiles"]
