"""Phrases at exact times, as sound. The ground floor: it knows nothing of exercises or of Alexa."""
