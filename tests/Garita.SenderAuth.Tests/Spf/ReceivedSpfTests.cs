using System.Net;
using CsCheck;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

public sealed class ReceivedSpfTests
{
    [Fact]
    public void A_pass()
    {
        var query = new SpfQuery(IPAddress.Parse("192.0.2.1"), "h.example", "a.b@x.example", "mx.example.com");
        Assert.Equal(
            "Received-SPF: pass (x.example permits 192.0.2.1)\r\n\treceiver=mx.example.com;\r\n\tidentity=mailfrom;\r\n\tclient-ip=192.0.2.1;\r\n\tenvelope-from=\"a.b@x.example\";\r\n\tmechanism=\"ip4:192.0.2.0/24\";\r\n\thelo=h.example\r\n",
            ReceivedSpf.Write(query, new SpfOutcome(SpfResult.Pass, "x.example", "ip4:192.0.2.0/24")));
    }

    [Fact]
    public void A_HELO_check_that_fails()
    {
        var query = new SpfQuery(IPAddress.Parse("2001:db8::1"), "h.example", "", "mx.example.com");
        var field = ReceivedSpf.Write(query, new SpfOutcome(SpfResult.PermError, "h.example", "a", Problem: "several records"));
        Assert.Contains("permerror (the records of h.example cannot be interpreted)", field, StringComparison.Ordinal);
        Assert.Contains("identity=helo;\r\n\tclient-ip=\"2001:db8::1\";\r\n\tenvelope-from=\"\";\r\n\tproblem=\"several records\";", field, StringComparison.Ordinal);
    }

    [Fact]
    public void What_came_from_outside_stays_in_its_quotes()
    {
        var query = new SpfQuery(IPAddress.Loopback, "a\r\nX: (b) \"\\", "q\"u\\o\u00E4@x(y).example", "mx.example.com");
        var field = ReceivedSpf.Write(query, new SpfOutcome(SpfResult.Fail, query.Domain, "-all"));
        Assert.Contains("""(x\(y\).example does not permit 127.0.0.1)""", field, StringComparison.Ordinal);
        Assert.Contains("""envelope-from="q\"u\\o?@x(y).example";""", field, StringComparison.Ordinal);
        Assert.EndsWith("""
            helo="a??X: (b) \"\\"
            """.Trim() + "\r\n", field, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_names_make_one_field_of_printable_lines() =>
        Gen.Select(Gen.String, Gen.String, Gen.String).Sample((helo, sender, mechanism) =>
        {
            var query = new SpfQuery(IPAddress.Loopback, helo, sender, "mx.example.com");
            var field = ReceivedSpf.Write(query, new SpfOutcome(SpfResult.SoftFail, query.Domain, mechanism));
            Assert.EndsWith("\r\n", field, StringComparison.Ordinal);
            var lines = field[..^2].Split("\r\n");
            Assert.Equal(7, lines.Length);
            Assert.All(lines, static line => Assert.InRange(line.Length, 2, 998));
            Assert.All(lines[1..], static line => Assert.Equal('\t', line[0]));
            Assert.All(lines.Select(static line => line.TrimStart('\t')), static line => Assert.DoesNotContain(line, static c => c is < ' ' or > '~'));
        });
}
