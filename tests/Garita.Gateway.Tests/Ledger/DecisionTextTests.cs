using Garita.Gateway.Ledger;
using Xunit;

namespace Garita.Gateway.Tests.Ledger;

public sealed class DecisionTextTests
{
    [Fact]
    public void A_record_is_told_line_by_line_and_nothing_from_outside_can_forge_a_line()
    {
        var text = DecisionText.Render(new DecisionRecord
        {
            Time = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Session = "abc", Transaction = 1, Listener = "mx", Tenant = "acme", Client = "192.0.2.7", Helo = "evil\r\n  outcome delivered\u001b[2J",
            Sender = "", Recipients = [new("bob@example.com", 550, "unknown-recipient")], Rules = [new("unknown-recipient", "reject", "file"), new("fcrdns", "shadow", null)], Octets = 1234567,
            MessageId = "<1@x>", Backend = "b:25", BackendReply = "250 ok", Outcome = "refused", Reply = 550, SessionMilliseconds = 1200, RelayMilliseconds = 3,
        });

        Assert.Equal(
            """
            2026-03-01 12:00:00.000Z  session abc, message 1  listener mx, tenant acme
              client   192.0.2.7 (no reverse name), HELO evil\u{D}\u{A}  outcome delivered\u{1B}[2J, no TLS
              from     <>
              to       <bob@example.com>: 550 by rule unknown-recipient
              message  1,234,567 octets, Message-ID <1@x>
              rule     unknown-recipient: reject (file)
              rule     fcrdns: shadow
              backend  b:25 answered: 250 ok
              outcome  refused, we answered 550, 1,200 ms after the connection, 3 ms after the final dot

            """,
            text);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("grüße", "grüße")]
    [InlineData("a\\u{41}", "a\\\\u{41}")]
    [InlineData("\u202egnp", "\\u{202E}gnp")]
    [InlineData("\u0085\u2028\u007f", "\\u{85}\\u{2028}\\u{7F}")]
    public void Outside_text_is_escaped(string outside, string escaped) => Assert.Equal(escaped, DecisionText.Escape(outside));

    [Fact]
    public void A_lone_surrogate_is_escaped() => Assert.Equal("a\\u{D800}b", DecisionText.Escape("a\ud800b"));
}
