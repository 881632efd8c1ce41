"""What changes would do, told before they are made."""
