using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>
/// Dialogues as data (tests/Transcripts/*.smtp), each also with every client octet sent by itself.
/// Lines: <c>C: text</c> sends text and CRLF, <c>C~ text</c> without CRLF, <c>S: text</c> expects a reply line that begins so,
/// <c>S* </c> skips the other lines of a reply, <c>S/ </c> expects the close, <c>D: n</c> expects n deliveries, <c>M: text</c> expects text in the last one,
/// <c>T: text</c> in the fields put before it, <c>T! text</c> does not.
/// Escapes: \r \n \0 \\ \xHH and \{n,c} for n times the character c.
/// </summary>
public sealed partial class TranscriptTests
{
    private static string Folder => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../Transcripts"));

    public static TheoryData<string, bool> Transcripts()
    {
        var data = new TheoryData<string, bool>();
        foreach (var file in Directory.GetFiles(Folder, "*.smtp").Order(StringComparer.Ordinal))
        {
            data.Add(Path.GetFileName(file), false);
            // What is about octets that come together cannot be sent one by one.
            if (!File.ReadLines(file).First().Contains("whole only", StringComparison.Ordinal))
                data.Add(Path.GetFileName(file), true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Transcripts))]
    public async Task Speaks_as_written(string name, bool byteByByte)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        await socket.ConnectAsync(gateway.Address);
        var reader = new StreamReader(new NetworkStream(socket), Encoding.Latin1);
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Folder, name)))
        {
            number++;
            if (line.Length < 2 || line[0] == '#')
                continue;
            var text = Unescape(line.Length > 3 ? line[3..] : "");
            var where = $"{name}:{number}: {line}";
            switch (line[..2])
            {
                case "C:":
                    await SendAsync(socket, text + "\r\n", byteByByte);
                    break;
                case "C~":
                    await SendAsync(socket, text, byteByByte);
                    break;
                case "S:":
                    var reply = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
                    Assert.True(reply is not null && reply.StartsWith(text, StringComparison.Ordinal), $"{where}\n  but got: {reply ?? "the close"}");
                    break;
                case "S*":
                    string? more;
                    do
                    {
                        more = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
                    }
                    while (more is { Length: > 3 } && more[3] == '-');
                    break;
                case "S/":
                    Assert.True(await reader.ReadLineAsync(TestContext.Current.CancellationToken) is null, where);
                    break;
                case "D:":
                    Assert.True(gateway.Relay.Got.Count == int.Parse(text, CultureInfo.InvariantCulture), $"{where}\n  but there are {gateway.Relay.Got.Count}");
                    break;
                case "M:":
                    Assert.Contains(text, gateway.Relay.Got[^1].Text, StringComparison.Ordinal);
                    break;
                case "T:":
                    Assert.Contains(text, Trace(gateway), StringComparison.Ordinal);
                    break;
                case "T!":
                    Assert.DoesNotContain(text, Trace(gateway), StringComparison.Ordinal);
                    break;
                default:
                    Assert.Fail($"{where}: not understood");
                    break;
            }
        }
    }

    private static string Trace(GatewayUnderTest gateway) => Encoding.UTF8.GetString(gateway.Relay.Got[^1].Delivery.AddedFields.Span);

    private static async Task SendAsync(Socket socket, string text, bool byteByByte)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        if (!byteByByte)
        {
            await socket.SendAsync(octets);
            return;
        }

        foreach (var octet in octets)
            await socket.SendAsync(new[] { octet });
    }

    private static string Unescape(string text) => Escape().Replace(text, static match => match.Value[1] switch
    {
        'r' => "\r",
        'n' => "\n",
        '0' => "\0",
        'x' => ((char)int.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
        '{' => new string(match.Groups["what"].Value[0], int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture)),
        _ => "\\",
    });

    [GeneratedRegex(@"\\(?:r|n|0|\\|x[0-9A-Fa-f]{2}|\{(?<count>\d+),(?<what>.)\})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escape();
}
