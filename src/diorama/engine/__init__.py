"""What makes a sandbox run: its head, transactions, commit, timers, journal, budgets."""
