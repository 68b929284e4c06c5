"""What the secretariat does to the draft of a programme: a rule each, one edit each."""
