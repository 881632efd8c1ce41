"""DuckDB's SQL over a registry that is in a DuckDB file.

The life of a statement:

1. `statements` parses it, and refuses what is none, several, or does not only read.
2. `confined` starts an instance of DuckDB for this one statement. It has the views of `views`, empty, and the user's
   own tables; it can read the files that the statement names (`files`), and nothing else; nothing can be set in it.
   It binds the statement: what is wrong with it shows now, and which views it reads.
3. Where it reads any, the database is copied while others wait (`snapshot`), and the copy opened by an instance of its
   own. `seen` hides there what the actor may not see, as `core.access.guard` does, and the views are filled from what
   is left. The copy is removed.
4. The statement runs, beside everybody else.
"""
