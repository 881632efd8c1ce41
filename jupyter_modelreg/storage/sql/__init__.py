"""SQL shared by every backend: tables, migrations and a session. No database is named here."""
