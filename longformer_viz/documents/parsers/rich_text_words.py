"""Control words of Rich Text: those that stand for a character, and those that start hidden content."""

TEXT_OF = {
    "tab": "\t", "line": "\n", "column": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
NOT_SHOWN = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "objdata", "fldinst", "nonshppict", "shprslt", "sp",
    "nonesttables", "filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl", "themedata",
    "colorschememapping", "datastore", "latentstyles", "generator", "bkmkstart", "bkmkend", "xe", "tc", "template",
    "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "atnid", "atnauthor", "atnref", "atndate",
    "nesttableprops", "pntxta", "pntxtb", "mmathPr", "do",
}  # fmt: skip
# Optional destinations, after \*, that contain visible text.
SHOWN_THOUGH_OPTIONAL = {"shppict", "shpinst", "shptxt", "moMath", "moMathPara", "listtext", "pntext"}
# Windows' numbers of character sets, which fonts refer to.
CODE_PAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161:
    "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222:
    "cp874", 238: "cp1250",
}  # fmt: skip
