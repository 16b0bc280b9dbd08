using System.CommandLine;
using System.Text.Json;
using Garita.Hardening;
using Garita.Hardening.Attest;
using Xunit;

namespace Garita.Tests.Harden;

/// <summary>The verbs on a data folder and a root of the test's own.</summary>
public sealed class HardenCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-harden-").FullName;
    private readonly string _root;
    private readonly string _data;
    private readonly string _settings;

    public HardenCommandTests()
    {
        _root = Path.Combine(_folder, "root");
        _data = Path.Combine(_folder, "data");
        _settings = Path.Combine(_folder, "garita.toml");
        Directory.CreateDirectory(Path.Combine(_root, "etc/systemd/system"));
        Directory.CreateDirectory(Path.Combine(_root, "usr/lib/systemd/system"));
        Directory.CreateDirectory(_data);
        File.WriteAllText(Path.Combine(_root, "etc/hostname"), "image.example.com\n");
        File.WriteAllText(Path.Combine(_root, "usr/lib/systemd/system/ctrl-alt-del.target"), "[Unit]\n");
        File.WriteAllText(_settings, """
            hostname = "mx.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            bind = "127.0.0.1:2525"
            [[tenant]]
            name = "acme"
            domains = "example.com"
            [tenant.backends]
            smtp = "127.0.0.1:2526"
            """);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_image_is_audited_and_what_changed_is_told()
    {
        var (code, text, _) = await AuditAsync("--only", "ctrl-alt-del");
        Assert.Equal(1, code);
        Assert.Contains("Audit of image.example.com in " + _root, text, StringComparison.Ordinal);
        Assert.Contains("FAIL            ctrl-alt-del: ", text, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_data, "ledger.db")), "a part of an audit is nothing to compare with");

        (_, text, _) = await AuditAsync();
        Assert.DoesNotContain("Changed since", text, StringComparison.Ordinal);
        File.CreateSymbolicLink(Path.Combine(_root, "etc/systemd/system/ctrl-alt-del.target"), "/dev/null");
        (code, text, _) = await AuditAsync("--only", "ctrl-alt-del");
        Assert.Equal(0, code);
        Assert.Contains("better  ctrl-alt-del: fail -> pass", text, StringComparison.Ordinal);
        (_, text, _) = await AuditAsync();
        Assert.Contains("better  ctrl-alt-del: fail -> pass", text, StringComparison.Ordinal);
        (_, text, _) = await AuditAsync();
        Assert.Contains("Changed since", text, StringComparison.Ordinal);
        Assert.Contains(": nothing\n", text, StringComparison.Ordinal);
        // As another mail server it is another audit.
        Assert.DoesNotContain("Changed since", (await AuditAsync("--role", "exim")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measures_roles_and_forms_are_chosen()
    {
        var (_, json, _) = await AuditAsync("--json", "--role", "postfix", "dovecot", "--measure", "1", "--measure", "6");
        var report = JsonDocument.Parse(json).RootElement;
        Assert.Equal(["postfix", "dovecot"], report.GetProperty("roles").EnumerateArray().Select(static role => role.GetString()!).ToArray());
        Assert.Equal(_root, report.GetProperty("root").GetString());
        var asked = report.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("id").GetString()!).ToArray();
        Assert.Equal(Catalogue.All.Count(static check => check.Measure is Measure.Physical or Measure.Accounts), asked.Length);
        Assert.Contains("ctrl-alt-del", asked, StringComparer.Ordinal);

        var page = Path.Combine(_folder, "audit.html");
        File.WriteAllText(page, "the last one");
        var (_, printed, _) = await AuditAsync("--html", "--output", page);
        Assert.Equal("", printed);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(page));
        Assert.Equal(["audit.html", "data", "garita.toml", "root"], Directory.GetFileSystemEntries(_folder).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray());
        var (code, _, error) = await AuditAsync("--only", "ctrl-alt-del", "--output", Path.Combine(_folder, "no", "file"));
        Assert.Equal(1, code);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("audit --measure 7", "1 to 6")]
    [InlineData("audit --role exchange", "gateway, postfix, exim")]
    [InlineData("audit --only no-such-check", "garita harden checks lists them")]
    [InlineData("audit --json --html", "expected one of them")]
    [InlineData("audit --root /no/such/folder", "no folder")]
    [InlineData("audit --config /nowhere/garita.toml", "cannot be read")]
    [InlineData("attest sign locked-room", "--by")]
    [InlineData("attest sign locked-doom --by Anna", "expected one of: firmware-password")]
    [InlineData("attest sign locked-room --by \t", "expected a name")]
    public async Task Wrong_usage_says_what_was_expected(string line, string expected)
    {
        var (code, text, error) = await RunAsync(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(expected, text + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_used_does_not_stop_an_audit()
    {
        Directory.CreateDirectory(Path.Combine(_data, "ledger.db"));
        var (code, text, error) = await AuditAsync();
        Assert.Equal(1, code);
        Assert.Contains("All measures", text, StringComparison.Ordinal);
        Assert.Contains("note: this audit is not kept", error, StringComparison.Ordinal);
        Directory.Delete(_data, recursive: true);
        Assert.Contains("does not exist", (await AuditAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statements_are_signed_seen_by_the_audit_and_taken_back()
    {
        string[] audit = ["audit", "--only", "attest-locked-room", "--config", _settings];
        Assert.Contains("nobody signed it", (await RunAsync(audit)).Text, StringComparison.Ordinal);
        var (code, text, _) = await RunAsync("attest", "sign", "attest-locked-room", "--by", "Anna \"Ana\" Ruiz", "--note", "rack 12", "--config", _settings);
        Assert.Equal(0, code);
        Assert.Contains("locked-room is signed by Anna", text, StringComparison.Ordinal);
        (code, text, _) = await RunAsync(audit);
        Assert.True(code == 0, text);
        Assert.Contains("pass            attest-locked-room", text, StringComparison.Ordinal);
        var (_, json, _) = await RunAsync("attest", "list", "--json", "--config", _settings);
        var views = JsonDocument.Parse(json).RootElement.EnumerateArray().ToArray();
        Assert.Equal(AttestItem.All.Count, views.Length);
        var signed = Assert.Single(views, static view => view.TryGetProperty("by", out _));
        Assert.Equal(("locked-room", "pass", "Anna \"Ana\" Ruiz", "rack 12"), (signed.GetProperty("id").GetString(), signed.GetProperty("result").GetString(), signed.GetProperty("by").GetString(), signed.GetProperty("note").GetString()));

        Assert.Equal(0, (await RunAsync("attest", "revoke", "locked-room", "--config", _settings)).Code);
        Assert.Equal(1, (await RunAsync("attest", "revoke", "locked-room", "--config", _settings)).Code);
        Assert.Equal(1, (await RunAsync(audit)).Code);
        Assert.True(File.Exists(Path.Combine(_data, "ledger.db")), "acts are kept");

        File.WriteAllText(Path.Combine(_data, "attest.toml"), "nonsense");
        Assert.Contains("unknown", (await RunAsync(audit)).Text, StringComparison.Ordinal);
        var (broken, _, error) = await RunAsync("attest", "sign", "locked-room", "--by", "Bob", "--config", _settings);
        Assert.Equal(1, broken);
        Assert.Contains("attest.toml:1", error, StringComparison.Ordinal);
        Assert.Equal("nonsense", File.ReadAllText(Path.Combine(_data, "attest.toml")));
    }

    [Fact]
    public async Task The_catalogue_is_listed()
    {
        var (code, text, _) = await RunAsync("checks");
        Assert.Equal(0, code);
        Assert.Equal(Catalogue.All.Count + 1, text.TrimEnd().Split('\n').Length);
        var (_, json, _) = await RunAsync("checks", "--json");
        Assert.Equal(Catalogue.All.Count, JsonDocument.Parse(json).RootElement.GetArrayLength());
    }

    private Task<(int Code, string Text, string Error)> AuditAsync(params string[] more) => RunAsync(["audit", "--root", _root, .. more, "--config", _settings]);

    private static Task<(int Code, string Text, string Error)> RunAsync(params string[] arguments) => GaritaCommand.RunApartAsync(["harden", .. arguments]);
}
