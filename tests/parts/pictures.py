"""Pictures, whatever was done to their bytes."""

from io import BytesIO

from PIL import Image


def colour_of(content: bytes) -> tuple[int, ...]:
    """That of a picture of one colour."""
    with Image.open(BytesIO(content)) as picture:
        red, green, blue = picture.convert("RGB").getpixel((5, 5))
    # As near as lossy files keep it.
    return tuple(
        255 if part > 200 else 0 if part < 20 else part for part in (red, green, blue)
    )
