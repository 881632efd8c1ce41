"""What the operating system gives: locks, threads, and news of how far a long task has come."""
