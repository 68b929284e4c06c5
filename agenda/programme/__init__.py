"""A meeting's programme as one YAML file: see docs/programme-format.md.

`reading` checks a file, `loading` puts it into the database, `dumping` writes it out
again; `schema` says what the file may hold.
"""
