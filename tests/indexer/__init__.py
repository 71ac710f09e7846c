"""Tests of the archive, the index and search."""
