"""What core needs from outside, one file for each thing; adapters elsewhere implement these interfaces."""
