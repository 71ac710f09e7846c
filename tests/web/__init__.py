"""Tests of the web, against a real server."""
