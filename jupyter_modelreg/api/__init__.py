"""What can be asked of a registry, as data: the table of operations every remote host answers by."""
