"""Contributed papers, by the organization that contributes them."""

from collections import defaultdict

from agenda.documents.citing import affiliations_of, authors_of
from agenda.documents.listing import Document, Group, documents_of
from agenda.outline import Outline
from agenda.search.folding import fold


def organizations_of(outline: Outline) -> list[Group]:
    """In the order of the alphabet; last, what says nothing of whom it is from."""
    papers: dict[str, list[Document]] = defaultdict(list)
    for document in documents_of(outline):
        if document.material.is_contributed:
            papers[_contributor_of(document)].append(document)
    ordered = sorted(papers.items(), key=lambda pair: (not pair[0], fold(pair[0])))
    return [Group(documents, name) for name, documents in ordered]


def _contributor_of(document: Document) -> str:
    roles = document.roles
    author = document.material.author
    return author or affiliations_of(roles) or authors_of(document.material, roles)
