"""Joint attention over several token streams, with a cache for the streams that stay."""
