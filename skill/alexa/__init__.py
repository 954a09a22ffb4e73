"""The Alexa side: verify, translate in, translate out. It decides nothing about exercises."""
