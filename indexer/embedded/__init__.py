"""The embedded store: SQLite and LanceDB in one folder."""
