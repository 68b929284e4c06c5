"""What was posted for a meeting, as its readers look for it and cite it."""
