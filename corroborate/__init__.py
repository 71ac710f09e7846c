"""Corroborate: which other sources agree with an article, claim by claim."""

__version__ = "0.1.0"
