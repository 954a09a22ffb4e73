"""What is kept of people between sessions: values with their version, and the stores they are in."""
