using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Garita.Machine.Files;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita recipients sync|export|import</c>: whole lists.</summary>
internal static class RecipientListCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(35);

    public static Verb Sync()
    {
        var tenant = new Argument<string?>("TENANT") { Description = "Tenant [default: all with a file or directory]", Arity = ArgumentArity.ZeroOrOne };
        var force = new Option<bool>("--force") { Description = "Take it however much it loses" };
        var json = CommandLine.Json();
        var verb = new Verb("sync", "Read the recipients from their source now; exits with 1 if a reading is not taken")
        {
            Examples = ["garita recipients sync", "garita recipients sync acme --force"],
        };
        verb.Arguments.Add(tenant);
        verb.Options.Add(force);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = new ControlClient(CommandLine.SettingsOf(result).DataFolder, Patience);
            var results = await gateway.PostAsync(
                "/v1/recipients/sync", new SyncRequest(result.GetValue(tenant), result.GetValue(force)), ControlJson.Default.SyncRequest, ControlJson.Default.IReadOnlyListSyncResult) ?? [];
            var output = CommandLine.Output(result);
            if (result.GetValue(json))
                await output.WriteLineAsync(JsonSerializer.Serialize(results, ControlJson.Default.IReadOnlyListSyncResult));
            else
                foreach (var one in results)
                    await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{one.Tenant}: {one.Count ?? 0} recipients in force{(one.Problem is null ? "" : "; not taken: " + SafeText.Escape(one.Problem))}"));
            return results.All(static one => one.IsTaken) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return verb;
    }

    public static Verb Export()
    {
        var tenant = new Argument<string>("TENANT") { Description = "Tenant" };
        var file = new Argument<string?>("FILE") { Description = "File, written whole [default: standard output]", Arity = ArgumentArity.ZeroOrOne };
        var verb = new Verb("export", "Write the recipients in force, one a line") { Examples = ["garita recipients export acme acme.recipients"] };
        verb.Arguments.Add(tenant);
        verb.Arguments.Add(file);
        verb.SetAction(async (result, cancel) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            using var lines = new MemoryStream();
            await gateway.CopyAsync("/v1/recipients/export?tenant=" + Uri.EscapeDataString(result.GetRequiredValue(tenant)), lines);
            lines.Position = 0;
            if (result.GetValue(file) is not { } path)
            {
                using var reader = new StreamReader(lines);
                await CommandLine.Output(result).WriteAsync(await reader.ReadToEndAsync(cancel));
                return ExitCodes.Ok;
            }

            return Problem(result, () => WholeFile.Write(Path.GetFullPath(path), lines.CopyTo));
        });
        return verb;
    }

    public static Verb Import()
    {
        var tenant = new Argument<string>("TENANT") { Description = "Tenant whose source is a file" };
        var file = new Argument<string>("FILE") { Description = "One address a line" };
        var force = new Option<bool>("--force") { Description = "Import it however much it loses, and leave bad lines out" };
        var verb = new Verb("import", "Replace a tenant's recipient file by another, checked and whole; a running gateway takes it at once")
        {
            Examples = ["garita recipients import acme new.recipients"],
        };
        verb.Arguments.Add(tenant);
        verb.Arguments.Add(file);
        verb.Options.Add(force);
        verb.SetAction(async (result, _) => await ImportAsync(result, result.GetRequiredValue(tenant), result.GetRequiredValue(file), result.GetValue(force)));
        return verb;
    }

    private static async Task<int> ImportAsync(ParseResult result, string name, string from, bool force)
    {
        var settings = CommandLine.SettingsOf(result);
        if (settings.Tenants.FirstOrDefault(tenant => string.Equals(tenant.Name, name, StringComparison.Ordinal)) is not { } tenant)
            return Fail(result, $"there is no tenant {SafeText.Quote(name)}");
        if (tenant.Recipients is not { Source: RecipientSource.File, File: { } target })
            return Fail(result, $"the recipients of tenant {name} do not come from a file (source = \"file\")");
        RecipientList? list = null;
        string? refusal = null;
        var problem = Problem(result, () =>
        {
            var reading = Read(from, tenant);
            list = reading.List;
            refusal = force ? null : Refusal(from, reading, File.Exists(target) ? Read(target, tenant).List : RecipientList.Empty, tenant.Recipients.MayLose);
            if (refusal is not null)
                return;
            // The gateway runs as a user of its own and must still be able to read it.
            WholeFile.Write(target, stream => reading.List.WriteLines(stream, sorted: true), beside => FileOwner.GiveLike(beside, target));
        });
        if (problem != ExitCodes.Ok)
            return problem;
        if (refusal is not null)
            return Fail(result, refusal);
        await CommandLine.Output(result).WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{target}: {list!.Count} recipients"));
        try
        {
            using var gateway = new ControlClient(settings.DataFolder, Patience);
            var taken = await gateway.PostAsync("/v1/recipients/sync", new SyncRequest(name, force), ControlJson.Default.SyncRequest, ControlJson.Default.IReadOnlyListSyncResult);
            return taken is [{ IsTaken: true }] ? ExitCodes.Ok : Fail(result, taken is [{ Problem: { } why }] ? SafeText.Escape(why) : "the gateway did not take it");
        }
        catch (ControlException unreached)
        {
            await CommandLine.Output(result).WriteLineAsync("note: " + unreached.Message);
            return ExitCodes.Ok;
        }
    }

    private static RecipientReading Read(string path, TenantSettings tenant)
    {
        using var stream = File.OpenRead(path);
        return RecipientFileReader.Read(stream, tenant.Recipients.CaseSensitive, tenant.Domains);
    }

    private static string? Refusal(string from, RecipientReading reading, RecipientList old, double mayLose)
    {
        if (reading.BadLines is [var bad, ..])
            return string.Create(CultureInfo.InvariantCulture, $"{from}:{bad.Line}: {bad.What} ({reading.BadLineCount} bad lines); nothing was changed (--force leaves them out)");
        if (reading.List.Count == 0)
            return $"{from} has no recipients; nothing was changed (--force imports it)";
        var lost = old.CountMissingIn(reading.List);
        return lost > old.Count * mayLose
            ? string.Create(CultureInfo.InvariantCulture, $"{from} would lose {lost} of {old.Count} recipients, more than it may (may_lose); nothing was changed (--force imports it)")
            : null;
    }

    private static int Problem(ParseResult result, Action act)
    {
        try
        {
            act();
            return ExitCodes.Ok;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Fail(result, problem.Message);
        }
    }

    private static int Fail(ParseResult result, string message)
    {
        result.InvocationConfiguration.Error.WriteLine("garita: " + message);
        return ExitCodes.Failed;
    }
}
