"""What people say about models, and ask each other for."""
