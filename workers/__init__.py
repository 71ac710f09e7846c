"""What comes in from the web: feeds, fetching, cleaning, schedules."""
