"""What happened to an ordinary person in three years: planned in `life`, written topic by topic."""
