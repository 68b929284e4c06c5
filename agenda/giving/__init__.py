"""Materials handed out: one by one, as ZIP, and to participants alone."""
