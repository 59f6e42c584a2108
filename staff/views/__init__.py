"""Pages of people: accounts, notices, the people themselves and their shifts."""
