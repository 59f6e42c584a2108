"""All writes of the staff app, by noun: notices, outbox, shifts, tokens, people."""
