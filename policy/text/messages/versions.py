"""LNK6xx: versions of a pack, and the set of all packs."""

from __future__ import annotations

from policy.text.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK601",
        zh="没有词汇表 vocabulary.yaml",
        en="there is no vocabulary.yaml",
        help_zh="规则文件夹的第一层要有 vocabulary.yaml；检查 --rules 指向的文件夹。",
        help_en="The rules folder itself holds vocabulary.yaml; check the folder given with --rules.",
    ),
    Entry(
        "LNK602",
        zh="没有任何规则包",
        en="there is no pack",
        help_zh="每个规则包是一个含 pack.yaml 的文件夹；检查 --rules 指向的文件夹。",
        help_en="A pack is a folder with a pack.yaml; check the folder given with --rules.",
    ),
    Entry(
        "LNK603",
        zh="{district} 的版本“{version}”有两个，另一个在 {other}",
        en="{district} has two versions “{version}”; the other stands at {other}",
        help_zh="每个版本用不同的 version，例如发文日期。",
        help_en="Give each a version of its own, such as its date of issue.",
    ),
    Entry(
        "LNK604",
        zh="{district} 的版本“{version}”与“{other_version}”（{other}）在 {day} 同时有效",
        en="versions “{version}” and “{other_version}” ({other}) of {district} are both in force on {day}",
        help_zh="给较早的版本写上 effective.to（最后一个有效日）。",
        help_en="Give the earlier one its effective.to, the last day in force.",
    ),
    Entry(
        "LNK605",
        zh="此文件不属于任何规则包",
        en="the file belongs to no pack",
        help_zh="移到含 pack.yaml 的文件夹里；否则不会被读取。",
        help_en="Move it into a folder with a pack.yaml: it would not be read here.",
    ),
    Entry(
        "LNK606",
        zh="规则文件夹不存在或不是文件夹",
        en="the rules folder does not exist or is no folder",
        help_zh="检查 --rules 或环境变量 LINKAGE_RULES；还没有规则时，"
        "linkage init-rules 复制一份随本版本提供的规则包。",
        help_en="Check --rules or the environment variable LINKAGE_RULES; where you have no rules yet, "
        "linkage init-rules copies the packs that come with this release.",
    ),
    Entry(
        "LNK607",
        zh="规则文件过多（上限 {limit} 个）",
        en="there are too many rule files (the limit is {limit})",
        help_zh="合并小文件，或把不属于规则的文件移出此文件夹。",
        help_en="Join small files, or move what is not rules out of the folder.",
    ),
    Entry(
        "LNK620",
        zh="{district} 没有版本“{name}”",
        en="{district} has no version “{name}”",
        help_zh="现有版本：{allowed}。",
        help_en="Its versions are: {allowed}.",
    ),
)
