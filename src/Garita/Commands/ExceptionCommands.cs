using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita exceptions list|add|remove</c>.</summary>
internal static class ExceptionCommands
{
    public static Command Create() => new Verb("exceptions", "Let clients, senders or recipients past named rules, or block them")
    {
        List(), Add(), Remove(),
    };

    private static Verb List()
    {
        var json = CommandLine.Json();
        var verb = new Verb("list", "Show the exceptions of the file and those made by a verb") { Examples = ["garita exceptions list --json"] };
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var exceptions = await gateway.GetAsync("/v1/exceptions", ControlJson.Default.IReadOnlyListExceptionView);
            if (result.GetValue(json))
            {
                await CommandLine.Output(result).WriteLineAsync(JsonSerializer.Serialize(exceptions, ControlJson.Default.IReadOnlyListExceptionView));
                return ExitCodes.Ok;
            }

            var table = new TextTable("id", "for", "does", "until", "comment");
            foreach (var exception in exceptions)
            {
                table.Add(exception.Id, SafeText.Escape(Criteria(exception)), exception.Block ? "block" : "past " + string.Join(",", exception.Rules),
                    exception.Until?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-", SafeText.Escape(exception.Comment));
            }

            table.Write(CommandLine.Output(result));
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Add()
    {
        var client = new Option<string?>("--client") { Description = "Network or address", HelpName = "NETWORK" };
        var helo = new Option<string?>("--helo") { Description = "HELO name, or .domain for names below it", HelpName = "NAME" };
        var sender = new Option<string?>("--sender") { Description = "Address, @domain, or <>", HelpName = "ADDRESS" };
        var recipient = new Option<string?>("--recipient") { Description = "Address or @domain", HelpName = "ADDRESS" };
        var rules = new Option<string[]>("--rule") { Description = "Rule to let past; may be repeated", HelpName = "SLUG" };
        var block = new Option<bool>("--block") { Description = "Refuse instead of letting past" };
        var until = new Option<string?>("--until") { Description = "End: a date (UTC) such as 2027-01-01, or a duration such as \"7 d\"", HelpName = "WHEN" };
        var comment = new Option<string?>("--comment") { Description = "Why", HelpName = "TEXT" };
        var json = CommandLine.Json();
        var verb = new Verb("add", "Make an exception; all criteria given must match")
        {
            Examples =
            [
                "garita exceptions add --client 198.51.100.0/24 --rule fcrdns --until 2027-01-01 --comment \"their new relay\"",
                "garita exceptions add --sender @spam.example --block",
            ],
        };
        foreach (var option in (Option[])[client, helo, sender, recipient, rules, block, until, comment, json])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            DateTimeOffset? end = null;
            if (result.GetValue(until) is { } when && (end = End(when, TimeProvider.System.GetUtcNow())) is null)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"--until is {SafeText.Quote(when)}, expected a date such as 2027-01-01 or a duration such as \"7 d\"");
                return ExitCodes.Usage;
            }

            var view = new ExceptionView
            {
                Client = result.GetValue(client),
                Helo = result.GetValue(helo),
                Sender = result.GetValue(sender),
                Recipient = result.GetValue(recipient),
                Rules = result.GetValue(rules) ?? [],
                Block = result.GetValue(block),
                Until = end,
                Comment = result.GetValue(comment) ?? "",
            };
            // The gateway checks again; here a wrong one is a matter of usage.
            if (view.TryMake("", TimeProvider.System.GetUtcNow(), out var _) is { } problem)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync(problem);
                return ExitCodes.Usage;
            }

            using var gateway = CommandLine.GatewayOf(result);
            var made = await gateway.PostAsync("/v1/exceptions", view, ControlJson.Default.ExceptionView, ControlJson.Default.ExceptionView);
            await CommandLine.Output(result).WriteLineAsync(result.GetValue(json) ? JsonSerializer.Serialize(made, ControlJson.Default.ExceptionView!) : "made " + made?.Id);
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Remove()
    {
        var id = new Argument<string>("ID") { Description = "Id as garita exceptions list shows it" };
        var verb = new Verb("remove", "Remove an exception that was made by a verb") { Examples = ["garita exceptions remove x1f0c92ab"] };
        verb.Arguments.Add(id);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            await gateway.DeleteAsync("/v1/exceptions/" + Uri.EscapeDataString(result.GetRequiredValue(id)));
            await CommandLine.Output(result).WriteLineAsync("removed");
            return ExitCodes.Ok;
        });
        return verb;
    }

    /// <summary>When an exception ends; null: not understood.</summary>
    internal static DateTimeOffset? End(string text, DateTimeOffset now)
    {
        if (SettingsUnits.TryDuration(text, out var duration))
            return now + duration;
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var end) ? end : null;
    }

    private static string Criteria(ExceptionView exception)
    {
        (string Name, string? Value)[] criteria =
            [("client", exception.Client), ("helo", exception.Helo), ("sender", exception.Sender), ("recipient", exception.Recipient)];
        return string.Join(" ", criteria.Where(static criterion => criterion.Value is not null).Select(static criterion => $"{criterion.Name}={criterion.Value}"));
    }
}
