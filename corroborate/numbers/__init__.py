"""Quantities in news text, and whether two of them say the same."""
