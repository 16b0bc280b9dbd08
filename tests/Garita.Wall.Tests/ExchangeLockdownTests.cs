using System.Management.Automation.Language;
using System.Net;
using Garita.Wall.Lockdown;
using Xunit;

namespace Garita.Wall.Tests;

/// <summary>The lockdown of Exchange in PowerShell itself, on connectors that are made up.</summary>
public sealed class ExchangeLockdownTests
{
    private const string Hostile = "it's \"x\" \u2018\u2019\u201a\u201b $(throw 'ran') $env:PATH `'; throw 'ran' # @' <# \u201c\u201d";

    private static readonly LockdownPlan Plan = new()
    {
        Backend = "mail.example.com",
        Gateways = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")],
        MailPorts = [25],
        AlsoFrom = [IPNetwork.Parse("10.9.0.0/16")],
    };

    [Theory]
    [InlineData(null)]
    [InlineData("Default Frontend MX1")]
    [InlineData(Hostile)]
    public void It_is_PowerShell(string? connector)
    {
        foreach (var plan in (LockdownPlan[])[Plan, Plan with { Backend = "mail\n#> throw 'ran'\r\u2028throw 'ran'", MailPorts = [25, 587], AlsoFrom = [] }])
        {
            Parser.ParseInput(ExchangeLockdown.Render(plan, connector), out _, out var errors);
            Assert.Empty(errors.Select(static error => error.Extent.StartLineNumber + ": " + error.Message));
        }
    }

    [Fact]
    public void Without_a_switch_it_sets_nothing()
    {
        using var exchange = new ExchangeShell();
        var before = exchange.State;
        var (text, error) = exchange.Run(ExchangeLockdown.Render(Plan));
        Assert.Null(error);
        Assert.Contains("from ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 0.0.0.0-255.255.255.255 to 192.0.2.1, 2001:db8::1, 10.9.0.0/16, 127.0.0.1, ::1", text, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", text, StringComparison.Ordinal);
        Assert.Contains("WARNING MX1\\Second takes no anonymous mail", text, StringComparison.Ordinal);
        Assert.Equal(before, exchange.State);
        Assert.Empty(Directory.GetFiles(exchange.Folder));
    }

    [Fact]
    public void What_is_applied_is_set_on_the_mail_port_alone_and_undone_whole()
    {
        using var exchange = new ExchangeShell();
        var (script, before) = (ExchangeLockdown.Render(Plan), exchange.State);
        Assert.Contains("In force.", Good(exchange.Run(script, "Apply")), StringComparison.Ordinal);
        const string Ranges = "192.0.2.1 2001:db8::1 10.9.0.0/16 127.0.0.1 ::1; 00:00:00; Unlimited; 100; Unlimited; ms-Exch-SMTP-Submit";
        var (was, now) = (before.Split('\n'), exchange.State.Split('\n'));
        Assert.Equal(["MX1\\Default Frontend MX1; " + Ranges, "MX1\\Second; " + Ranges, was[2], was[3]], now);

        // A second time keeps what the first kept.
        var kept = File.ReadAllText(exchange.Kept);
        Good(exchange.Run(script, "Apply"));
        Assert.Equal(kept, File.ReadAllText(exchange.Kept));
        Assert.Contains("As before.", Good(exchange.Run(script, "Undo")), StringComparison.Ordinal);
        Assert.Equal(before, exchange.State);
        Assert.Equal("Garita-ReceiveConnectors-20260203-040506.xml", Path.GetFileName(Assert.Single(Directory.GetFiles(exchange.Folder))));
        Assert.Contains("Nothing is kept", exchange.Run(script, "Undo").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_nothing_but_a_name()
    {
        using var exchange = new ExchangeShell(Hostile);
        var (script, before) = (ExchangeLockdown.Render(Plan, Hostile), exchange.State);
        Good(exchange.Run(script, "Apply"));
        Assert.StartsWith($"MX1\\{Hostile}; 192.0.2.1 ", exchange.State, StringComparison.Ordinal);
        Assert.Contains("MX1\\Second; 198.51.100.0/24;", exchange.State, StringComparison.Ordinal);
        Good(exchange.Run(script, "Undo"));
        Assert.Equal(before, exchange.State);
    }

    [Fact]
    public void One_that_fails_in_the_middle_says_so_and_is_undone()
    {
        using var exchange = new ExchangeShell();
        var (script, before) = (ExchangeLockdown.Render(Plan), exchange.State);
        exchange.Fail("MX1\\Second");
        var (text, error) = exchange.Run(script, "Apply");
        Assert.Contains("the directory does not answer", error, StringComparison.Ordinal);
        Assert.Contains("WARNING Not all of it was set.", text, StringComparison.Ordinal);
        Assert.NotEqual(before, exchange.State, StringComparer.Ordinal);
        // An undo that fails keeps what it needs for the next.
        Assert.Contains("the directory does not answer", exchange.Run(script, "Undo").Error, StringComparison.Ordinal);
        Assert.True(File.Exists(exchange.Kept));
        exchange.Fail(null);
        Good(exchange.Run(script, "Undo"));
        Assert.Equal(before, exchange.State);
    }

    /// <summary>A script for one connector, later one for another: undo knows both.</summary>
    [Fact]
    public void What_comes_second_is_kept_too()
    {
        using var exchange = new ExchangeShell();
        var before = exchange.State;
        Good(exchange.Run(ExchangeLockdown.Render(Plan, "Default Frontend MX1"), "Apply"));
        Good(exchange.Run(ExchangeLockdown.Render(Plan, "Second"), "Apply"));
        Good(exchange.Run(ExchangeLockdown.Render(Plan), "Undo"));
        Assert.Equal(before, exchange.State);
        Assert.Single(Directory.GetFiles(exchange.Folder));
    }

    /// <summary>Exchange refuses two with the same binding and ranges, in the middle of it.</summary>
    [Fact]
    public void Two_on_one_binding_are_told_before_anything_is_set()
    {
        using var exchange = new ExchangeShell(second: "0.0.0.0:25");
        var before = exchange.State;
        var (_, error) = exchange.Run(ExchangeLockdown.Render(Plan), "Apply");
        Assert.Contains("both serve 0.0.0.0:25", error, StringComparison.Ordinal);
        Assert.Contains("--connector NAME", error, StringComparison.Ordinal);
        Assert.Equal(before, exchange.State);
        Assert.Empty(Directory.GetFiles(exchange.Folder));
    }

    [Fact]
    public void A_connector_that_is_not_there_is_told()
    {
        using var exchange = new ExchangeShell();
        Assert.Contains("No receive connector on port 25 of MX1", exchange.Run(ExchangeLockdown.Render(Plan, "Nobody"), "Apply").Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(exchange.Folder));
    }

    private static string Good((string Text, string? Error) run)
    {
        Assert.Null(run.Error);
        return run.Text;
    }
}
