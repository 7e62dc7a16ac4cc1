"""The number of a clause or a note in the format its document sets: 3, iii, C, third."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def formatted(number: int, number_format: str) -> str:
    """Write a number in one of Word's number formats.

    Args:
        number: The number.
        number_format: Word's name of the format. An unknown one counts as decimal.

    Returns:
        The number as text.
    """
    match number_format:
        case "none":
            return ""
        case "decimalZero":
            return f"{number:02d}"
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case "lowerLetter":
            return letter(number)
        case "upperLetter":
            return letter(number).upper()
        case "ordinal":
            return ordinal(number)
        case "cardinalText":
            return cardinal_words(number).capitalize()
        case "ordinalText":
            return ordinal_words(number).capitalize()
    return str(number)


def roman(number: int) -> str:
    """Write a `number` in lower-case Roman numerals, or in decimals below 1 and above 3,999."""
    if not 0 < number < 4000:
        return str(number)
    digits = []
    for value, symbol in _ROMAN:
        count, number = divmod(number, value)
        digits.append(symbol * count)
    return "".join(digits)


def letter(number: int) -> str:
    """Write a `number` as Word counts in letters: a to z, then aa, bb, and so on to zz, then aaa."""
    if not 0 < number <= 780:
        return str(number)
    repeats, index = divmod(number - 1, 26)
    return chr(ord("a") + index) * (repeats + 1)


def ordinal(number: int) -> str:
    """Write a `number` as 1st, 2nd, 3rd and so on."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def cardinal_words(number: int) -> str:
    """Write a `number` from 0 to 99 as a word, and any other in decimals."""
    if not 0 <= number <= 99:
        return str(number)
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def ordinal_words(number: int) -> str:
    """Write a `number` from 0 to 99 as first, second and so on, and any other as `ordinal` does."""
    if not 0 <= number <= 99:
        return ordinal(number)
    head, hyphen, last = cardinal_words(number).rpartition("-")
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return head + hyphen + _IRREGULAR.get(last, regular)
