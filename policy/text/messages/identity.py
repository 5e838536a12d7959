"""LNK937–LNK940, LNK945–LNK950, LNK969, LNK970, LNK990–LNK993: who calls, and over what."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK937",
        zh="读不到签发者的公钥",
        en="the public keys of the issuer cannot be read",
        help_zh="检查调用者文件中 issuers 的 keys：文件或 https 地址，内容为 JWKS（RFC 7517）。",
        help_en="Check `keys` of the issuer in the file of callers: file or https address of a JWKS.",
    ),
    Entry(
        "LNK938",
        zh="API 密钥文件不能用",
        en="the file of API keys cannot be used",
        help_zh="检查路径和权限；该文件只由 linkage keys 改动。",
        help_en="Check its path and permissions; only `linkage keys` changes it.",
    ),
    Entry(
        "LNK939",
        zh="没有{what}“{name}”",
        en="there is no {what} “{name}”",
        help_zh="调用者写在 identity.callers 的文件里；linkage keys list 列出密钥。",
        help_en="Callers stand in the file of identity.callers; `linkage keys list` lists the keys.",
    ),
    Entry(
        "LNK940",
        zh="私钥文件可被他人读取",
        en="others can read the file of the private key",
        help_zh="把它的权限改为 0600。",
        help_en="Set its mode to 0600.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK945",
        zh="别的机器可以连到 {address}，但没有同时设置 TLS 和调用者，因此不启动",
        en="others can reach {address}, and TLS and callers are not both set: the service does not start",
        help_zh="设置 tls.certificate、tls.key 和 identity.callers（见 docs/security.md），或只在本机监听；"
        "一定要这样运行，就写明 insecure: true。",
        help_en="Set tls.certificate, tls.key and identity.callers (docs/security.md), or listen on the "
        "loopback interface; to run it like this all the same, say `insecure: true`.",
    ),
    Entry(
        "LNK946",
        zh="服务器证书，或签发它的证书，即将到期（{end}）",
        en="the server's certificate, or one that leads to its authority, expires soon ({end})",
        help_zh="换上新的证书和私钥；服务不必重启。",
        help_en="Replace certificate and key; the service need not be restarted.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK947",
        zh="TLS 的文件不能用",
        en="a file of TLS cannot be used",
        help_zh="检查路径和权限；须为 PEM，证书与私钥相配，私钥没有口令。",
        help_en="Check path and permissions; PEM, the key belongs to the certificate and has no passphrase.",
    ),
    Entry(
        "LNK948",
        zh="“{name}”已经属于“{other}”",
        en="“{name}” already belongs to “{other}”",
        help_zh="一张证书、一种令牌只能属于一个调用者，一个签发者只写一次。",
        help_en="A certificate or token can belong to one caller only; an issuer stands here once.",
    ),
    Entry(
        "LNK949",
        zh="角色“{role}”与 bodies 不合：部门必须写明代表哪些单位，其他角色不写",
        en="role “{role}” and `bodies` do not go together: a department names its bodies, no other role does",
        help_zh="例：{{role: department, districts: [liwan], bodies: [public_security]}}。",
        help_en="For example {{role: department, districts: [liwan], bodies: [public_security]}}.",
    ),
    Entry(
        "LNK950",
        zh="服务器证书，或签发它的证书，还没有生效，或已经到期",
        en="the server's certificate, or one that leads to its authority, is not valid yet, or no longer",
        help_zh="换上有效的证书和私钥，并检查本机的时钟。",
        help_en="Replace certificate and key, and check this machine's clock.",
    ),
    Entry(
        "LNK969",
        zh="调用者或密钥的文件可被他人改动",
        en="others can change a file that says who callers are",
        help_zh="去掉组和其他用户的写权限。",
        help_en="Take away the write permission of group and others.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK970",
        zh="已有文件 {path}",
        en="the file {path} is already there",
        help_zh="不会覆盖；删除它，或用 --out 另选文件夹。",
        help_en="It is not overwritten: remove it, or choose another folder with --out.",
    ),
    Entry(
        "LNK990",
        zh="调用者“{caller}”的权限写了不存在的地区或单位“{name}”，等于没有",
        en="a right of the caller “{caller}” names “{name}”, no district or body there is: it grants nothing",
        help_zh="检查调用者文件中的 districts 和 bodies。",
        help_en="Check districts and bodies in the file of callers.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK991",
        zh="有 {path}，却没有与它成对的 {other}",
        en="{path} is there, and {other}, which belongs to it, is not",
        help_zh="把缺的文件放回去；找不回来就移走另一个，重新生成。",
        help_en="Put it back; where it is lost, move the other one away and have both made anew.",
    ),
    Entry(
        "LNK992",
        zh="证书机构的证书不在有效期内（到 {end} 为止），由它签发的都不会被接受",
        en="the authority's certificate is not valid now (it ends on {end}): nothing it issued is accepted",
        help_zh="开发用的：linkage certs --renew-authority，再把新的 ca.pem 交给各客户端；"
        "其他的：向证书机构索取新的证书，并检查本机的时钟。",
        help_en="For development: `linkage certs --renew-authority`, then give clients the new ca.pem; "
        "else get a new one from your authority, and check this machine's clock.",
    ),
    Entry(
        "LNK993",
        zh="证书机构的证书即将到期（{end}）",
        en="the certificate of the authority expires soon ({end})",
        help_zh="开发用的：linkage certs --renew-authority，再把新的 ca.pem 交给各客户端；其他的：换上新的。",
        help_en="For development: `linkage certs --renew-authority`, then give clients the new ca.pem; "
        "else replace it.",
        severity=Severity.WARNING,
    ),
)
