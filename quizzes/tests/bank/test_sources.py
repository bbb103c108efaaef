"""What becomes of a question's sources: links to look up, and what it was run with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank.sources import linked, runs, works

REL = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("He et al. 2016, section 4.2", "He et al. 2016, section 4.2"),
        (
            "He et al. 2016, arXiv:1512.03385, section 4.2",
            f'He et al. 2016, <a href="https://arxiv.org/abs/1512.03385" {REL}>arXiv:1512.03385</a>, section 4.2',
        ),
        ("arXiv:1706.02677v2", f'<a href="https://arxiv.org/abs/1706.02677v2" {REL}>arXiv:1706.02677v2</a>'),
        (
            "arXiv:cond-mat/0408370.",
            f'<a href="https://arxiv.org/abs/cond-mat/0408370" {REL}>arXiv:cond-mat/0408370</a>.',
        ),
        (
            "The guide (https://example.org/a_(b)?x=1&y=2).",
            (
                f'The guide (<a href="https://example.org/a_(b)?x=1&amp;y=2" {REL}>'
                "https://example.org/a_(b)?x=1&amp;y=2</a>)."
            ),
        ),
        ("http://example.org/ and ftp://example.org/", "http://example.org/ and ftp://example.org/"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("<b>https://</b>", "&lt;b&gt;https://&lt;/b&gt;"),
        (
            'https://example.org/"onclick="x',
            f'<a href="https://example.org/" {REL}>https://example.org/</a>&quot;onclick=&quot;x',
        ),
        ("arXiv:17.2", "arXiv:17.2"),
    ],
)
def test_a_source_links_what_can_be_looked_up(source: str, html: str) -> None:
    assert linked(source) == html


@given(st.text(alphabet="arXiv:1234.5678/https://()<>\"'&;., \n"))
def test_whatever_a_source_says_it_opens_no_tag_but_links(source: str) -> None:
    html = linked(source)
    assert html.count("<") == html.count('<a href="https://') + html.count("</a>")


def test_what_was_run_is_no_source() -> None:
    sources = ["PyTorch documentation: BCELoss", "run with PyTorch 2.13", "Running with scissors"]
    assert works(sources) == ["PyTorch documentation: BCELoss", "Running with scissors"]
    assert runs(sources) == ["PyTorch 2.13"]
