"""Running the shipped models, and any other."""
