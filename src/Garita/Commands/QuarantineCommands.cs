using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Garita.Control;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita quarantine list|show</c>: nothing here changes anything; <see cref="QuarantineActCommands"/> has the rest.</summary>
internal static class QuarantineCommands
{
    private const int SubjectShown = 60;
    private const int RecipientsShown = 50;

    public static Command Create() => new Verb("quarantine", "Show, release and delete messages that are kept instead of delivered")
    {
        List(), Show(), QuarantineActCommands.Release(), QuarantineActCommands.Delete(), QuarantineActCommands.Export(),
    };

    /// <summary>The id of a message.</summary>
    public static Argument<string> Id() => new("ID") { Description = "Id as garita quarantine list shows it" };

    private static Verb List()
    {
        Option<string?>[] filters =
        [
            new("--tenant") { Description = "Of this tenant", HelpName = "NAME" },
            new("--sender") { Description = "Address, @domain, <> or words of an address", HelpName = "ADDRESS" },
            new("--recipient") { Description = "Address, @domain or words of an address", HelpName = "ADDRESS" },
            new("--subject") { Description = "Words of the subject, one after the other", HelpName = "TEXT" },
            new("--rule") { Description = "Kept by this rule", HelpName = "SLUG" },
        ];
        var since = new Option<string?>("--since") { Description = "Kept since a date (UTC) such as 2027-01-01, or for a duration such as \"7 d\"", HelpName = "WHEN" };
        var most = new Option<int>("-n") { Description = "At most this many, 1 to 1000", DefaultValueFactory = static _ => 100, HelpName = "N" };
        most.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
                result.AddError("-n: expected a whole number from 1 to 1000");
        });
        var json = CommandLine.Json();
        var verb = new Verb("list", "Show messages that are kept, newest first")
        {
            Examples = ["garita quarantine list --tenant acme --since \"1 d\"", "garita quarantine list --sender @example.net --rule from-header", "garita quarantine list --subject \"invoice\" --json | jq -r '.[].id'"],
        };
        foreach (var option in (Option[])[.. filters, since, most, json])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var path = new StringBuilder(QuarantineRoutes.Root).Append(CultureInfo.InvariantCulture, $"?most={result.GetValue(most)}");
            foreach (var filter in filters)
            {
                if (result.GetValue(filter) is { } text)
                    path.Append('&').Append(filter.Name.TrimStart('-')).Append('=').Append(Uri.EscapeDataString(text));
            }

            if (result.GetValue(since) is { } when)
            {
                if (Since(when, TimeProvider.System.GetUtcNow()) is not { } start)
                {
                    await result.InvocationConfiguration.Error.WriteLineAsync($"--since is {SafeText.Quote(when)}, expected a date such as 2027-01-01 or a duration such as \"7 d\"");
                    return ExitCodes.Usage;
                }

                path.Append("&since=").Append(Uri.EscapeDataString(start.ToString("O", CultureInfo.InvariantCulture)));
            }

            using var gateway = CommandLine.GatewayOf(result);
            var found = await gateway.GetAsync(path.ToString(), ControlJson.Default.IReadOnlyListQuarantineView);
            if (result.GetValue(json))
                await CommandLine.Output(result).WriteLineAsync(JsonSerializer.Serialize(found, ControlJson.Default.IReadOnlyListQuarantineView));
            else
                WriteList(CommandLine.Output(result), found);
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Show()
    {
        var id = Id();
        var json = CommandLine.Json();
        var verb = new Verb("show", "Show what is known of a message, why it is kept, and its header") { Examples = ["garita quarantine show 01jd3k5m7p9qr", "garita quarantine show 01jd3k5m7p9qr --json | jq .reasons"] };
        verb.Arguments.Add(id);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var view = await gateway.GetAsync(PathOf(result.GetRequiredValue(id)), ControlJson.Default.QuarantineView);
            if (result.GetValue(json))
                await CommandLine.Output(result).WriteLineAsync(JsonSerializer.Serialize(view, ControlJson.Default.QuarantineView));
            else
                Write(CommandLine.Output(result), view);
            return ExitCodes.Ok;
        });
        return verb;
    }

    /// <summary>The path of a message.</summary>
    public static string PathOf(string id) => $"{QuarantineRoutes.Root}/{Uri.EscapeDataString(id)}";

    /// <summary>A date, or so long ago; null: not understood.</summary>
    internal static DateTimeOffset? Since(string text, DateTimeOffset now)
    {
        if (SettingsUnits.TryDuration(text, out var duration))
            return duration < now - DateTimeOffset.UnixEpoch ? now - duration : DateTimeOffset.UnixEpoch;
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start) ? start : null;
    }

    private static void WriteList(TextWriter output, IReadOnlyList<QuarantineView> found)
    {
        var table = new TextTable("id", "kept (UTC)", "tenant", "state", "octets", "from", "to", "rules", "subject");
        foreach (var view in found)
        {
            var to = view.Recipients.Count == 0 ? "-" : SafeText.Escape(view.Recipients[0].Address) + (view.Recipients.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" +{view.Recipients.Count - 1}") : "");
            table.Add(
                view.Id, Text(view.Kept), view.Tenant, view.State, view.Bytes.ToString(CultureInfo.InvariantCulture), $"<{SafeText.Escape(view.Sender)}>", to,
                string.Join(",", view.Reasons.Select(static reason => reason.Rule).Distinct(StringComparer.Ordinal)), SafeText.Escape(Short(view.Subject)));
        }

        table.Write(output);
    }

    private static void Write(TextWriter output, QuarantineView view)
    {
        Line("id", view.Id);
        Line("state", view.State);
        Line("kept", Text(view.Kept) + "Z");
        Line("tenant", view.Tenant);
        Line("sender", $"<{view.Sender}>");
        foreach (var recipient in view.Recipients.Take(RecipientsShown))
            Line("recipient", $"<{recipient.Address}> {recipient.State}{(recipient.Chosen ? ", chosen" : "")}");
        if (view.Recipients.Count > RecipientsShown)
            Line("recipient", string.Create(CultureInfo.InvariantCulture, $"and {view.Recipients.Count - RecipientsShown} more"));
        foreach (var reason in view.Reasons)
            Line("reason", reason.Rule + (reason.Detail is null ? "" : ": " + reason.Detail));
        Line("subject", view.Subject);
        Line("from", view.From);
        Line("message-id", view.MessageId);
        Line("octets", view.Bytes.ToString(CultureInfo.InvariantCulture));
        Line("client", view.Client + (view.ClientName is null ? "" : $" ({view.ClientName})"));
        Line("helo", view.Helo);
        Line("session", view.Session);
        if (view.Header is null)
            return;
        output.WriteLine();
        foreach (var line in view.Header.TrimEnd('\r', '\n').Split('\n'))
            output.WriteLine("  " + SafeText.Escape(line.TrimEnd('\r').Replace('\t', ' ')));

        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                output.WriteLine($"{name,-11}{SafeText.Escape(value)}");
        }
    }

    private static string Short(string text) => text.Length <= SubjectShown ? text : text[..SubjectShown];

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
