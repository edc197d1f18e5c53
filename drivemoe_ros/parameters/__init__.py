"""Every default of the package, and the rigs that bind cameras to topics."""
