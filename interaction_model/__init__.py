"""What Alexa is told of us: sentences and the catalogue's names in, one JSON a locale out; and our own reading of it."""
