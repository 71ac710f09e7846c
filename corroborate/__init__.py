"""Corroborate: which other sources agree with an article, claim by claim."""
