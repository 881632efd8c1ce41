"""A registry in plain Python dicts: what a look at the past reads from, and the proof that the port of stores is one.

It keeps nothing when the process ends.
"""
