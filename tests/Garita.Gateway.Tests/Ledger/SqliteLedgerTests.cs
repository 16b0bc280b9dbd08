using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Xunit;

namespace Garita.Gateway.Tests.Ledger;

public sealed class SqliteLedgerTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("s2", "2")]
    [InlineData("S2", "2")]
    [InlineData("ann@example.org", "1 3")]
    [InlineData("<Ann@Example.ORG>", "1 3")]
    [InlineData("@example.org", "1 3")]
    [InlineData("@xample.org", "")]
    [InlineData("carl@example.net", "2")]
    [InlineData("@EXAMPLE.net", "2")]
    [InlineData("bob@example.com", "1 2 3")]
    [InlineData("192.0.2.7", "1")]
    [InlineData("192.0.2.0/24", "1 2")]
    [InlineData("192.0.2.99/24", "1 2")]
    [InlineData("192.0.0.0/8", "1 2")]
    [InlineData("0.0.0.0/0", "1 2")]
    [InlineData("::ffff:192.0.2.7", "1")]
    [InlineData("2001:db8::1", "3")]
    [InlineData("2001:db8::2", "")]
    [InlineData("2001:db8::/48", "3")]
    [InlineData("::/0", "3")]
    [InlineData("2001:db8:1::/48", "")]
    [InlineData("nobody", "")]
    [InlineData("", "")]
    public async Task Explain_finds_what_was_just_recorded(string what, string sessions)
    {
        await using var ledger = await _folder.OpenAsync();
        ledger.Record(_folder.Record(1));
        ledger.Record(_folder.Record(2, sender: "carl@example.net", client: "192.0.2.200"));
        ledger.Record(_folder.Record(3, client: "2001:db8::1"));

        var found = await ledger.ExplainAsync(what, 10);

        Assert.Equal(sessions, string.Join(' ', found.Reverse().Select(record => record.Session[1..])));
    }

    [Fact]
    public async Task Explain_gives_the_newest_first_and_no_more_than_asked()
    {
        await using var ledger = await _folder.OpenAsync();
        for (var i = 0; i < 3000; i++)
            ledger.Record(_folder.Record(i));

        var found = await ledger.ExplainAsync("@example.com", 2500);

        Assert.Equal(2500, found.Count);
        Assert.Equal("s2999 s2998", string.Join(' ', found.Take(2).Select(record => record.Session)));
    }

    [Fact]
    public async Task A_record_comes_back_as_it_was()
    {
        await using var ledger = await _folder.OpenAsync();
        var record = new DecisionRecord
        {
            Time = _folder.Time.GetUtcNow(), Session = "abc", Transaction = 2, Listener = "mx", Tenant = "acme", Client = "192.0.2.7", ReverseName = "a.example", Helo = "x\r\n\u001b[2J\u202e",
            Tls = "TLS1.3", Sender = "", Recipients = [new("bob+tag@example.com", 550, "unknown-recipient"), new("postmaster", 250, null)],
            Rules = [new("fcrdns", "shadow", "ü\0\ud800"), new("verb", "reject", null)], Octets = 7, MessageId = "<a+b@c>", Backend = "b:25", BackendReply = "250 ok", Outcome = "refused", Reply = 550,
            SessionMilliseconds = 8, RelayMilliseconds = 9,
        };
        ledger.Record(record);

        var back = Assert.Single(await ledger.ExplainAsync("postmaster", 10));

        Assert.Equal(record.Time, back.Time);
        Assert.Equal(record.Recipients, back.Recipients);
        Assert.Equal(record.Helo, back.Helo);
        Assert.Equal("ü\0\ufffd", back.Rules[0].Detail);
        Assert.Equal((record.Sender, record.Octets, record.SessionMilliseconds, record.RelayMilliseconds), (back.Sender, back.Octets, back.SessionMilliseconds, back.RelayMilliseconds));
        var line = Assert.Single(await _folder.LinesAsync());
        Assert.Equal(
            """{"time":"2026-03-01T12:00:00.000000Z","session":"abc","transaction":2,"listener":"mx","tenant":"acme","client":"192.0.2.7","reverse_name":"a.example","helo":"x\r\n\u001B[2J\u202E","tls":"TLS1.3","sender":"","recipients":[{"address":"bob+tag@example.com","reply":550,"rule":"unknown-recipient"},{"address":"postmaster","reply":250}],"rules":[{"rule":"fcrdns","verdict":"shadow","detail":"\u00FC\u0000\uFFFD"},{"rule":"verb","verdict":"reject"}],"bytes":7,"message_id":"<a+b@c>","backend":"b:25","backend_reply":"250 ok","outcome":"refused","reply":550,"session_ms":8,"relay_ms":9}""",
            line);
    }

    [Fact]
    public async Task Records_are_written_a_tenth_of_a_second_later_without_being_asked()
    {
        await using var ledger = await _folder.OpenAsync();
        ledger.Record(_folder.Record(1));
        Assert.False(Directory.Exists(_folder.Decisions));

        _folder.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Single(await _folder.LinesAsync());
    }

    [Fact]
    public async Task What_is_in_the_queue_is_written_when_it_is_disposed_and_read_by_the_next()
    {
        await using (var ledger = await _folder.OpenAsync())
        {
            ledger.Record(_folder.Record(1));
            ledger.Audit(new AuditEntry(_folder.Time.GetUtcNow(), "root (0)", "control.sock", "settings.reload", null, "{}"));
        }

        await using var next = await _folder.OpenAsync();
        Assert.Single(await next.ExplainAsync("s1", 10));
        Assert.Equal(new AuditEntry(_folder.Time.GetUtcNow(), "root (0)", "control.sock", "settings.reload", null, "{}"), Assert.Single(await next.AuditTrailAsync(10)));
    }

    [Fact]
    public async Task Deliveries_and_refusals_are_kept_until_their_time_is_over()
    {
        await using var ledger = await _folder.OpenAsync();
        var now = _folder.Time.GetUtcNow();
        ledger.Remember(new RememberedDelivery([1, 2, 3], "s1", now.AddDays(5)));
        ledger.Remember(new RememberedDelivery([4], "s2", now.AddHours(1)));
        ledger.Remember(new RememberedRefusal("bob@example.com", null, 550, "5.1.1", now.AddHours(2)));
        ledger.Remember(new RememberedRefusal("bob@example.com", "", 554, "5.7.1", now.AddHours(2)));
        ledger.Remember(new RememberedRefusal("bob@example.com", "", 552, "5.2.2", now.AddHours(3)));
        ledger.Remember(new RememberedRefusal("eve@example.com", "a@b", 450, "4.2.1", now.AddHours(5)));
        Assert.Equal([(null, 550), ("", 552), ("a@b", 450)], (await ledger.RefusalsAsync()).Select(one => (one.Sender, (int)one.Code)).OrderBy(one => one.Sender is null ? 0 : 1 + one.Sender.Length));

        _folder.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal("s1", Assert.Single(await ledger.DeliveriesAsync()).Session);
        Assert.Equal(2, (await ledger.RefusalsAsync()).Count);
        ledger.ForgetRefusals("bob@example.com");
        Assert.Equal("eve@example.com", Assert.Single(await ledger.RefusalsAsync()).Recipient);
        ledger.ForgetRefusals(null);
        Assert.Empty(await ledger.RefusalsAsync());
    }

    [Fact]
    public async Task Exceptions_are_kept_and_removed()
    {
        await using var ledger = await _folder.OpenAsync();
        var whole = new ExceptionRule
        {
            Id = "1", Client = IPNetwork.Parse("198.51.100.0/24"), Helo = ".example.org", Sender = "<>", Recipient = "@example.com", Rules = FrozenSet.Create(StringComparer.Ordinal, "fcrdns", "helo-syntax"),
            Until = _folder.Time.GetUtcNow().AddDays(1), Comment = "ticket '123'; DROP TABLE exception",
        };
        await ledger.AddExceptionAsync(whole);
        await ledger.AddExceptionAsync(new ExceptionRule { Id = "2", Sender = "eve@example.net", Block = true });
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.AddExceptionAsync(new ExceptionRule { Id = "2", Helo = "x" }));

        var kept = await ledger.ExceptionsAsync();
        Assert.Equal(2, kept.Count);
        Assert.Equal(whole with { Rules = kept[0].Rules }, kept[0]);
        Assert.True(whole.Rules.SetEquals(kept[0].Rules));

        _folder.Time.Advance(TimeSpan.FromDays(1));
        Assert.True(Assert.Single(await ledger.ExceptionsAsync()).Block);
        Assert.True(await ledger.RemoveExceptionAsync("2"));
        Assert.False(await ledger.RemoveExceptionAsync("2"));
    }
}
