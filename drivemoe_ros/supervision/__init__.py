"""States and checks around the policy."""
