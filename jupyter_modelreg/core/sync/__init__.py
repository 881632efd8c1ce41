"""Bringing what one registry has into another one, again and again: push and pull.

A sender makes offers, page by page (`offering`): models, their versions, and when each alias, tag and description was
changed last. A receiver takes what it lacks (`receiving`), file by file where it has none of them, and merges the rest
(`merging`). When it is done it notes in its log up to where it knows the other one's (`marks`), which is what the next
run goes by, in either direction. Nothing else is kept of a sync, and a run that was cut off is simply started again.
"""
