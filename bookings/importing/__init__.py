"""Requests from a sheet of another system: read, the columns named, each row turned into a request or its faults."""
