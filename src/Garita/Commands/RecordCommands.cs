using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Gateway.Ledger;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita explain</c> and <c>garita audit</c>: what was decided, and what administrators did.</summary>
internal static class RecordCommands
{
    public static Command Explain()
    {
        var what = new Argument<string>("WHAT") { Description = "Session id, address, @domain, IP address or network" };
        var most = Most();
        var json = CommandLine.Json();
        var verb = new Verb("explain", "Say what was decided on a message, an address or a client, and why")
        {
            Examples = ["garita explain 4f3a9c01d2", "garita explain anna@example.com -n 5", "garita explain 198.51.100.0/24 --json"],
        };
        verb.Arguments.Add(what);
        verb.Options.Add(most);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var path = string.Create(CultureInfo.InvariantCulture, $"/v1/explain?what={Uri.EscapeDataString(result.GetRequiredValue(what))}&most={result.GetValue(most)}");
            var records = await gateway.GetAsync(path, ControlJson.Default.IReadOnlyListDecisionRecord);
            var output = CommandLine.Output(result);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(records, ControlJson.Default.IReadOnlyListDecisionRecord));
                return ExitCodes.Ok;
            }

            foreach (var record in records)
                Write(output, record);
            if (records.Count > 0)
                return ExitCodes.Ok;
            await result.InvocationConfiguration.Error.WriteLineAsync("nothing is recorded of that");
            return ExitCodes.Failed;
        });
        return verb;
    }

    public static Command Audit()
    {
        var most = Most();
        var json = CommandLine.Json();
        var verb = new Verb("audit", "Show what administrators did, newest first") { Examples = ["garita audit -n 50", "garita audit --json"] };
        verb.Options.Add(most);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var entries = await gateway.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/audit?most={result.GetValue(most)}"), ControlJson.Default.IReadOnlyListAuditEntry);
            var output = CommandLine.Output(result);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(entries, ControlJson.Default.IReadOnlyListAuditEntry));
                return ExitCodes.Ok;
            }

            foreach (var entry in entries)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{entry.Time:yyyy-MM-dd HH:mm:ss}Z  {entry.What}  by {SafeText.Escape(entry.Who)}, {entry.Where}"));
                WriteLines(output, "- ", entry.Before);
                WriteLines(output, "+ ", entry.After);
            }

            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Option<int> Most()
    {
        var most = new Option<int>("-n") { Description = "At most this many, 1 to 1000", DefaultValueFactory = static _ => 20, HelpName = "N" };
        most.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
                result.AddError("-n: expected a whole number from 1 to 1000");
        });
        return most;
    }

    private static void WriteLines(TextWriter output, string mark, string? text)
    {
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            output.WriteLine("    " + mark + SafeText.Escape(line));
    }

    private static void Write(TextWriter output, DecisionRecord record)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{record.Time:yyyy-MM-dd HH:mm:ss}Z  {record.Session}/{record.Transaction}  {record.Outcome} ({record.Reply})"));
        Line("client", record.Client + (record.ReverseName is null ? "" : $" ({record.ReverseName})"));
        Line("helo", record.Helo);
        Line("tls", record.Tls);
        Line("listener", record.Listener);
        Line("tenant", record.Tenant);
        Line("sender", record.Sender is null ? null : $"<{record.Sender}>");
        foreach (var recipient in record.Recipients)
            Line("recipient", string.Create(CultureInfo.InvariantCulture, $"<{recipient.Address}> {recipient.Reply}{(recipient.Rule is null ? "" : " by rule " + recipient.Rule)}"));
        foreach (var hit in record.Rules)
            Line("rule", $"{hit.Rule}: {hit.Verdict}{(hit.Detail is null ? "" : ", " + hit.Detail)}");
        if (record.Octets > 0)
            Line("octets", record.Octets.ToString(CultureInfo.InvariantCulture));
        Line("message-id", record.MessageId);
        Line("backend", record.BackendReply is null ? record.Backend : $"{record.Backend}: {record.BackendReply}");
        Line("took", string.Create(CultureInfo.InvariantCulture, $"{record.SessionMilliseconds} ms, of which relaying {record.RelayMilliseconds} ms"));
        output.WriteLine();

        void Line(string name, string? value)
        {
            if (value is not null)
                output.WriteLine($"  {name,-11}{SafeText.Escape(value)}");
        }
    }
}
