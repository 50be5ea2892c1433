"""The words of a PDF, page by page. Pure; slow pages exist, and so do pages that make their reader fall."""

import io
import time
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from bot.errors import BadOption, TooLarge, UserError
from bot.messages import Document
from bot.reading.cutting import marked

PAGES: Final = 200
"""Pages of one document that are read for a message."""

BROKEN: Final = "This PDF is damaged, so I can't read it. Please save it anew and send it again."
LOCKED: Final = "This PDF has a password. Please save it without one and send it again."
SCANNED: Final = (
    "The pages of this PDF are pictures without any text, a scan perhaps. Please send the ones that matter "
    "as pictures, or have the text recognised first."
)
HUGE: Final = "This PDF has more in it than I can read safely. Please send the pages that matter alone."

FAULTS: Final = (
    *(PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError),
    *(OSError, EOFError, RecursionError, NotImplementedError, zlib.error),
)
"""How the library says that a PDF is broken. What else it may raise ends the process, which says the same."""


def pdf(data: bytes, characters: int, seconds: float, pages: int = PAGES) -> Document:
    """What a PDF says, as far as `characters`, `seconds` and `pages` go. Raises BadOption, TooLarge."""
    until = time.monotonic() + seconds
    reader, count = _opened(data)
    parts: list[str] = []
    missing: list[UserError] = []
    size = words = 0
    for text in islice(_texts(reader, count, missing), pages):
        parts.append(marked(len(parts) + 1, text))
        size += len(parts[-1]) + 2
        words += bool(text.strip())
        if size > characters or time.monotonic() > until:
            break
    if not words:
        raise missing[0] if missing else BadOption(SCANNED)
    return Document("", "\n\n".join(parts), count, len(parts), len(parts) == count)


def _opened(data: bytes) -> tuple[PdfReader, int]:
    """The document, and how many pages it has."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadOption(LOCKED)
        count = len(reader.pages)
    except (FileNotDecryptedError, DependencyError):
        raise BadOption(LOCKED) from None
    except (LimitReachedError, MemoryError):
        raise TooLarge(HUGE) from None
    except FAULTS:
        raise BadOption(BROKEN) from None
    if not count:
        raise BadOption(BROKEN)
    return reader, count


def _texts(reader: PdfReader, count: int, missing: list[UserError]) -> Iterator[str]:
    """The pages' words. One that cannot be read has none, and is `missing`."""
    for number in range(count):
        try:
            yield reader.pages[number].extract_text()
        except (LimitReachedError, MemoryError):
            missing.append(TooLarge(HUGE))
            yield ""
        except FAULTS:
            missing.append(BadOption(BROKEN))
            yield ""
