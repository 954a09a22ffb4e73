"""``backbeat doctor``: the chain from a data folder to Alexa, link by link; what was seen of each, and what to do."""
