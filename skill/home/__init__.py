"""A door: whatever speaks the Wyoming protocol, as Home Assistant does. Its conversation agent, and its voice."""
