using System.Runtime.Versioning;
using Garita.Hardening.Host;
using Garita.Hardening.Updates;
using Xunit;

namespace Garita.EndToEnd.Hardening;

/// <summary>What the checks read by themselves (an image has no programs to ask) they read as Debian's own programs do.</summary>
[SupportedOSPlatform("linux")]
public sealed class DebianAgreesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("garita-apt-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Versions_are_in_dpkgs_order()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dpkg"), "dpkg is not installed");
        var random = new Random(20260301);
        for (var round = 0; round < 400; round++)
        {
            var (one, other) = (Version(random), Version(random));
            var ours = DebianVersion.Order.Compare(one, other);
            var relation = ours < 0 ? "lt" : ours > 0 ? "gt" : "eq";
            Assert.True(Run("/usr/bin/dpkg", "--compare-versions", one, relation, other).Code == 0, $"{one} {relation} {other}");
        }
    }

    [Theory]
    [InlineData("APT::Periodic::Enable \"0\";\nAPT { Periodic { Enable \"1\"; Update-Package-Lists \"always\" ; }; };")]
    [InlineData("// APT::Periodic::Enable \"1\";\n/* APT::Periodic::Enable \"2\"; */ APT::Periodic::Enable \"3\"; # \"4\"\n# APT::Periodic::Enable \"5\";\n")]
    [InlineData("apt::periodic::enable \"1\";\n#clear APT::Periodic;\nAPT::Periodic::Unattended-Upgrade 1;\n")]
    [InlineData("Unattended-Upgrade::Origins-Pattern {\n  \"origin=Debian,label=Debian\"; // not this\n  \"origin=Debian,codename=${distro_codename}-security\";\n};\nUnattended-Upgrade::Origins-Pattern:: \"origin=x\";\n")]
    [InlineData("Unattended-Upgrade::Package-Blacklist { };\nUnattended-Upgrade::Package-Blacklist { \"a\"; };\n#clear Unattended-Upgrade::Package-Blacklist;\nUnattended-Upgrade::Package-Blacklist { \"b\"; }")]
    [InlineData("APT\n{\n\tPeriodic\n\t{\n\t\tEnable\n\t\t\"1\";\n\t}\n}\nUnattended-Upgrade::Automatic-Reboot \"true\";")]
    [InlineData("APT::Periodic::Enable \"// no comment\";\nUnattended-Upgrade::Mail \"a;b\";\n")]
    public void Settings_are_what_apt_config_says(string text)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/apt-config"), "apt is not installed");
        var parts = Directory.CreateDirectory(Path.Combine(_folder.FullName, "parts"));
        File.WriteAllText(Path.Combine(parts.FullName, "20test"), text);
        File.WriteAllText(Path.Combine(parts.FullName, "30test.bak"), "APT::Periodic::Enable \"9\";\n");
        var main = Path.Combine(_folder.FullName, "main");
        File.WriteAllText(main, $"Dir::Etc::Parts \"{parts.FullName}\";\nDir::Etc::main \"/dev/null\";\n");

        var said = Run("env", "APT_CONFIG=" + main, "/usr/bin/apt-config", "dump").Text.Split('\n').Where(static line => line.EndsWith("\";", StringComparison.Ordinal) && IsOurs(line)).Select(static line => line.Split(" \"", 2))
            .Select(static parts => (Name: parts[0].ToLowerInvariant(), Value: parts[1][..^2])).Where(static one => one.Value.Length > 0).Order().ToArray();
        var settings = AptSettings.Read(new FilesHost(("/etc/apt/apt.conf.d/20test", text), ("/etc/apt/apt.conf.d/30test.bak", "APT::Periodic::Enable \"9\";\n")).Seen);
        string[] lists = ["Unattended-Upgrade::Origins-Pattern", "Unattended-Upgrade::Package-Blacklist"];
        var ours = settings.Values.Where(static one => one.Value.Length > 0).Select(static one => (Name: one.Key.ToLowerInvariant(), one.Value))
            .Concat(lists.SelectMany(list => settings.List(list).Select(item => (Name: list.ToLowerInvariant() + "::", Value: item)))).Order().ToArray();
        Assert.Equal(said, ours);
    }

    private static bool IsOurs(string line) => line.StartsWith("APT::Periodic", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Unattended-Upgrade", StringComparison.OrdinalIgnoreCase);

    private static string Version(Random random)
    {
        const string letters = "0019ab.+~";
        string Piece(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));
        return (random.Next(4) == 0 ? $"{random.Next(2)}:" : "") + random.Next(3) + Piece(random.Next(4)) + (random.Next(2) == 0 ? "" : "-" + random.Next(2) + Piece(random.Next(3)));
    }

    private static (int Code, string Text) Run(string program, params string[] arguments) => Tool.Try("env", ["LC_ALL=C", program, .. arguments]);
}
