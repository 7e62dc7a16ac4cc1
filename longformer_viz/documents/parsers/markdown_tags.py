"""Remove HTML tags from Markdown, except in code."""

import html
import re

# Code is matched first: tags in a fence, an indented block or a code span are text.
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??(?P=fence)[^\n]*$|(?<!`)(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)",
    re.M | re.S,
)
_NAMES = (
    "a|abbr|address|article|aside|b|bdi|bdo|big|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|"
    "details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|li|main|mark|"
    "nav|ol|p|picture|pre|q|s|samp|section|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|"
    "thead|tr|tt|u|ul|var|wbr"
)
_TAG = re.compile(rf"</?(?P<name>{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<(?P<name>script|style)\b[^<>]*>(?:(?!<(?:script|style)\b).)*?</(?P=name)\s*>",
    re.I | re.S,
)
_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}


def without_tags(text: str) -> str:
    """Return Markdown without its HTML tags, comments, scripts and styles. Code is unchanged.

    Args:
        text: The content of a Markdown file.

    Returns:
        The text; the same one if it has no HTML.
    """
    parts, place = [], 0
    for code in _CODE.finditer(text):
        parts += [_stripped(text[place : code.start()]), code[0]]
        place = code.end()
    return "".join([*parts, _stripped(text[place:])])


def _stripped(text: str) -> str:
    if "<" not in text or not (_TAG.search(text) or _UNSEEN.search(text)):
        return text
    return html.unescape(_TAG.sub(_break, _UNSEEN.sub("", text)))


def _break(tag: re.Match[str]) -> str:
    """Return a line break if a browser breaks the line at the tag and the text has none there."""
    if tag["name"].lower() == "br" or (tag["name"].lower() in _BREAKS and tag[0].startswith("</")):
        after = tag.string[tag.end() : tag.end() + 1]
        return "" if after in ("", "\n") else "\n"
    return ""
