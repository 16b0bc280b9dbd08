using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Harden;
using Garita.Hardening;
using Garita.Hardening.Probes;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita harden probe</c>: asks a mail server over the network what a stranger could ask. For servers on which no audit can run, as Exchange.</summary>
internal static class HardenProbeCommand
{
    private const int SmtpPort = 25;

    public static Verb Create()
    {
        var host = new Argument<string>("HOST") { Description = "The mail server, with :PORT where SMTP is not at 25" };
        var to = new Option<string?>("--to") { Description = "An address of it that exists, to see whether others are refused", HelpName = "ADDRESS" };
        var only = new Option<string[]>("--only") { Description = $"Only these: {string.Join(", ", ProbeRun.All.Select(static probe => probe.Id))}", HelpName = "ID", AllowMultipleArgumentsPerToken = true };
        var json = CommandLine.Json();
        only.Validators.Add(static result =>
        {
            foreach (var name in (result.GetValueOrDefault<string[]>() ?? []).Where(static name => !ProbeRun.All.Any(probe => string.Equals(probe.Id, name, StringComparison.Ordinal))))
                result.AddError($"--only: there is no probe {SafeText.Quote(name)}");
        });
        to.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && !IsAddress(given))
                result.AddError($"--to is {SafeText.Quote(given)}, expected an address, as info@example.com");
        });
        var verb = new Verb("probe", "Ask a mail server of one's own over the network what any stranger could ask (Exchange and others): no data is sent, one connection at a time. Ends with 1 when a probe fails")
        {
            Examples = ["garita harden probe mail.example.com", "garita harden probe exchange.example.com --to info@example.com", "garita harden probe 192.0.2.25:2525 --only no-relay --json"],
        };
        verb.Arguments.Add(host);
        foreach (var option in (Option[])[to, only, json])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var name = result.GetRequiredValue(host);
            if (Target(name, result.GetValue(to)) is not { } target)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"{SafeText.Quote(name)} is no mail server, expected a host or HOST:PORT");
                return ExitCodes.Usage;
            }

            var ids = result.GetValue(only) ?? [];
            return await AskAsync(CommandLine.Output(result), target, [.. ProbeRun.All.Where(probe => ids.Length == 0 || ids.Contains(probe.Id, StringComparer.Ordinal))], result.GetValue(json));
        });
        return verb;
    }

    private static async Task<int> AskAsync(TextWriter output, ProbeTarget target, MailProbe[] probes, bool json)
    {
        var server = SafeText.Escape(target.Host) + (target.Port == SmtpPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{target.Port}"));
        if (!json)
            await output.WriteLineAsync($"Asking {server} as a stranger: {probes.Length} questions, one connection after the other, no message.");
        var results = new List<ProbeResult>();
        foreach (var probe in probes)
        {
            results.Add(await ProbeRun.AskAsync(probe, target));
            if (!json)
                await WriteAsync(output, results[^1]);
        }

        if (json)
            await output.WriteLineAsync(JsonSerializer.Serialize(new ProbedServer(target.Host, target.Port, results), HardenJson.Default.ProbedServer));
        else
            await output.WriteLineAsync($"{server}: {string.Join(", ", TextReport.Order.Select(outcome => (outcome, Count: results.Count(one => one.Outcome == outcome))).Where(static one => one.Count > 0).Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Count} {Words.Of(one.outcome)}")))}");
        return results.Exists(static one => one.Outcome == Outcome.Fail) ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task WriteAsync(TextWriter output, ProbeResult result)
    {
        await output.WriteLineAsync($"  {(result.Outcome == Outcome.Fail ? "FAIL" : Words.Of(result.Outcome)),-14}  {result.Id}: {result.Title}");
        await output.WriteLineAsync("      found:    " + SafeText.Escape(result.Found));
        if (result.Outcome is not (Outcome.Fail or Outcome.Warning))
            return;
        await output.WriteLineAsync("      expected: " + result.Expected);
        await output.WriteLineAsync("      why:      " + result.Why);
        await output.WriteLineAsync("      mend:     " + result.Mend);
    }

    private static ProbeTarget? Target(string name, string? to)
    {
        if (NetworkText.TryAddress(name, out var address))
            return new ProbeTarget(address.ToString(), SmtpPort, to, TimeProvider.System);
        return (NetworkText.TryBackend(name, static path => path, out var backend) is null || NetworkText.TryBackend(name + ":25", static path => path, out backend) is null) && backend is { IsUnix: false }
            ? new ProbeTarget(backend.Host, backend.Port, to, TimeProvider.System) : null;
    }

    // It goes into a command: nothing that ends one, and no more than is usual.
    private static bool IsAddress(string text) =>
        text.Split('@') is [{ Length: > 0 and <= 64 }, { Length: > 0 and <= 255 }] && text.All(static one => char.IsAsciiLetterOrDigit(one) || one is '@' or '.' or '-' or '_' or '+' or '=');
}
