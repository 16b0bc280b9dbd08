using System.Globalization;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>
/// kill -9 under load: every message that was acknowledged is in the mail server, and none is there more often than once and once more for
/// each session that was caught between two answers. GARITA_KILL_ROUNDS says how many kills.
/// </summary>
public sealed class KillTests
{
    private static int Rounds
    {
        get
        {
            if (int.TryParse(Environment.GetEnvironmentVariable("GARITA_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds))
                return rounds;
            if (Environment.GetEnvironmentVariable("GARITA_LONG") is "1")
                return 200;
            return string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GARITA_BINARY")) ? 10 : 40;
        }
    }

    [Fact]
    public async Task The_gateway_is_killed() => Judge(await KillRun.RunAsync(Rounds, Victim.Gateway));

    [Fact]
    public async Task The_mail_server_is_killed_and_in_the_end_stays_away() => Judge(await KillRun.RunAsync(Rounds, Victim.MailServer, outage: true));

    /// <summary>What bench/kill runs; it reads the lines.</summary>
    [Fact]
    public async Task Both_are_killed_in_turn()
    {
        Action<string>? say = Environment.GetEnvironmentVariable("GARITA_KILL_ROUNDS") is { Length: > 0 } ? Console.WriteLine : null;
        var figures = await KillRun.RunAsync(Rounds, Victim.Alternately, say: say);
        say?.Invoke(figures.ToString());
        Judge(figures);
    }

    [Fact]
    public async Task A_mail_server_that_acknowledges_before_it_stores_is_noticed() =>
        Assert.NotEmpty((await KillRun.RunAsync(2, Victim.MailServer, "--careless")).Lost);

    [Fact]
    public async Task A_mail_server_that_stores_twice_is_noticed() =>
        Assert.NotEmpty((await KillRun.RunAsync(1, Victim.MailServer, "--doubles")).Unexplained);

    private static void Judge(KillFigures figures)
    {
        Assert.NotEqual(0, figures.Acknowledged);
        Assert.Empty(figures.Lost);
        Assert.Empty(figures.Unexplained);
        Assert.Empty(figures.Unexpected);
        TestContext.Current.SendDiagnosticMessage(figures.ToString());
    }
}
