using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Reports;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Relay.Backends;
using Garita.Protocols.Address;
using Garita.SenderAuth.Dmarc;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Reports;

public sealed class DmarcReportsTests : IDisposable
{
    private static readonly XNamespace Xml = AggregateReportXml.Namespace;
    private readonly string _data = Path.Combine(Path.GetTempPath(), "garita-reports-" + Guid.NewGuid().ToString("N"));
    private readonly ManualTime _time = new();
    private readonly Zone _dns = new();

    private string Outgoing => Path.Combine(_data, "dmarc", "outgoing");

    private string Notes => Path.Combine(_data, "dmarc", "2026-03-01.notes");

    private GatewaySettings Settings { get; set; }

    public DmarcReportsTests()
    {
        Directory.CreateDirectory(_data);
        Settings = new GatewaySettings
        {
            Hostname = "gate.example",
            DataFolder = _data,
            Dmarc = new DmarcSettings { ReportFrom = new Mailbox("reports", "gate.example"), ReportOrganization = "Gate & Co" },
        };
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_day_becomes_one_report_for_each_domain()
    {
        await using (var reports = New())
        {
            for (var i = 0; i < 3; i++)
                reports.Add(await OutcomeAsync("a.example", pass: false), Row("192.0.2.1", "reject"));
            reports.Add(await OutcomeAsync("a.example", pass: true), Row("192.0.2.2", "pass") with { SpfAligned = true });
            reports.Add(await OutcomeAsync("b.example", pass: false), Row("2001:db8::1", "none") with { Reason = "trusted_forwarder" });
            reports.Add(await OutcomeAsync("silent.example", pass: false), Row("192.0.2.9", "none"));
            await UntilNotesAsync(5);
            await reports.RunAsync();
            Assert.False(Directory.Exists(Outgoing));
        }

        // The next day, behind a restart in the middle of a line.
        await File.AppendAllTextAsync(Notes, "a.example\t{\"Pol", TestContext.Current.CancellationToken);
        _time.JumpWallClock(TimeSpan.FromDays(1));
        await using var again = New();
        await again.RunAsync();
        Assert.False(File.Exists(Notes));
        var files = Directory.GetFiles(Outgoing, "*.gz").Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["gate.example!a.example!1772323200!1772409599.xml.gz", "gate.example!b.example!1772323200!1772409599.xml.gz"], files, StringComparer.Ordinal);
        var feedback = Read(Directory.GetFiles(Outgoing, "*!a.example!*.gz")[0]);
        Assert.Equal("feedback", feedback.Name.LocalName);
        Assert.Equal(["version", "report_metadata", "policy_published", "record", "record"], feedback.Elements().Select(static one => one.Name.LocalName), StringComparer.Ordinal);
        Assert.Equal("Gate & Co", feedback.Descendants(Xml + "org_name").Single().Value);
        Assert.Equal(["3", "1"], feedback.Descendants(Xml + "count").Select(static one => one.Value), StringComparer.Ordinal);
        var record = feedback.Elements(Xml + "record").First();
        Assert.Equal(["row", "identifiers", "auth_results"], record.Elements().Select(static one => one.Name.LocalName), StringComparer.Ordinal);
        Assert.Equal(["disposition", "dkim", "spf"], record.Descendants(Xml + "policy_evaluated").Single().Elements().Select(static one => one.Name.LocalName), StringComparer.Ordinal);
        Assert.Equal("a?b<&>\"", record.Descendants(Xml + "selector").Single().Value);
        Assert.Equal("trusted_forwarder", Read(Directory.GetFiles(Outgoing, "*!b.example!*.gz")[0]).Descendants(Xml + "type").Single().Value);

        // Without a smarthost they stay, for thirty days.
        await again.RunAsync();
        Assert.Equal(4, Directory.GetFiles(Outgoing).Length);
        _time.JumpWallClock(TimeSpan.FromDays(31));
        await again.RunAsync();
        Assert.Empty(Directory.GetFiles(Outgoing));
    }

    [Fact]
    public async Task They_are_sent_once_over_the_smarthost_to_whom_agreed()
    {
        await using var smarthost = new FakeBackend(FakeBackend.Hello + FakeBackend.Accept + FakeBackend.Accept + "stall");
        Settings = Settings with { Outbound = new BackendSettings { Smtp = [smarthost.Address] } };
        _dns.Texts["_dmarc.a.example"] = "v=DMARC1; p=reject";
        _dns.Texts["a.example._report._dmarc.agreed.example"] = "v=DMARC1";
        await using var reports = New();
        reports.Add(await OutcomeAsync("a.example", pass: false, "mailto:own@a.example,mailto:x@agreed.example,mailto:y@victim.example"), Row("192.0.2.1", "reject"));
        await UntilNotesAsync(1);
        _time.JumpWallClock(TimeSpan.FromDays(1));
        await reports.RunAsync();
        Assert.Equal(2, smarthost.Messages.Count);
        Assert.Empty(Directory.GetFiles(Outgoing));
        Assert.Contains("To: <own@a.example>\r\n", smarthost.Messages[0], StringComparison.Ordinal);
        Assert.Contains("To: <x@agreed.example>\r\n", smarthost.Messages[1], StringComparison.Ordinal);
        Assert.Contains("Subject: Report Domain: a.example\r\n Submitter: gate.example\r\n Report-ID: <1772323200.", smarthost.Messages[0], StringComparison.Ordinal);
        Assert.Contains("filename=\"gate.example!a.example!1772323200!1772409599.xml.gz\"", smarthost.Messages[0], StringComparison.Ordinal);
        Assert.All(smarthost.Messages[0].Split("\r\n"), static line => Assert.True(line.Length <= 78 || line.StartsWith(" filename", StringComparison.Ordinal) || line.StartsWith("Message-ID", StringComparison.Ordinal), line));
        var packed = smarthost.Messages[0].Split("\r\n\r\n")[^1].Split("--=_")[0];
        Assert.Equal("feedback", Read(new MemoryStream(Convert.FromBase64String(packed))).Name.LocalName);
        await reports.RunAsync();
        Assert.Equal(2, smarthost.Messages.Count);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_tried_again_for_two_days()
    {
        await using var smarthost = new FakeBackend("S 421 not now\nclose");
        Settings = Settings with { Outbound = new BackendSettings { Smtp = [smarthost.Address] } };
        await using var reports = New();
        reports.Add(await OutcomeAsync("a.example", pass: false), Row("192.0.2.1", "reject"));
        await UntilNotesAsync(1);
        _time.JumpWallClock(TimeSpan.FromDays(1));
        await reports.RunAsync();
        Assert.Equal(2, Directory.GetFiles(Outgoing).Length);
        _time.JumpWallClock(TimeSpan.FromDays(2));
        await reports.RunAsync();
        Assert.Empty(Directory.GetFiles(Outgoing));
    }

    [Fact]
    public async Task Off_it_writes_nothing()
    {
        Settings = Settings with { Dmarc = new DmarcSettings() };
        await using (var reports = New())
        {
            Assert.False(reports.IsOn);
            reports.Add(await OutcomeAsync("a.example", pass: false), Row("192.0.2.1", "reject"));
        }

        Assert.False(Directory.Exists(Path.Combine(_data, "dmarc")));
    }

    private DmarcReports New() => new(Settings, _dns, _time, NullLoggerFactory.Instance);

    private static async Task<DmarcOutcome> OutcomeAsync(string domain, bool pass, string? rua = null)
    {
        var dns = new Garita.Gateway.Evidence.Sender.SenderDns(new Zone { Texts = { ["_dmarc." + domain] = "v=DMARC1; p=reject" + (domain.StartsWith("silent", StringComparison.Ordinal) ? "" : "; rua=" + (rua ?? "mailto:r@" + domain)) } });
        return await DmarcCheck.RunAsync(new DmarcQuery(domain, pass ? new Identifier(domain, IdentifierState.Passed) : null, []), dns, CancellationToken.None);
    }

    private static ReportedRow Row(string client, string done) =>
        new(client, done, false, false, null, "a.example", "", [new ReportedSignature("d.example", "a\u0001b<&>\"", "fail")], "h.example", "none");

    private async Task UntilNotesAsync(int lines)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!File.Exists(Notes) || await CountAsync() < lines)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));
            await Task.Yield();
        }

        async Task<int> CountAsync()
        {
            await using var file = new FileStream(Notes, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Count(static c => c == '\n');
        }
    }

    private static XElement Read(string file) => Read(File.OpenRead(file));

    private static XElement Read(Stream packed)
    {
        using var xml = new GZipStream(packed, CompressionMode.Decompress);
        return XElement.Load(xml);
    }

    private sealed class Zone : IDnsResolver
    {
        public Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

        public ValueTask<DnsAnswer<string>> TextsAsync(string name) => new(Texts.TryGetValue(name, out var text) ? new DnsAnswer<string>(DnsStatus.Found, [text]) : new DnsAnswer<string>(DnsStatus.NoName, []));

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => throw new NotSupportedException();
    }
}
