"""Tests of what Alexa is told of us, and of our own reading of it."""
