using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Hardening.Gateway;
using Garita.Testing;

namespace Garita.Hardening.Tests.Gateway;

internal static class GatewayCases
{
    private const string Toml = "/etc/garita/garita.toml";

    /// <summary>As the package has it, in short.</summary>
    public const string Unit = """
        [Unit]
        Description=Garita
        [Service]
        ExecStart=/usr/lib/garita/garita serve --config /etc/garita/garita.toml
        ExecReload=/bin/kill -HUP $MAINPID
        User=garita
        AmbientCapabilities=
        CapabilityBoundingSet=
        NoNewPrivileges=yes
        MemoryDenyWriteExecute=yes
        PrivateTmp=yes
        PrivateDevices=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHome=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        ProtectSystem=strict
        LockPersonality=yes
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged @resources

        """;

    private const string Warden = "[Service]\nUser=garita-warden\nAmbientCapabilities=CAP_NET_ADMIN\nCapabilityBoundingSet=CAP_NET_ADMIN\nNoNewPrivileges=yes\nRestrictAddressFamilies=AF_UNIX AF_NETLINK\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new GatewaySettingsRights(), static root => Set(root, ""), static root => root.Folder("/etc/garita").File(Toml, "", 0x1B4 /* 0664 */)),
        new(new GatewaySecretRights(), static root => Key(root, 0x1A0 /* 0640 */), static root => Key(root, 0x1A4 /* 0644 */)),
        new(new GatewayDataRights(), static root => Set(root, "").Folder("/var/lib/garita", 0x1E8 /* 0750 */, 990), static root => Set(root, "").Folder("/var/lib/garita", 0x1ED /* 0755 */, 990)),
        new(new GatewayControlSocket(), static root => Set(root, "").File("/var/lib/garita/control.sock", "", 0x1B0 /* 0660 */), static root => Set(root, "").File("/var/lib/garita/control.sock", "", 0x1B6 /* 0666 */)),
        new(new GatewayWardenSocket(), static root => root.Folder("/run/garita-warden", 0x1E8).File("/run/garita-warden/warden.sock", "", 0x1B0), static root => root.Folder("/run/garita-warden", 0x1ED).File("/run/garita-warden/warden.sock", "", 0x1B6)),
        new(new GatewayProgramRights(), static root => root.Folder("/usr/lib/garita").File("/usr/lib/garita/garita", "", 0x1ED), static root => root.Folder("/usr/lib/garita").File("/usr/lib/garita/garita", "", 0x1ED, 990)),
        OfUnit(new GatewayUnitUser(), "User=root"),
        OfUnit(new GatewayUnitPrivileges(), "CapabilityBoundingSet=CAP_NET_ADMIN"),
        OfUnit(new GatewayUnitMemory(), "MemoryDenyWriteExecute=no"),
        OfUnit(new GatewayUnitSandbox(), "ProtectSystem=full"),
        new(new GatewayWardenUnit(), static root => root.File("/lib/systemd/system/garita-warden.service", Warden),
            static root => root.File("/lib/systemd/system/garita-warden.service", Warden).File("/etc/systemd/system/garita-warden.service.d/more.conf", "[Service]\nCapabilityBoundingSet=CAP_SYS_ADMIN\n")),
        Of(new GatewayRules(), "[rules]\nfcrdns = \"off\"\n", "[rules]\nrelay = \"off\"\n"),
        Of(new GatewayBackendTls(), Backend("10.1.2.3:25", "opportunistic"), Backend("198.51.100.7:25", "opportunistic")),
        Of(new GatewayTrustedNetworks(), "[networks]\ntrusted = [\"198.51.100.0/24\"]\n", "[networks]\ntrusted = [\"0.0.0.0/0\"]\n"),
        Of(new GatewayNeverBan(), "[networks]\nadministrators = \"192.0.2.7\"\n", "[networks]\nnever_ban = [\"198.0.0.0/8\"]\n"),
        Of(new GatewayBans(), "[bans]\nper_minute = 10\n", "[bans]\nenabled = false\n"),
        new(new GatewayCertificate(), static root => Certificate(root, 90), static root => Certificate(root, 5)),
        Of(new GatewayAdminEndpoint(), "[admin]\nbind = \"[::1]:8025\"\n", "[admin]\nbind = \"0.0.0.0:8025\"\n"),
        new(new GatewayWall(), static root => root.Says("nft list tables", "table ip filter\ntable inet garita\n").Says("nft -t list table inet garita", "table inet garita {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n"),
            static root => root.Says("nft list tables", "table inet filter\n")),
        Of(new GatewayDirectoryTls(), Directory("127.0.0.1"), Directory("ldap.example.com")),
        Of(new GatewayEngines(), "[engines.clamav]\naddress = \"unix:/run/clamd\"\n", "[engines.clamav]\naddress = \"198.51.100.7:3310\"\n"),
        Of(new GatewayAlarms(), "[alarms]\nwebhook = \"https://alarms.example.com/\"\n", ""),
        Of(new GatewayLedger(), "", "[ledger]\nkeep = \"24 h\"\n"),
        Of(new GatewayExceptions(), "[[exception]]\nclient = \"192.0.2.1\"\nrules = [\"fcrdns\"]\nuntil = 2027-01-01\ncomment = \"ticket 1\"\n", "[[exception]]\nclient = \"192.0.2.1\"\nrules = [\"fcrdns\"]\n"),
        Of(new GatewayRecipients(), "[[tenant]]\nname = \"acme\"\n[tenant.recipients]\nsource = \"file\"\n", "[[tenant]]\nname = \"acme\"\n"),
    ];

    public static PreparedRoot Set(PreparedRoot root, string settings) => root.Folder("/etc/garita").File(Toml, "hostname = \"mx.example.com\"\n" + settings, 0x1A0);

    private static CheckCase Of(Check check, string good, string bad) => new(check, root => Set(root, good), root => Set(root, bad));

    private static CheckCase OfUnit(Check check, string dropIn) => new(
        check,
        static root => root.File("/lib/systemd/system/garita.service", Unit),
        root => root.File("/lib/systemd/system/garita.service", Unit).File("/etc/systemd/system/garita.service.d/override.conf", $"[Service]\n{dropIn}\n"));

    private static string Backend(string server, string tls) => $"[[tenant]]\nname = \"acme\"\n[tenant.backends]\nsmtp = [\"{server}\"]\ntls = \"{tls}\"\n";

    private static string Directory(string server) => $"[[tenant]]\nname = \"acme\"\n[tenant.recipients]\nsource = \"ldap\"\n[tenant.recipients.ldap]\nservers = \"{server}\"\ntls = \"none\"\n";

    private static void Key(PreparedRoot root, int mode) => Set(root, "[[certificate]]\ncertificate = \"tls/chain.pem\"\nkey = \"tls/key.pem\"\n").File("/etc/garita/tls/key.pem", "", mode);

    internal static PreparedRoot Certificate(PreparedRoot root, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = new ManualTime().GetUtcNow();
        using var certificate = new CertificateRequest("CN=mx.example.com", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-30), now.AddDays(days).AddHours(1));
        return Set(root, "[[certificate]]\ncertificate = \"chain.pem\"\nkey = \"key.pem\"\n").File("/etc/garita/chain.pem", certificate.ExportCertificatePem());
    }
}
