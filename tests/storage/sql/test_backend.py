"""What storage/sql shares names no database."""

from __future__ import annotations

import pkgutil

from jupyter_modelreg.storage import sql
from tests.support.processes import run_python


def test_no_database_is_imported_with_it() -> None:
    modules = [module.name for module in pkgutil.walk_packages(sql.__path__, f"{sql.__name__}.")]
    assert "jupyter_modelreg.storage.sql.rows.versions" in modules
    done = run_python(f"""
        import importlib, sys
        for name in {modules}:
            importlib.import_module(name)
        print(sorted(name for name in sys.modules if "duckdb" in name or "postgresql" in name))
    """)
    assert (done.stdout, done.stderr) == ("[]\n", "")
