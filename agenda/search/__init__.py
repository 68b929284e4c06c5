"""Finding what is on the agenda, however it is typed and in any script."""
