def calendar_of(registration) -> str:
    return ""
