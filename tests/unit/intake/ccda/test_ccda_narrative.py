"""The narrative becomes clean HTML: what is known is built anew, what could harm is not there."""

import re

import pytest

from bluering.intake.ccda.narrative import section_html, text_html
from bluering.intake.ccda.parse import parse_fragment

ALLOWED = re.compile(
    r"</?(section|h[2-6]|div|p|span|strong|em|u|br|sub|sup|ul|ol|li|table|caption|thead|tbody|tfoot|tr|th|td)"
    r'( class="ccda-[a-z]+"| scope="(col|row)"| ?/| (col|row)span="\d+")*>'
)


def made(text: str) -> str:
    (element,), _ = parse_fragment(f"<text>{text}</text>".encode())
    return text_html(element)


@pytest.mark.parametrize(
    ("given", "is_"),
    [
        ("<paragraph>a &lt; b</paragraph>", "<p>a &lt; b</p>"),
        ('<content styleCode="Bold xRed">a</content>', "<strong>a</strong>"),
        (
            '<list listType="ordered"><caption>c</caption><item>i</item></list>',
            '<p class="ccda-caption">c</p><ol><li>i</li></ol>',
        ),
        (
            '<table border="1" width="100%"><caption>t</caption><colgroup><col/></colgroup><thead><tr><th>h</th></tr></thead>'
            '<tbody><tr><th>r</th><td colspan="2" align="left" ID="x">1<br/>2</td></tr></tbody></table>',
            '<table><caption>t</caption><thead><tr><th scope="col">h</th></tr></thead>'
            '<tbody><tr><th scope="row">r</th><td colspan="2">1<br/>2</td></tr></tbody></table>',
        ),
        ("10<sup>3</sup> H<sub>2</sub>O", "10<sup>3</sup> H<sub>2</sub>O"),
        ("<linkHtml href='http://x'>the page</linkHtml>", "the page"),
        (
            "<paragraph>a<list><item>b</item></list></paragraph>",
            '<div class="ccda-paragraph">a<ul><li>b</li></ul></div>',
        ),
        ("<unknown>kept</unknown>", "kept"),
    ],
)
def test_what_is_known_is_built_anew(given, is_):
    assert made(given) == is_


def test_sections_have_headings_by_depth():
    xml = "<section><title>A &amp; B</title><text>one</text><component><section><title>C</title><text>two</text></section></component></section>"
    (section,), _ = parse_fragment(xml.encode())
    inner = '<section class="ccda-section"><h3>C</h3>two</section>'
    assert section_html(section) == f'<section class="ccda-section"><h2>A &amp; B</h2>one{inner}</section>'


HOSTILE = [
    "<script>alert(1)</script>",
    "<paragraph onload='alert(1)' onclick='x'>a</paragraph>",
    "<linkHtml href='javascript:alert(1)'>a</linkHtml>",
    "<content styleCode='Bold\" onmouseover=\"alert(1)'>a</content>",
    "<td colspan='2\" onload=\"x'>a</td>",
    "<td colspan='99999999' rowspan='-1'>a</td>",
    "<style>@import url(http://x)</style>",
    "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><a href='x'>y</a></svg>",
    "<html:img xmlns:html='http://www.w3.org/1999/xhtml' src='x' onerror='alert(1)'/>",
    "<html:p xmlns:html='http://www.w3.org/1999/xhtml'><paragraph>a</paragraph></html:p>",
    "<renderMultiMedia referencedObject='javascript:alert(1)'/>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<iframe src='//x'/><object data='//x'/><img src='//x'/><a href='//x'>a</a>",
    "<paragraph style='background:url(//x)'>a</paragraph>",
]


@pytest.mark.parametrize("given", HOSTILE)
def test_nothing_but_the_short_list_comes_out(given):
    html = made(given)
    tags = re.findall(r"<[^>]*>?", html)
    assert all(ALLOWED.fullmatch(tag) for tag in tags), html
    assert "alert(1)" not in re.sub(r"&lt;.*&gt;", "", html)


def test_deep_narrative_is_shown_as_text():
    html = made("<content styleCode='Bold'>" * 200 + "deep" + "</content>" * 200)
    assert "deep" in html
    assert html.count("<strong>") < 70
