"""The driving policies; torch lives here and in training only."""
