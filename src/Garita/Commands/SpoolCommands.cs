using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Gateway.Relay.Spool;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita spool list|show|flush|hold|delete</c>.</summary>
internal static class SpoolCommands
{
    public static Command Create() => new Verb("spool", "Show and change what is kept for mail servers that do not answer")
    {
        List(), Show(), Flush(), Hold(), Delete(),
    };

    private static Verb List()
    {
        var tenant = Tenant("Only the messages of this tenant");
        var most = new Option<int>("-n") { Description = "At most this many", HelpName = "NUMBER", DefaultValueFactory = static _ => 100 };
        var json = CommandLine.Json();
        var verb = new Verb("list", "Show messages in the spool, each tenant's oldest first")
        {
            Examples = ["garita spool list", "garita spool list --tenant acme -n 1000", "garita spool list --json | jq -r '.[] | select(.state == \"held\") | .id'"],
        };
        foreach (var option in (Option[])[tenant, most, json])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var path = string.Create(CultureInfo.InvariantCulture, $"{SpoolRoutes.Root}?most={result.GetValue(most)}&tenant={Uri.EscapeDataString(result.GetValue(tenant) ?? "")}");
            var views = await gateway.GetAsync(path, ControlJson.Default.IReadOnlyListSpoolView);
            if (result.GetValue(json))
            {
                await CommandLine.Output(result).WriteLineAsync(JsonSerializer.Serialize(views, ControlJson.Default.IReadOnlyListSpoolView));
                return ExitCodes.Ok;
            }

            var table = new TextTable("id", "tenant", "arrived", "state", "tries", "next", "octets", "sender", "recipients", "last");
            foreach (var view in views)
            {
                table.Add(
                    view.Id, view.Tenant, Text(view.Arrived), view.State, Text(view.Tries), view.Next is { } next ? Text(next) : "-", Text(view.Octets),
                    SafeText.Escape("<" + view.Sender + ">"), Recipients(view), SafeText.Escape(view.Held ?? view.Last));
            }

            table.Write(CommandLine.Output(result));
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Show()
    {
        var id = Id();
        var json = CommandLine.Json();
        var verb = new Verb("show", "Show one message: envelope, tries, and why it is still here") { Examples = ["garita spool show 0199a5c3b2f00001", "garita spool show 0199a5c3b2f00001 --json"] };
        verb.Arguments.Add(id);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            if (!TryId(result, id, out var text))
                return ExitCodes.Usage;
            using var gateway = CommandLine.GatewayOf(result);
            var view = await gateway.GetAsync($"{SpoolRoutes.Root}/{text}", ControlJson.Default.SpoolView);
            await CommandLine.Output(result).WriteLineAsync(result.GetValue(json) ? JsonSerializer.Serialize(view, ControlJson.Default.SpoolView) : Describe(view));
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Flush()
    {
        var id = new Argument<string?>("ID") { Description = "One message, whatever is known of its mail server", Arity = ArgumentArity.ZeroOrOne };
        var tenant = Tenant("Only the messages of this tenant");
        var verb = new Verb("flush", "Try now what waits; held messages stay held") { Examples = ["garita spool flush", "garita spool flush --tenant acme", "garita spool flush 0199a5c3b2f00001"] };
        verb.Arguments.Add(id);
        verb.Options.Add(tenant);
        verb.SetAction(async (result, _) =>
        {
            var one = result.GetValue(id);
            if (one is not null && !TryId(result, id, out one))
                return ExitCodes.Usage;
            if (one is not null && result.GetValue(tenant) is not null)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync("ID and --tenant are both given, expected one of them");
                return ExitCodes.Usage;
            }

            using var gateway = CommandLine.GatewayOf(result);
            var answer = await gateway.PostAsync(SpoolRoutes.FlushPath, new SpoolFlushRequest(result.GetValue(tenant), one), ControlJson.Default.SpoolFlushRequest, ControlJson.Default.SpoolFlushAnswer);
            await CommandLine.Output(result).WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{answer!.Messages} to be tried"));
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Hold()
    {
        var id = Id();
        var release = new Option<bool>("--release") { Description = "Let it go again" };
        var verb = new Verb("hold", "Keep a message from being tried and from expiring, or let it go again") { Examples = ["garita spool hold 0199a5c3b2f00001", "garita spool hold 0199a5c3b2f00001 --release"] };
        verb.Arguments.Add(id);
        verb.Options.Add(release);
        verb.SetAction(async (result, _) =>
        {
            if (!TryId(result, id, out var text))
                return ExitCodes.Usage;
            using var gateway = CommandLine.GatewayOf(result);
            await gateway.PostAsync<SpoolFlushAnswer, SpoolHoldRequest>($"{SpoolRoutes.Root}/{text}/hold", new SpoolHoldRequest(result.GetValue(release)), ControlJson.Default.SpoolHoldRequest, null);
            await CommandLine.Output(result).WriteLineAsync(result.GetValue(release) ? $"{text} is tried again" : $"{text} is held");
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Delete()
    {
        var id = Id();
        var verb = new Verb("delete", "Delete a message for good; neither its sender nor its recipients are told") { Examples = ["garita spool show 0199a5c3b2f00001 && garita spool delete 0199a5c3b2f00001"] };
        verb.Arguments.Add(id);
        verb.SetAction(async (result, _) =>
        {
            if (!TryId(result, id, out var text))
                return ExitCodes.Usage;
            using var gateway = CommandLine.GatewayOf(result);
            await gateway.DeleteAsync($"{SpoolRoutes.Root}/{text}");
            await CommandLine.Output(result).WriteLineAsync($"{text} is deleted");
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Argument<string> Id() => new("ID") { Description = "The message's id, as garita spool list shows it" };

    private static Option<string?> Tenant(string description) => new("--tenant") { Description = description, HelpName = "NAME" };

    private static bool TryId<T>(ParseResult result, Argument<T> argument, out string text)
        where T : class?
    {
        text = result.GetValue(argument) as string ?? "";
        if (SpoolId.TryParse(text, out var id))
        {
            text = id.ToString();
            return true;
        }

        result.InvocationConfiguration.Error.WriteLine($"ID is {SafeText.Quote(text)}, expected 16 hexadecimal digits as garita spool list shows them");
        return false;
    }

    private static string Describe(SpoolView view) => string.Create(CultureInfo.InvariantCulture, $"""
        id          {view.Id}
        tenant      {view.Tenant}
        state       {view.State}{(view.Held is null ? "" : ": " + SafeText.Escape(view.Held))}
        arrived     {Text(view.Arrived)}
        session     {view.Session ?? "its file cannot be read"}
        sender      <{SafeText.Escape(view.Sender)}>
        waits for   {Recipients(view)}
        message-id  {SafeText.Escape(view.MessageId ?? "none")}
        octets      {view.Octets}
        tries       {view.Tries}{(view.Next is { } next ? ", next " + Text(next) : "")}
        last        {(view.Last.Length == 0 ? "not tried" : SafeText.Escape(view.Last))}{(view.MayBeDelivered ? "; a try ended without an answer, it may be delivered already" : "")}
        """);

    private static string Recipients(SpoolView view) => SafeText.Escape(string.Join(", ", view.Recipients.Take(3)) + (view.Recipients.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {view.Recipients.Count - 3} more") : ""));

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
