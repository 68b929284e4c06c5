"""What the races found, as one table at the end."""

import pytest

HEADING = ["race", "database", "run", "sent", "seated", "waiting", "lost", "5xx", "s"]
RESULTS: list[list[object]] = []


@pytest.fixture
def result():
    """Notes a line of the table, whatever the test then says of it."""
    return RESULTS.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not RESULTS:
        return
    widths = [26, 12, 5, 6, 8, 9, 6, 5, 7]
    for row in [HEADING, *RESULTS]:
        cells = [
            f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row
        ]
        words = [
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        terminalreporter.write_line("".join(words))
