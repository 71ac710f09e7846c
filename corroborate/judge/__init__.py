"""Decides what passages do to claims."""
