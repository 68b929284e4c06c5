import pytest

from tests.parts.staff import sign_in


@pytest.fixture
def staff(client):
    return sign_in(client)
