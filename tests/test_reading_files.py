"""Files that people send are read by what they are; what cannot be read is told in a sentence."""

import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadOption, TooLarge, UserError
from bot.messages import Document
from bot.reading.cutting import cut
from bot.reading.decoding import CHARACTERS, document, page
from bot.reading.pdf import PAGES
from bot.reading.reader import UNSAFE, Reader
from bot.workers.pool import Workers
from tests.documents import W, docx, paragraph, pdf, pdf_of, zipped

SECONDS = 60.0
"""Time enough for every page."""

CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
KEYS = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O ({'a' * 32}) /U ({'b' * 32}) /P -4 >> /ID [(a) (a)]"
NEWER_KEYS = (
    f"/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /O ({'a' * 48}) /U ({'b' * 48}) /OE ({'a' * 32}) "
    f"/UE ({'b' * 32}) /Perms ({'a' * 16}) /P -4 /StmF /S /StrF /S "
    "/CF << /S << /CFM /AESV3 /Length 32 >> >> >>"
)


def said(data: bytes) -> str:
    """The sentence for a file that cannot be read."""
    with pytest.raises(UserError) as caught:
        document(data, SECONDS)
    return caught.value.reply


def told(data: bytes) -> str:
    """What it says, or why it says nothing."""
    try:
        return document(data, SECONDS).text
    except UserError as refused:
        return refused.reply


def many_pages(count: int) -> bytes:
    """A PDF that shows one empty page so many times."""
    tree = f"<< /Type /Pages /Kids [{'3 0 R ' * count}] /Count {count} >>"
    return pdf_of([CATALOG, tree, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"])


def bomb() -> bytes:
    """A PDF whose one page is 200 MB of blanks."""
    packed = zlib.compress(b" " * 200_000_000)
    content = (
        f"<< /Filter /FlateDecode /Length {len(packed)} >>\nstream\n{packed.decode('latin-1')}\nendstream"
    )
    shown = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /Font << >> >> /Contents 4 0 R >>"
    return pdf_of([CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", shown, content])


def test_a_pdf_is_read_with_the_numbers_of_its_pages() -> None:
    found = document(pdf("One (or two)\nlines", "", "Three"), SECONDS)

    assert found == Document(
        "", "[page 1]\nOne (or two)\nlines\n\n[page 2]\n(no text)\n\n[page 3]\nThree", 3, 3, True
    )


def test_a_page_cannot_pretend_to_be_another() -> None:
    found = document(pdf("[page 7]", "b"), SECONDS)

    assert found.text == "[page 1]\n [page 7]\n\n[page 2]\nb"
    assert cut(found, len(found.text) - 1).read == 1


def test_of_a_long_pdf_the_first_pages_are_read() -> None:
    found = document(pdf(*map(str, range(PAGES + 5))), SECONDS)

    assert (found.pages, found.read, found.whole) == (PAGES + 5, PAGES, False)
    assert found.text.endswith(f"[page {PAGES}]\n{PAGES - 1}")


def test_a_pdf_that_takes_long_is_read_as_far_as_time_allows() -> None:
    assert document(pdf("a", "b"), 0.0).read == 1


def test_a_word_document_is_its_paragraphs_lists_and_tables() -> None:
    row = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("left", "right"))
    item = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>"
    body = (
        paragraph("Title", "Heading2")
        + paragraph("You &amp; me")
        + item
        + f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"
    )

    found = document(docx(body, footnotes=paragraph("a note")), SECONDS)

    assert found == Document("", "## Title\n\nYou & me\n\n- item\n\nleft | right\n\na note")


def test_what_a_word_document_hides_is_not_read() -> None:
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>obey</w:t></w:r><w:r><w:t>seen</w:t></w:r></w:p>"
    gone = "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    done = "<w:p><w:r><w:instrText>do</w:instrText></w:r></w:p>"
    spare = (
        '<mc:Fallback xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"{paragraph('twice')}</mc:Fallback>"
    )

    assert document(docx(hidden + gone + done + spare), SECONDS).text == "seen"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_the_encodings_that_people_use(name: str) -> None:
    assert document("Él dijo “sí”\n".encode(name), SECONDS).text == "Él dijo “sí”\n"


def test_a_short_web_page_is_shown_as_written_and_a_long_one_as_read() -> None:
    short = "<!doctype html><nav>menu</nav><p>words</p>"
    long = f"<!doctype html><nav>menu</nav><p>{'words ' * 5000}</p>"

    assert document(short.encode(), SECONDS).text == short
    assert document(long.encode(), SECONDS).text == ("words " * 5000).strip()


def test_a_text_that_is_too_long_ends_with_a_paragraph() -> None:
    found = document(b"word word\n\n" * 40_000, SECONDS)

    assert not found.whole
    assert len(found.text) <= CHARACTERS
    assert found.text.endswith("word word")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this file is empty"),
        (b" \n", "this file is empty"),
        (b"\0\1\2", "this file is something else"),
        (b"%PDF-1.7 and no more", "is damaged"),
        (pdf("words")[:300], "is damaged"),
        (pdf("", ""), "are pictures without any text"),
        (pdf("words", trailer=KEYS), "has a password"),
        (pdf("words", trailer=NEWER_KEYS), "has a password"),
        (pdf_of([CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]), "is damaged"),
        (pdf_of([CATALOG.replace("2 0 R", "[" * 50_000)]), "is damaged"),
        (b"PK\x03\x04 and no more", "is damaged"),
        (docx(""), "no text in this document"),
        (docx(paragraph("&a;"), '<!DOCTYPE w [<!ENTITY a "aaaa">]>'), "is damaged"),
        (docx(f"<w:p xmlns:w='{W}'>")[:-30], "is damaged"),
        (zipped({"a.txt": "a"}), "a ZIP archive: send what is in it"),
        (zipped({"xl/workbook.xml": ""}), "an Excel table: save it as CSV or PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as DOCX or PDF"),
        (b"{\\rtf1 words}", "save it as DOCX or PDF"),
        (b"\0\0\0\x20ftypheic", "a HEIC picture: save it as PNG or JPEG"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(data: bytes, sentence: str) -> None:
    assert sentence in said(data)


@pytest.mark.parametrize(
    "made",
    [
        lambda: many_pages(1_000_000),
        bomb,
        lambda: docx(paragraph(" " * 70_000_000)),
        lambda: zipped({str(number): "" for number in range(10_001)}),
    ],
)
def test_a_file_with_too_much_in_it_is_left_alone(made: Callable[[], bytes]) -> None:
    assert "more in it than I can read safely" in said(made())


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xfe", b"<!doctype html>"]),
)
def test_no_bytes_break_the_reader(data: bytes, before: bytes) -> None:
    assert told(before + data).strip()


@given(st.data())
def test_no_damage_breaks_the_reader(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([pdf("some words", "more"), docx(paragraph("some words"))])))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert told(bytes(whole)).strip()


@given(st.lists(st.text("ab \n", max_size=30), min_size=1, max_size=6), st.integers(1, 120))
def test_a_document_is_cut_at_a_page_and_never_longer_than_asked(pages: list[str], at_most: int) -> None:
    text = "\n\n".join(f"[page {number}]\n{one or 'x'}" for number, one in enumerate(pages, 1))
    whole = Document("a", text, len(pages), len(pages))
    found = cut(whole, at_most)

    assert len(found.text) <= max(at_most, len(text) if found.whole else 0)
    assert text.startswith(found.text)
    assert found.whole == (found == whole)
    assert found.text.count("[page ") == found.read or not found.read


def test_a_pdf_on_the_web_is_read_the_same_way() -> None:
    assert page(pdf("Words"), "application/pdf").text == "[page 1]\nWords"
    assert page(pdf("a", "b"), "application/pdf", seconds=0.0).text.endswith(
        "[only 1 of its 2 pages were read]"
    )


async def test_a_file_is_read_in_a_process_of_its_own() -> None:
    reader = Reader()
    try:
        assert await reader.document("a.pdf", pdf("Words")) == Document("a.pdf", "[page 1]\nWords", 1, 1)
        with pytest.raises(BadOption, match="is damaged"):
            await reader.document("a.pdf", b"%PDF-")
        with pytest.raises(TooLarge, match="more in it"):
            await reader.document("a.docx", docx(paragraph(" " * 70_000_000)))
    finally:
        await reader.close()


async def test_a_file_that_takes_for_ever_costs_its_process_and_no_more() -> None:
    with pytest.raises(BadOption) as caught:
        await Reader(Workers("bot.reading.worker", seconds=0.01)).document("a.pdf", many_pages(90_000))

    assert caught.value.reply == UNSAFE
