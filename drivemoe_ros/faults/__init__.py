"""What can go wrong on a vehicle, done on purpose in the built-in world."""
