"""A registration in the person's calendar: one entry for each day that they come."""
