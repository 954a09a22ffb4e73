"""What is said to each other: events in, replies out, and what is remembered between."""
