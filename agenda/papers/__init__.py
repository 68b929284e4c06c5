"""The organization of work and the agenda as papers, the way UN meetings print them."""
