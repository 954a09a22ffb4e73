"""Tests of the Alexa edge, and a pretend Amazon to send it requests."""
