"""Reads of plans, steps and people for the pages."""
