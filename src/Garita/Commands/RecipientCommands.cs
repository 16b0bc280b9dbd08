using System.CommandLine;
using System.Text.Json;
using Garita.Control;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita recipients check|forget</c>.</summary>
internal static class RecipientCommands
{
    public static Command Create() => new Verb("recipients", "Ask who exists") { Check(), Forget() };

    private static Verb Check()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Recipient" };
        var json = CommandLine.Json();
        var verb = new Verb("check", "Say whether a recipient is known, and where from; exits with 1 if not") { Examples = ["garita recipients check anna@example.com"] };
        verb.Arguments.Add(address);
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var view = await gateway.GetAsync("/v1/recipients/check?address=" + Uri.EscapeDataString(result.GetRequiredValue(address)), ControlJson.Default.RecipientView);
            await CommandLine.Output(result).WriteLineAsync(result.GetValue(json)
                ? JsonSerializer.Serialize(view, ControlJson.Default.RecipientView)
                : $"{SafeText.Escape(view.Address)}: {view.Status}{(view.FoundIn.Length == 0 ? "" : $" ({view.FoundIn})")}{(view.Tenant is null ? "" : $", tenant {view.Tenant}")}");
            return string.Equals(view.Status, "known", StringComparison.Ordinal) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return verb;
    }

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
