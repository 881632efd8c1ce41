"""Privileges, groups, and what is hidden."""
