"""Tests of the numbers room."""
