"""Who may do and see what: privileges, who holds them, and the transaction that shows an actor only what is theirs."""
