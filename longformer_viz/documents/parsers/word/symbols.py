"""Characters that Word stores as a code of a symbol font."""

# Adobe's Symbol encoding, from 0x20 and from 0xA0.
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
_SYMBOL = {0x20 + place: character for place, character in enumerate(_SYMBOL_LOW)} | {
    0xA0 + place: character for place, character in enumerate(_SYMBOL_HIGH)
}
_WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖",
    0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔",
    0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0xA3: "☐"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def symbol(font: str, code: str) -> str | None:
    """Return the character of a code in a font.

    Args:
        font: The font's name.
        code: The code in hexadecimal digits. Word adds 0xF000 to codes of symbol fonts.

    Returns:
        The character, or None if the font's table is unknown.
    """
    try:
        place = int(code, 16)
    except ValueError:
        return None
    table = _FONTS.get(font.casefold())
    if table is not None:
        return table.get(place & 0xFF)
    is_private_use = 0xE000 <= place <= 0xF8FF
    return None if is_private_use or not 0x20 <= place <= 0x10FFFF else chr(place)
