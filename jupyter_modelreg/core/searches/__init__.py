"""Searches that have been saved under a name, and help for whoever writes one."""
