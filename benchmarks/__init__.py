"""What the hot paths cost, and how good the answers are."""
