using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Audits;

/// <summary>
/// Asks checks about a host, several at once. Whatever goes wrong in a check is an <see cref="Outcome.Unknown"/> of that check and nothing more; one
/// that takes too long is left behind on its thread, as when a network file system does not answer.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="facts">What many checks ask of it.</param>
/// <param name="time">The clock for the limit.</param>
public sealed class AuditRun(IHost host, HostFacts facts, TimeProvider time)
{
    /// <summary>How long one check may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many run at once: they wait for disks and programs more than they compute.</summary>
    public int AtOnce { get; init; } = Math.Clamp(2 * Environment.ProcessorCount, 4, 16);

    /// <summary>Asks.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="done">Told after each, from any thread.</param>
    /// <returns>What they said, by measure and otherwise in their order.</returns>
    public async Task<IReadOnlyList<AuditResult>> RunAsync(IReadOnlyList<Check> checks, Action? done = null)
    {
        using var places = new SemaphoreSlim(AtOnce);
        return [.. (await Task.WhenAll(checks.Select(check => AskAsync(check, places, done)))).OrderBy(static result => result.Measure)];
    }

    /// <summary>The name that a host gives itself; empty when it does not say.</summary>
    /// <param name="host">The host.</param>
    public static string NameOf(IHost host)
    {
        if (host.IsLive)
            return Environment.MachineName;
        try
        {
            return Text.FirstLine(host.Read("/etc/hostname") ?? "").Trim();
        }
        catch (CannotLookException)
        {
            return "";
        }
    }

    private async Task<AuditResult> AskAsync(Check check, SemaphoreSlim places, Action? done)
    {
        await places.WaitAsync();
        try
        {
            if (check.Roles != Roles.Any && (check.Roles & facts.Roles) == Roles.None)
                return Result(check, [], Finding.NotApplicable($"not asked about as {string.Join(", ", Words.Of(check.Roles))}"));
            // A thread of its own: it may block, or never come back.
            return await Task.Factory.StartNew(() => Ask(check), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Limit, time);
        }
        catch (TimeoutException)
        {
            return Result(check, [], Finding.Unknown(string.Create(CultureInfo.InvariantCulture, $"took longer than {Limit.TotalSeconds:0} s")));
        }
        finally
        {
            places.Release();
            done?.Invoke();
        }
    }

    private AuditResult Ask(Check check)
    {
        var view = new View(host, facts);
        Finding finding;
        try
        {
            finding = check.Look(view);
        }
        catch (CannotLookException reason)
        {
            finding = Finding.Unknown(reason.Message);
        }
        catch (Exception fault)
        {
            finding = Finding.Unknown($"the check itself failed, which is a fault of Garita: {fault.GetType().Name}: {fault.Message}");
        }

        return Result(check, [.. view.WasRead], finding);
    }

    private static AuditResult Result(Check check, IReadOnlyList<string> read, Finding finding) =>
        new(check.Id, (int)check.Measure, check.Title, check.Why, check.References, read, finding.Found, check.Expected, finding.Outcome, check.Mend);
}
