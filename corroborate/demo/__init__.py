"""A small local web of invented outlets, crawled and checked for real: ``./run demo``."""
