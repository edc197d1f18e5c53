"""Drawing for people."""
