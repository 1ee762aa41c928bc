"""SQL, and only here: rows in, frozen dataclasses out."""
