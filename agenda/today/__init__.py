"""The day itself: what the desk says of each item, and what follows from it."""
