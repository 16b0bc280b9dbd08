using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using Garita.Gateway.Evidence.Engines;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Engines;

public sealed class EngineTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Meter _meter = new("test");
    private readonly EngineRoom _room;

    public EngineTests() => _room = new EngineRoom(_time, _meter, NullLogger.Instance);

    public void Dispose()
    {
        _room.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("stream: OK\0", EngineStatus.Scanned, null)]
    [InlineData("stream: Eicar-Test-Signature FOUND\0", EngineStatus.Scanned, "Eicar-Test-Signature")]
    [InlineData("stream: x\u00e9\ny FOUND\0", EngineStatus.Scanned, "x??y")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", EngineStatus.TooLarge, null)]
    [InlineData("stream:  FOUND\0", EngineStatus.Down, null)]
    [InlineData("what\0", EngineStatus.Down, null)]
    [InlineData("", EngineStatus.Down, null)]
    public async Task ClamAV_is_read(string answer, EngineStatus status, string? virus)
    {
        using var engine = new ScriptedEngine(static heard => heard.EndsWith("\0\0\0\0", StringComparison.Ordinal), _ => answer);
        var said = await ScanAsync("a: b\n\nbody\r\n", engine.Settings(EngineKind.ClamAv));
        Assert.Equal((status, virus), (said.Status, said.Virus));
        // With the line ends that the mail server gets.
        Assert.Equal("zINSTREAM\0\0\0\0\u000ea: b\r\n\r\nbody\r\n\0\0\0\0", engine.Heard);
    }

    [Theory]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 15.4 / 5.0\r\n\r\nA,B\r\n", EngineStatus.Scanned, 15.4)]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: False ; -1.2 / 5.0\r\n\r\n", EngineStatus.Scanned, -1.2)]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; NaN / 5.0\r\n\r\n", EngineStatus.Down, 0)]
    [InlineData("SPAMD/1.1 76 EX_PROTOCOL\r\n\r\n", EngineStatus.Down, 0)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", EngineStatus.Down, 0)]
    public async Task SpamAssassin_is_read(string answer, EngineStatus status, double score)
    {
        using var engine = new ScriptedEngine(static _ => false, _ => answer);
        var said = await ScanAsync("a: b\r\n\r\nbody\r\n", engine.Settings(EngineKind.SpamAssassin));
        Assert.Equal((status, score), (said.Status, said.Score ?? 0));
        Assert.Equal("SYMBOLS SPAMC/1.5\r\n\r\nReceived: here\r\na: b\r\n\r\nbody\r\n", engine.Heard);
    }

    [Theory]
    [InlineData("{\"score\": 7.5, \"action\": \"add header\", \"symbols\": {\"GTUBE\": {\"score\": 7.5}, \"ZERO\": {\"score\": 0}}}", EngineStatus.Scanned, EngineAction.Tag, "add header: GTUBE")]
    [InlineData("{\"score\": 20, \"action\": \"reject\"}", EngineStatus.Scanned, EngineAction.Reject, "reject: ")]
    [InlineData("{\"score\": 1, \"action\": \"soft reject\", \"symbols\": []}", EngineStatus.Scanned, EngineAction.Defer, "soft reject: ")]
    [InlineData("{\"score\": \"x\"}", EngineStatus.Down, EngineAction.None, "rspamd's answer cannot be read")]
    [InlineData("[]", EngineStatus.Down, EngineAction.None, "rspamd's answer cannot be read")]
    public async Task Rspamd_is_read(string json, EngineStatus status, EngineAction action, string detail)
    {
        using var engine = new ScriptedEngine(
            static heard => heard.EndsWith("0\r\n\r\n", StringComparison.Ordinal), _ => string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {json.Length}\r\n\r\n{json}"));
        var said = await ScanAsync("a: b\r\n\r\nbody\r\n", engine.Settings(EngineKind.Rspamd));
        Assert.Equal((status, action, detail), (said.Status, said.Action, said.Detail));
        foreach (var field in (string[])["IP: 198.51.100.7", "Helo: x.test", "From: eve@x.test", "Rcpt: anna@example.com, bob@example.com", "Queue-Id: S1.1"])
            Assert.Contains(field + "\r\n", engine.Heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ICAP/1.0 204 No Content\r\nISTag: \"x\"\r\n\r\n", EngineStatus.Scanned, null)]
    [InlineData("ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=EICAR;\r\nEncapsulated: null-body=0\r\n\r\n", EngineStatus.Scanned, "EICAR")]
    [InlineData("ICAP/1.0 200 OK\r\nX-Virus-ID: EICAR Test\r\nEncapsulated: res-hdr=0, res-body=20\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n", EngineStatus.Scanned, "EICAR Test")]
    [InlineData("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=20\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n", EngineStatus.Scanned, "blocked")]
    [InlineData("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=20\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", EngineStatus.Scanned, null)]
    [InlineData("ICAP/1.0 500 Error\r\n\r\n", EngineStatus.Down, null)]
    [InlineData("ICAP/1.0 404 Service not found\r\n\r\n", EngineStatus.Down, null)]
    [InlineData("garbage", EngineStatus.Down, null)]
    public async Task ICAP_is_read(string answer, EngineStatus status, string? virus)
    {
        using var engine = new ScriptedEngine(static heard => heard.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal), _ => answer);
        var said = await ScanAsync("a: b\r\n\r\nbody\r\n", engine.Settings(EngineKind.Icap));
        Assert.Equal((status, virus), (said.Status, said.Virus));
        Assert.StartsWith("RESPMOD icap://127.0.0.1:", engine.Heard, StringComparison.Ordinal);
        // RFC 3507 §4.4.1: the offsets are where the parts begin.
        var body = engine.Heard[(engine.Heard.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var at = int.Parse(engine.Heard.Split("res-body=")[1].Split('\r')[0], CultureInfo.InvariantCulture);
        Assert.Equal("e\r\na: b\r\n\r\nbody\r\n\r\n0\r\n\r\n", body[at..]);
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up()
    {
        using var engine = new ScriptedEngine(static heard => heard.EndsWith("\0\0\0\0", StringComparison.Ordinal), static _ => new string('x', 100_000));
        Assert.Contains("too long", (await ScanAsync("a", engine.Settings(EngineKind.ClamAv))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_deadline_for_all_and_the_others_are_heard()
    {
        using var silent = new ScriptedEngine(static heard => heard.EndsWith("\0\0\0\0", StringComparison.Ordinal), static _ => null);
        using var quick = new ScriptedEngine(static _ => false, static _ => "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n");
        _room.Apply(new EnginesSettings { All = [silent.Settings(EngineKind.ClamAv), quick.Settings(EngineKind.SpamAssassin)] });
        using var letter = Letter("a: b\r\n\r\n");
        using var ended = new SemaphoreSlim(0);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter == _meter)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => ended.Release());
        listener.Start();
        var scanning = _room.ScanAsync(Scan(letter), static _ => true, TimeSpan.FromSeconds(30));
        await ended.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => silent.Heard.Length > 0, TimeSpan.FromSeconds(60)));
        _time.Advance(TimeSpan.FromSeconds(30));
        var answers = await scanning;
        Assert.Equal([(EngineStatus.Down, "it did not answer in time"), (EngineStatus.Scanned, "")], answers.Select(static answer => (answer.Status, answer.Detail)));
    }

    [Fact]
    public async Task A_dead_engine_costs_no_time_after_five_failures_and_is_tried_again()
    {
        var engine = new ScriptedEngine(static heard => heard.EndsWith("\0\0\0\0", StringComparison.Ordinal), static _ => "ERROR\0");
        using var held = engine;
        var settings = engine.Settings(EngineKind.ClamAv);
        for (var i = 0; i < 5; i++)
            Assert.Equal(EngineStatus.Down, (await ScanAsync("a", settings)).Status);
        Assert.Equal((5, "it did not answer lately"), (engine.Connections, (await ScanAsync("a", settings)).Detail));
        Assert.Equal(5, engine.Connections);
        _time.Advance(TimeSpan.FromSeconds(13));
        await ScanAsync("a", settings);
        Assert.Equal(6, engine.Connections);
    }

    [Fact]
    public async Task A_message_that_is_too_large_passes_by()
    {
        using var engine = new ScriptedEngine(static _ => true, static _ => null);
        Assert.Equal(EngineStatus.TooLarge, (await ScanAsync(new string('a', 2000), engine.Settings(EngineKind.ClamAv) with { MaxSize = 1024 })).Status);
        Assert.Equal(0, engine.Connections);
    }

    [Fact]
    public async Task Nobody_there()
    {
        var gone = new ScriptedEngine(static _ => true, static _ => null);
        var settings = gone.Settings(EngineKind.Rspamd);
        gone.Dispose();
        var answer = await ScanAsync("a", settings);
        Assert.Equal(EngineStatus.Down, answer.Status);
        Assert.StartsWith("it cannot be reached", answer.Detail, StringComparison.Ordinal);
    }

    private async Task<EngineAnswer> ScanAsync(string message, EngineSettings settings)
    {
        _room.Apply(new EnginesSettings { All = [settings] });
        using var letter = Letter(message);
        return Assert.Single(await _room.ScanAsync(Scan(letter), static _ => true, TimeSpan.FromSeconds(30)));
    }

    private static Message.PlainLetter Letter(string message) => new(Encoding.Latin1.GetBytes(message), 1000);

    private static EngineScan Scan(Gateway.Relay.Letters.ILetter letter) => new()
    {
        Letter = letter,
        Trace = Encoding.ASCII.GetBytes("Received: here\r\n"),
        Client = IPAddress.Parse("198.51.100.7"),
        Helo = "x.test",
        Sender = "eve@x.test",
        Recipients = ["anna@example.com", "bob@example.com"],
        Id = "S1.1",
    };
}
