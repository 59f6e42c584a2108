"""Input of the pages of the standard: a sample meeting, an item with its rows, a file, a publication."""
