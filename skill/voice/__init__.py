"""Our own voice: its phrases, its bank, and reels made of them."""
