"""From an article to the statements in it that can be checked."""
