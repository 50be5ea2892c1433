"""A model's Markdown on Telegram: its words, and entities that Telegram takes."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.telegram.outlet.outlet import LIMITS
from adapters.telegram.words.markdown import TEXT, Said, plain, rendered
from adapters.telegram.words.source import understood
from bot.delivery import pieces
from bot.delivery.clusters import units
from bot.unseen import seen
from tests.platforms.telegram.units import checked, part

CODE = {"code", "pre"}
QUOTES = {"blockquote", "expandable_blockquote"}

words = st.text(alphabet=st.characters(codec="utf-16"), max_size=12) | st.sampled_from(
    ["😀", "word", "two words", "\n", "\n\n", " ", "@victim", "/ban", "x@y.example", "$5", "a_1"]
)
marks = st.sampled_from(
    [
        "**", "*", "_", "__", "~~", "||", "`", "```", "```py\n", "\n```\n", "> ", "\n> ", "\n- ", "\n1. ",
        "\n# ", "[", "](https://x.example/a)", "](tg://user?id=7)", "![", "](", ")", "<b>", "</b>", "<br>",
        "<div>", "\n<div>\n", "\\", "\\(", "\\)", "\\[", "\\]", "$", "$$", "\\frac{a}{b}", "\\alpha",
        "\n| a | b |\n|---|---|\n| 1 | 2 |\n", "\n---\n", "- [ ] ", "- [x] ", "https://x.example/@a/-/b",
        "    ", "&lt;", "[r]: https://x.example\n", "[r]", "tg://resolve?domain=x",
    ]
)  # fmt: skip
markdown = st.lists(words | marks, max_size=30).map("".join)


def given_to(said: Said) -> list[dict[str, Any]]:
    return [entity.to_dict() for entity in said.entities]


def shown(said: Said) -> list[tuple[str, str]]:
    """What each entity covers."""
    return [
        (entity["type"], part(said.text, entity["offset"], entity["length"])) for entity in given_to(said)
    ]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("**bold** *it* ~~no~~ ||hush||", "bold it no hush",
         [("bold", "bold"), ("italic", "it"), ("strikethrough", "no"), ("spoiler", "hush")]),
        ("# Title\n\nText", "Title\n\nText", [("bold", "Title"), ("underline", "Title")]),
        ("- a\n- b\n  - c", "• a\n• b\n  • c", []),
        ("1. a\n2. b", "1. a\n2. b", []),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done", []),
        ("> said", "said", [("blockquote", "said")]),
        ("`x < 1` and\n\n```py\nprint(1)\n```", "x < 1 and\n\nprint(1)",
         [("code", "x < 1"), ("pre", "print(1)")]),
        ("**a `b` c**", "a b c", [("bold", "a "), ("code", "b"), ("bold", " c")]),
        ("😀 **b**", "😀 b", [("bold", "b")]),
        ("a\nb", "a\nb", []),
        ("<b>x</b> and vector<int>", "<b>x</b> and vector<int>", []),
        ("<div>\n<p>all of it</p>\n</div>", "<div>\n<p>all of it</p>\n</div>", []),
        ("one<br>two", "one\ntwo", []),
        ("![a cat](https://x.example/c.png)", "🖼a cat (x.example)", [("text_link", "a cat")]),
    ],
)  # fmt: skip
def test_markdown_becomes_entities(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    said = rendered(source)
    assert said.text == text
    assert sorted(shown(said)) == sorted(entities)


def test_a_code_block_keeps_its_language_and_a_strange_one_is_dropped() -> None:
    (named,) = rendered("```python\nx\n```").entities
    (strange,) = rendered(f"```{'p' * 80}\nx\n```").entities
    assert (named.language, strange.language) == ("python", None)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6.", "$5 or $10, at most $20", "$5-$6", "$5/$6", "US$5 and CA$6",
        "between $5 and $6 or 7$", "$HOME and $PATH", "if ($foo=$bar) $baz", "from $5 million to 6 million$",
    ],
)  # fmt: skip
def test_prices_and_variables_are_no_formulas(text: str) -> None:
    assert rendered(text) == Said(text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("$x^2$", "x^2"),
        ("\\(\\alpha + \\frac{a}{b}\\)", "α + a/b"),
        ("so $$\\sqrt{2}$$", "so √2̅"),
        ("\\[x^2 + y^2\\]", "x^2 + y^2"),
    ],
)
def test_formulas_are_readable(source: str, text: str) -> None:
    said = rendered(source)
    assert said.text == text
    assert {entity.type for entity in said.entities} <= CODE


def test_a_price_before_code_leaves_its_dollars_alone() -> None:
    said = rendered("It costs $5: `${X}` and `$HOME`, $6\n\n```sh\necho $A\n```")
    assert said.text == "It costs $5: ${X} and $HOME, $6\n\necho $A"
    assert [text for _, text in shown(said)] == ["${X}", "$HOME", "echo $A"]


@pytest.mark.parametrize(
    "source",
    [
        "Sources:\n\n[1]: https://x.example/a\n[2]: https://y.example",
        "It is so[^1].\n\n[^1]: Really",
        "[a] and [b]\n\n[a]: one\n[b]: two words",
        "1. [a]: https://x.example\n2. [b]: https://y.example",
    ],
)
def test_sources_and_footnotes_stay(source: str) -> None:
    assert rendered(source) == Said(source)


def test_a_source_that_a_link_shows_is_not_told_again() -> None:
    assert rendered("See [this][1].\n\n[1]: https://x.example").text == "See this (x.example)."
    beside = "It is so [1][2].\n\n[1]: https://x.example\n[2]: https://y.example"
    assert rendered(beside).text == "It is so 1 (x.example) 2 (y.example)."
    assert rendered("a[1][2]") == Said("a[1][2]")


def test_what_looks_like_a_formula_in_code_stays() -> None:
    source = "`\\(\\alpha\\)` and\n\n```\nfind \\( -name x \\) $a $b\n```"
    assert [text for _, text in shown(rendered(source))] == [
        "\\(\\alpha\\)",
        "find \\( -name x \\) $a $b",
    ]


def test_a_narrow_table_is_columns_and_a_wide_one_a_list() -> None:
    narrow = "| model | US$ |\n|---|--:|\n| one | 0.5 |"
    wide = f"| model | does |\n|---|---|\n| **one** | {'much ' * 10}|"
    assert shown(rendered(narrow)) == [("pre", "model  US$\none    0.5")]
    assert rendered(wide).text == f"• one: does {'much ' * 10}".strip()


def test_a_table_that_would_grow_too_much_is_shown_as_it_was_written_and_nothing_else_is() -> None:
    rows = "\n".join(f"| model {n} | fast | dear |" for n in range(30))
    table = f"| model | how quick it is | what it costs in a month |\n|---|---|---|\n{rows}"
    said = rendered(f"**All** of them:\n\n{table}\n\n" + "word " * 600)
    assert shown(said)[:2] == [("bold", "All"), ("pre", table)]
    assert rendered(table).text.startswith("• model 0: how quick it is fast, what it costs")


@given(markdown)
@example("**a\n```\nb\n```\nc**")
@example("[`a` **b**](https://x.example)")
@example("> a\n> > b `c`")
def test_telegram_takes_what_is_rendered(source: str) -> None:
    said = rendered(source)
    assert units(said.text) <= TEXT
    checked(said.text, given_to(said))
    assert len(said.entities) <= 100


@given(markdown)
def test_nothing_is_in_code_and_no_quotation_in_another(source: str) -> None:
    entities = rendered(source).entities
    for one in entities:
        for other in entities:
            inside = one is not other and one.offset < other.offset + other.length
            inside = inside and other.offset < one.offset + one.length
            assert not (inside and one.type in CODE and other.type not in QUOTES)
            assert not (inside and one.type in QUOTES and other.type in QUOTES)
            assert not (inside and one.type == "text_link" and other.type in {"text_link", *CODE})


@given(st.lists(st.sampled_from(["**b** ", "`c` ", "[l](https://x.example) ", "_i_ "]), max_size=99))
def test_there_are_never_more_entities_than_are_shown_and_links_then_code_go_first(parts: list[str]) -> None:
    said = rendered("".join(parts * 4))
    kinds = [entity.type for entity in said.entities]
    links, code = 4 * parts.count("[l](https://x.example) "), 4 * parts.count("`c` ")
    assert len(kinds) <= 100
    assert kinds.count("text_link") == min(100, links)
    assert kinds.count("code") == min(100 - kinds.count("text_link"), code)
    assert said.text.count("l (x.example)") == links


@given(markdown.map(lambda source: source * 20), st.sampled_from([64, 200, 1024]))
def test_it_is_never_longer_than_it_may_be(source: str, at_most: int) -> None:
    said = rendered(source, at_most)
    assert units(said.text) <= at_most
    checked(said.text, given_to(said))


@pytest.mark.parametrize("source", ["@a1 " * 1000, "/a " * 1333, "tg:// " * 666, "- [ ] /a\n" * 400])
def test_a_full_piece_goes_out_whole_although_it_is_made_harmless(source: str) -> None:
    for piece in pieces(source, LIMITS.text):
        text = rendered(piece).text
        assert units(text) <= TEXT
        assert not text.endswith("…")


def test_what_is_a_little_too_long_loses_its_decoration_and_no_word() -> None:
    assert rendered("**@a** " * 10, 30) == Said(("＠a " * 10).strip())


def test_what_leaves_nothing_to_see_is_shown_as_it_was_written() -> None:
    assert rendered("[](https://x.example)").text.strip()
    assert rendered("[r]: https://x.example").text == "[r]: https://x.example"
    assert rendered("").text == ""


@pytest.mark.parametrize("sign", ["- ", "* ", "1. ", "> - "])
def test_lists_in_lists_without_end_are_read_in_no_time(sign: str) -> None:
    source = sign * (3900 // len(sign)) + "x"
    assert rendered(source).text.endswith("x")
    assert "\u2060" in understood(source)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=80))
def test_plain_words_stay(text: str) -> None:
    assert rendered("x" + text + "x").text == "x" + seen(text) + "x"
    assert plain("x" + text + "x") == Said("x" + seen(text) + "x")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 4000, "`" * 3999, "[a](" * 1000, "**`" * 1300, "https://" * 500, "```a" + "\n" * 3990,
        "\\[" * 2000, "\\(" * 2000, "<" * 4000, "<a" * 2000, "<div>\n" * 660, "$a$b" * 1000, "|a" * 2000,
        "\\[a\n" * 1000, "||" * 2000, "> " * 2000, "- " * 2000, "*_" * 2000, "<br>" * 1000, "@a" * 2000,
        "a." * 2000, "-." * 2000, "<a href='" * 400, "<!--" * 1000, "\\[" + "\n " * 2000,
    ],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    assert units(rendered(text).text) <= TEXT
