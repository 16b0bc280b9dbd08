using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Garita.Gateway.Ledger;
using Garita.Harden;
using Garita.Hardening;
using Garita.Hardening.Audits;
using Garita.Hardening.Host;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita harden audit</c>: asks the checks, tells what they say and what changed, and keeps it in the ledger.</summary>
internal static class HardenAuditCommand
{
    private static readonly JsonSerializerOptions Indented = new(AuditJson.Default.Options) { WriteIndented = true };

    public static Verb Create()
    {
        var measure = new Option<int[]>("--measure") { Description = "Only these measures, 1 to 6", HelpName = "N", AllowMultipleArgumentsPerToken = true };
        var role = new Option<string[]>("--role") { Description = $"What the host does: {string.Join(", ", Words.RoleNames.Select(static known => known.Name))} [default: what is installed]", HelpName = "ROLE", AllowMultipleArgumentsPerToken = true };
        var root = new Option<string>("--root") { Description = "A file system below a folder instead of this host: an image, a mounted disk", HelpName = "DIR", DefaultValueFactory = static _ => "/" };
        var only = new Option<string[]>("--only") { Description = "Only these checks", HelpName = "ID", AllowMultipleArgumentsPerToken = true };
        var json = CommandLine.Json();
        var html = new Option<bool>("--html") { Description = "Print one page of HTML" };
        var output = new Option<string?>("--output") { Description = "Write to this file, for its owner alone, instead of printing", HelpName = "FILE" };
        measure.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int[]>()?.Any(static number => number is < 1 or > 6) is true)
                result.AddError("--measure: expected whole numbers from 1 to 6");
        });
        role.Validators.Add(static result => CheckNames(result, "--role", Words.RoleNames.Select(static known => known.Name), "expected one of: " + string.Join(", ", Words.RoleNames.Select(static known => known.Name))));
        only.Validators.Add(static result => CheckNames(result, "--only", Catalogue.All.Select(static check => check.Id), "garita harden checks lists them"));
        var verb = new Verb("audit", "Check the host against the six measures; changes nothing. Ends with 1 when a check fails")
        {
            Examples =
            [
                "garita harden audit", "garita harden audit --measure 5 --measure 6", "garita harden audit --html --output /root/audit.html",
                "garita harden audit --root /mnt/image --role postfix --role dovecot --json", "garita harden audit --only boot-loader-password",
            ],
        };
        foreach (var option in (Option[])[measure, role, root, only, json, html, output])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            if (result.GetValue(json) && result.GetValue(html))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync("--json and --html are both given, expected one of them");
                return ExitCodes.Usage;
            }

            var host = new DiskHost(result.GetRequiredValue(root));
            if (!Directory.Exists(host.Root))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"--root: {SafeText.Quote(host.Root)} is no folder that can be seen");
                return ExitCodes.Usage;
            }

            if (!Environment.IsPrivilegedProcess)
                await result.InvocationConfiguration.Error.WriteLineAsync("note: not run as root: what root alone may see is unknown");
            // The history is this host's, whatever was looked at.
            var dataFolder = HardenCommands.DataFolderOf(result);
            if (host.IsLive && RepairsWayBack.Warning(dataFolder) is { } warning)
                await result.InvocationConfiguration.Error.WriteLineAsync("warning: " + SafeText.Escape(warning));
            var roles = Words.RoleNames.Where(known => result.GetValue(role)?.Contains(known.Name, StringComparer.Ordinal) is true).Aggregate(Roles.None, static (all, known) => all | known.Role);
            var facts = new HostFacts(host, roles) { DataFolder = host.IsLive ? dataFolder : HardenCommands.DefaultDataFolder };
            var (measures, ids) = (result.GetValue(measure) ?? [], result.GetValue(only) ?? []);
            var checks = Catalogue.All.Where(check => (measures.Length == 0 || measures.Contains((int)check.Measure)) && (ids.Length == 0 || ids.Contains(check.Id, StringComparer.Ordinal))).ToArray();
            var report = await AuditAsync(result, host, facts, checks);
            report = Remember(result, report, dataFolder);
            var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            if (result.GetValue(json))
                await text.WriteLineAsync(JsonSerializer.Serialize(report, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<AuditReport>)Indented.GetTypeInfo(typeof(AuditReport))));
            else if (result.GetValue(html))
                await text.WriteAsync(HtmlReport.Make(report));
            else
                TextReport.Write(text, report);
            if (!await WriteAsync(result, result.GetValue(output), text.ToString()))
                return ExitCodes.Failed;
            return report.Total.Fail > 0 ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return verb;
    }

    private static async Task<AuditReport> AuditAsync(ParseResult result, DiskHost host, HostFacts facts, Check[] checks)
    {
        var error = result.InvocationConfiguration.Error;
        var shows = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
        var (done, turn) = (0, new Lock());
        void Show()
        {
            lock (turn)
                error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{++done} of {checks.Length}"));
        }

        var at = TimeProvider.System.GetUtcNow();
        var results = await new AuditRun(host, facts, TimeProvider.System).RunAsync(checks, shows ? Show : null);
        if (shows)
            await error.WriteAsync("\r               \r");
        return new AuditReport(AuditRun.NameOf(host), at, host.Root, Words.Of(facts.Roles), checks.Length == Catalogue.All.Count, results);
    }

    /// <summary>Compares with the audit before, and keeps this one when it is whole. An audit without history is still an audit.</summary>
    private static AuditReport Remember(ParseResult result, AuditReport report, string dataFolder)
    {
        var error = result.InvocationConfiguration.Error;
        if (!Directory.Exists(dataFolder))
        {
            error.WriteLine($"note: {dataFolder} does not exist, so that this audit is not kept and not compared; once it does, it is");
            return report;
        }

        try
        {
            // Root in a folder that somebody else owns: no further than the owner could go.
            using var owner = ActingAs.OwnerOf(dataFolder);
            var history = new HardeningHistory(dataFolder, TimeProvider.System);
            var roles = string.Join(',', report.Roles);
            if (history.Latest(report.Root, roles) is { } before)
                report = report.ComparedWith(AuditJson.Read(before));
            if (report.Whole)
                history.Keep(report.Root, roles, report.Time, JsonSerializer.Serialize(report, AuditJson.Default.AuditReport));
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or CannotLookException)
        {
            error.WriteLine($"note: this audit is not kept: {SafeText.Escape(problem.Message)}");
        }

        return report;
    }

    private static async Task<bool> WriteAsync(ParseResult result, string? file, string text)
    {
        if (file is null)
        {
            await CommandLine.Output(result).WriteAsync(text);
            return true;
        }

        try
        {
            ReportFile.Write(file, text);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync($"--output: {SafeText.Escape(file)} cannot be written: {problem.Message}");
            return false;
        }
    }

    private static void CheckNames(OptionResult result, string option, IEnumerable<string> known, string help)
    {
        foreach (var name in result.GetValueOrDefault<string[]>() ?? [])
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                result.AddError($"{option}: there is no {SafeText.Quote(name)}; {help}");
        }
    }
}
