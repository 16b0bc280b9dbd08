using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using Garita.Harden;
using Garita.Hardening;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Repairs of a whole Debian 12 with Postfix and Dovecot.</summary>
[SupportedOSPlatform("linux")]
public sealed class HardenRepairTests : IDisposable
{
    private DebianFolder? _debian;

    public void Dispose() => _debian?.Dispose();

    private async Task<DebianFolder> DebianAsync()
    {
        Assert.SkipWhen(DebianFolder.Missing is not null, DebianFolder.Missing ?? "");
        return _debian = await DebianFolder.MakeAsync();
    }

    [Fact]
    public async Task A_Debian_is_better_after_repairs_and_as_before_after_undo()
    {
        var debian = await DebianAsync();
        var (before, wrong) = (await AuditAsync(debian), await debian.GaritaAsync("harden", "apply"));
        Assert.True(wrong.Code == 2, wrong.Text);
        // Without packages: those take minutes and a network, as bench/lynis has.
        var low = string.Join(',', await LowAsync(debian));
        var picture = await debian.PictureAsync();

        var (_, done) = await debian.GaritaAsync("harden", "apply", "--only", low, "--yes");
        TestContext.Current.SendDiagnosticMessage(done);
        Assert.DoesNotMatch("(?m)^(broken|stopped) ", done);
        Assert.Matches("(?m)^done ", done);
        var after = await AuditAsync(debian);
        TestContext.Current.SendDiagnosticMessage($"{Passed(before)} of {before.Count} checks pass before, {Passed(after)} after");
        Assert.True(Passed(after) > Passed(before), done);
        Assert.Empty(before.Where(one => string.Equals(one.Value, "pass", StringComparison.Ordinal) && after[one.Key] is "fail" or "warning").Select(static one => one.Key));

        // What is done is done: only what failed before is tried again, and fails again.
        var (_, twice) = await debian.GaritaAsync("harden", "apply", "--only", low, "--yes");
        Assert.DoesNotMatch("(?m)^done ", twice);

        var (code, undone) = await debian.GaritaAsync("harden", "undo");
        Assert.True(code == 0, undone);
        Assert.Contains(" is undone: ", undone, StringComparison.Ordinal);
        Assert.Equal(picture, await debian.PictureAsync());
        Assert.Equal(before, await AuditAsync(debian));
        var (_, nothing) = await debian.GaritaAsync("harden", "undo");
        Assert.Contains("there is nothing to undo", nothing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_in_its_middle_it_says_so_and_is_put_back()
    {
        var debian = await DebianAsync();
        var picture = await debian.PictureAsync();
        // Killed as soon as the first step is written down.
        var (_, killed) = await debian.RunAsync(["sh", "-c", """
            "$@" harden apply --all-low-risk --yes > /tmp/out 2>&1 & one=$!
            until grep -qs '"kind"' /var/lib/garita-root/harden/*/manifest.json; do kill -0 $one || { cat /tmp/out; exit 1; }; done
            kill -9 $one; wait $one; rm /tmp/out
            "$@" harden apply --all-low-risk --yes && exit 1
            "$@" harden undo
            """, "sh", .. DebianFolder.Program]);
        Assert.Contains(" was cut short: ", killed, StringComparison.Ordinal);
        Assert.Contains("put it back first: garita harden undo ", killed, StringComparison.Ordinal);
        Assert.Contains(" is undone: ", killed, StringComparison.Ordinal);
        Assert.Equal(picture, await debian.PictureAsync());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("kill -9 $one", true)]
    [InlineData("\"$@\" harden confirm --same-login", false)]
    public async Task What_can_lock_out_goes_back_unless_it_is_confirmed(string meanwhile, bool goesBack)
    {
        var debian = await DebianAsync();
        var survey = await RepairSurvey.OfAsync(debian.Root, Roles.None, "/var/lib/garita", Catalogue.All);
        // Without packages, which would need a network.
        var id = new Plan(survey.Repairs).Repairs.FirstOrDefault(static repair => repair.IsTimed && repair.Repair.Changes.All(static change => change is PutFile or SetLine or SetMode or SetUnit))?.Id;
        Assert.SkipWhen(id is null, "no check finds anything in there that is about SSH, firewall or PAM");
        var picture = await debian.PictureAsync();
        // The first process of a name space ends all others with it: the shell waits for the way back.
        var (_, text) = await debian.RunAsync(["sh", "-c", $$"""
            only=$1; shift
            "$@" harden apply --only "$only" --yes --back-after '3 s' & one=$!
            until ls /var/lib/garita-root/way-back/repairs.made > /dev/null 2>&1; do kill -0 $one || break; done
            {{meanwhile}}
            wait $one
            "$@" harden undo --list
            for second in 1 2 3 4 5 6 7 8 9 10 11 12; do "$@" harden undo --list | grep -qE 'waits|goes back|at work' || break; sleep 1; done
            "$@" harden undo --list
            """, "sh", id!, .. DebianFolder.Program]);
        Assert.Contains("waits to be confirmed", text + (goesBack ? "" : "waits to be confirmed"), StringComparison.Ordinal);
        if (goesBack)
        {
            Assert.Matches(@"(?m)^\d{8}T\d{6}Z +undone", text);
            Assert.Equal(picture, await debian.PictureAsync());
        }
        else
        {
            Assert.Contains(" stays", text, StringComparison.Ordinal);
            Assert.NotEqual(picture, await debian.PictureAsync(), StringComparer.Ordinal);
        }
    }

    /// <summary>The process that waits is killed, or all are and the machine starts again: told by whoever looks, nothing new is begun, and it goes back.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("sed -i 's/\"boot\": \"[^\"]*\"/\"boot\": \"an earlier one\"/' /var/lib/garita-root/way-back/repairs.armed")]
    public async Task Whose_process_was_killed_or_whose_machine_was_restarted_is_told_and_goes_back(string restart)
    {
        var debian = await DebianAsync();
        var survey = await RepairSurvey.OfAsync(debian.Root, Roles.None, "/var/lib/garita", Catalogue.All);
        var id = new Plan(survey.Repairs).Repairs.FirstOrDefault(static repair => repair.IsTimed && repair.Repair.Changes.All(static change => change is PutFile or SetLine or SetMode or SetUnit))?.Id;
        Assert.SkipWhen(id is null, "no check finds anything in there that is about SSH, firewall or PAM");
        var picture = await debian.PictureAsync();
        var (_, text) = await debian.RunAsync(["sh", "-c", $$"""
            only=$1; shift
            "$@" harden apply --only "$only" --yes --back-after '5 min' > /dev/null
            kill -9 $(pgrep -f 'way-back repairs --folder') || exit 1
            {{restart}}
            "$@" harden undo --list
            "$@" harden audit --only ctrl-alt-del 2>&1 > /dev/null
            "$@" harden apply --only "$only" --yes && exit 1
            {{(restart.Length == 0 ? "\"$@\" harden undo" : "\"$@\" way-back --boot --folder /var/lib/garita-root/way-back; echo once more:; \"$@\" way-back --boot --folder /var/lib/garita-root/way-back")}}
            "$@" harden undo --list
            """, "sh", id!, .. DebianFolder.Program]);
        Assert.Matches(@"(?m)^\d{8}T\d{6}Z +not confirmed, and nobody puts it back", text);
        Assert.Equal(3, Regex.Count(text, restart.Length == 0 ? "the process that would have put it back was killed" : "the host was restarted before anybody confirmed", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Matches(@"(?m)^\d{8}T\d{6}Z +undone", text);
        Assert.Equal(picture, await debian.PictureAsync());
        if (restart.Length > 0)
            Assert.Matches("(?m)^not confirmed before the restart, so put back: repairs of SSH, firewall or PAM \\(.*\\)\nonce more:\nrun ", text);
    }

    /// <summary>What bench/lynis runs; it reads the lines.</summary>
    [Fact]
    public async Task The_hardening_index_of_Lynis_rises()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GARITA_LONG") is "1", "takes minutes: GARITA_LONG=1");
        var debian = await DebianAsync();
        await FetchPackagesAsync(debian);
        var (audit, index) = (await AuditAsync(debian), await LynisAsync(debian));
        var (_, done) = await debian.GaritaAsync("harden", "apply", "--all-low-risk", "--yes");
        var (auditAfter, indexAfter) = (await AuditAsync(debian), await LynisAsync(debian));
        Console.WriteLine($"lynis hardening index: {index} before, {indexAfter} after");
        Console.WriteLine($"garita checks passed: {Passed(audit)} before, {Passed(auditAfter)} after, of {audit.Count}");
        Assert.True(indexAfter > index, $"{index} -> {indexAfter}\n{done}");
    }

    private static async Task<int> LynisAsync(DebianFolder debian)
    {
        var (_, text) = await debian.RunAsync("lynis", "audit", "system", "--quick", "--no-colors", "--no-log");
        var match = Regex.Match(text, @"Hardening index : (?<index>\d+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(match.Success, text);
        return int.Parse(match.Groups["index"].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    internal static async Task<string[]> LowAsync(DebianFolder debian)
    {
        // Rules for the kernel's audit cannot be loaded in a name space.
        var survey = await RepairSurvey.OfAsync(debian.Root, Roles.None, "/var/lib/garita", [.. Catalogue.All.Where(static check => check.Measure != Measure.Logging)]);
        return [.. new Plan(survey.Repairs.Where(static repair => repair.Repair.Risk == Risk.Low && !repair.IsTimed && repair.Repair.Changes.All(static change => change is PutFile or SetLine or SetMode or SetUnit))).Repairs.Select(static repair => repair.Id)];
    }

    internal static async Task FetchPackagesAsync(DebianFolder debian)
    {
        var (_, plan) = await debian.GaritaAsync("harden", "plan");
        var names = Regex.Matches(plan, "(?m)^apt-get install .* -- (?<names>.+)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).SelectMany(static match => match.Groups["names"].Value.Split(' ')).Select(static name => name.Trim('\'')).ToArray();
        if (names.Length > 0)
            await debian.DownloadAsync(names);
    }

    internal static async Task<SortedDictionary<string, string>> AuditAsync(DebianFolder debian)
    {
        var (_, text) = await debian.GaritaAsync("harden", "audit", "--json");
        using var json = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..(text.LastIndexOf('}') + 1)]);
        return new(json.RootElement.GetProperty("results").EnumerateArray().ToDictionary(static one => one.GetProperty("id").GetString()!, static one => one.GetProperty("result").GetString()!, StringComparer.Ordinal), StringComparer.Ordinal);
    }

    internal static int Passed(SortedDictionary<string, string> audit) => audit.Values.Count(static result => result is "pass");
}
