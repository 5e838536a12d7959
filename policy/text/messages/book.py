"""LNK481 to LNK485: a pack as a book: where it is written, what it is printed with, what was measured."""

from __future__ import annotations

from policy.text.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK481",
        zh="说明书写不成这种文件：“{found}”",
        en="a report is not written as such a file: “{found}”",
        help_zh="文件名以 .html（浏览器看）、.pdf（打印、签署）或 .docx（Word 里改）结尾。",
        help_en="End the name with .html (for a browser), .pdf (to print and sign) or .docx (to edit in "
        "Word).",
    ),
    Entry(
        "LNK482",
        zh="缺少写 PDF 用的系统库：{reason}",
        en="a library of the system that PDFs are written with is missing: {reason}",
        help_zh="安装 Pango（Debian、Ubuntu：libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0；"
        "macOS：brew install pango；Windows：MSYS2 的 pango），或者写成 .html，在浏览器里打印为 PDF。",
        help_en="Install Pango (Debian, Ubuntu: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: "
        "brew install pango; Windows: pango of MSYS2), or write .html and print it as a PDF from a browser.",
    ),
    Entry(
        "LNK483",
        zh="这台机器上没有能写出全部文字的字体，PDF 里会是空白方框，没有写",
        en="no font of this machine has all the signs of the text, which would be boxes: no PDF was written",
        help_zh="安装一种中文字体（Debian、Ubuntu：fonts-noto-cjk），或者写成 .html，"
        "在有中文字体的机器上用浏览器打印为 PDF。",
        help_en="Install a Chinese font (Debian, Ubuntu: fonts-noto-cjk), or write .html and print it as a "
        "PDF from the browser of a machine that has one.",
    ),
    Entry(
        "LNK484",
        zh="{path} 不是改动测试的结果",
        en="{path} is no result of a mutation test",
        help_zh="这样得到结果：linkage test --mutate 地区 --format json > 文件.json",
        help_en="This makes one: linkage test --mutate DISTRICT --format json > FILE.json",
    ),
    Entry(
        "LNK485",
        zh="{path} 里没有 {district} 的结果，只有：{found}",
        en="{path} has no result of {district}, only of: {found}",
        help_zh="对要写说明书的地区运行 linkage test --mutate。",
        help_en="Run linkage test --mutate for the district that the report is of.",
    ),
)
