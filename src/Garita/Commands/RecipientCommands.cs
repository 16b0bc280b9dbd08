using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Garita.Control;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita recipients</c>: what is known of one address, and whole lists.</summary>
internal static class RecipientCommands
{
    public static Command Create() => new Verb("recipients", "Ask who exists") { Check(), Forget(), RecipientListCommands.Sync(), RecipientListCommands.Export(), RecipientListCommands.Import() };

    private static Verb Check()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Recipient" };
        var json = CommandLine.Json();
        var verb = new Verb("check", "Say whether a recipient is known, where that is known from and how old it is; exits with 1 if not") { Examples = ["garita recipients check anna@example.com"] };
        verb.Arguments.Add(address);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var view = await gateway.GetAsync("/v1/recipients/check?address=" + Uri.EscapeDataString(result.GetRequiredValue(address)), ControlJson.Default.RecipientView);
            await CommandLine.Output(result).WriteLineAsync(result.GetValue(json)
                ? JsonSerializer.Serialize(view, ControlJson.Default.RecipientView)
                : Describe(view));
            return string.Equals(view.Status, "known", StringComparison.Ordinal) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return verb;
    }

    private static string Describe(RecipientView view)
    {
        var text = new StringBuilder(SafeText.Escape(view.Address)).Append(": ").Append(view.Status);
        if (view.FoundIn.Length > 0)
            text.Append(" (").Append(view.FoundIn).Append(')');
        if (view.Tenant is not null)
            text.Append(", tenant ").Append(view.Tenant);
        if (view is { Taken: { } taken, AgeSeconds: { } age })
            text.Append(CultureInfo.InvariantCulture, $", read {Age(age)} ago ({taken:yyyy-MM-dd HH:mm:ss}Z)");
        if (view.Problem is not null)
            text.Append("; the last reading was not taken: ").Append(SafeText.Escape(view.Problem));
        return text.ToString();
    }

    private static string Age(long seconds) => FormattableString.Invariant(seconds switch
    {
        < 120 => (FormattableString)$"{seconds} s",
        < 7200 => $"{seconds / 60} min",
        < 172_800 => $"{seconds / 3600} h",
        _ => $"{seconds / 86_400} d",
    });

    private static Verb Forget()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Recipient" };
        var verb = new Verb("forget", "Forget that the mail server refused a recipient lately") { Examples = ["garita recipients forget new.colleague@example.com"] };
        verb.Arguments.Add(address);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            await gateway.PostAsync<ControlProblem, ForgetRequest>("/v1/recipients/forget", new ForgetRequest(result.GetRequiredValue(address)), ControlJson.Default.ForgetRequest, null);
            await CommandLine.Output(result).WriteLineAsync("forgotten");
            return ExitCodes.Ok;
        });
        return verb;
    }
}
