"""Pages of rooms and sites."""
