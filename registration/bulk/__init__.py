"""What staff do to one registration or to hundreds: planned, worked off, taken back."""
