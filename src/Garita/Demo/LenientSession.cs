using System.Buffers;
using System.Text;

namespace Garita.Demo;

/// <summary>
/// A dialogue with a mail server that forgives everything: lines of any length that end in LF, NUL, commands in any order and all at once, any
/// address. What it does not know (the lines of an HTTP request) it complains of and reads over. It is what an attacker hopes for.
/// </summary>
/// <param name="deliver">Takes sender, recipients and content of each message.</param>
internal sealed class LenientSession(Action<string, IReadOnlyList<string>, byte[]> deliver)
{
    private const int MostLine = 1 << 20;
    private readonly StringBuilder _answers = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private List<string> _recipients = [];
    private string _sender = "";
    private LenientDataReader? _data;

    /// <summary>The greeting.</summary>
    public static byte[] Greeting { get; } = "220 mail.example.com ESMTP, at your service\r\n"u8.ToArray();

    /// <summary>Whether the client said QUIT, or more than can be kept.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Takes input, however it is cut.</summary>
    /// <returns>What is to be answered; may be empty.</returns>
    public byte[] Take(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && !IsOver)
        {
            if (_data is not null)
            {
                var ended = _data.Read(input, out var consumed);
                input = input[consumed..];
                IsOver = _data.IsTooLong;
                if (ended)
                    EndOfData(_data.Content);
                continue;
            }

            var end = input.IndexOf((byte)'\n');
            _line.Write(end < 0 ? input : input[..end]);
            input = end < 0 ? [] : input[(end + 1)..];
            if (end >= 0)
            {
                Answer(Encoding.Latin1.GetString(_line.WrittenSpan).TrimEnd('\r'));
                _line.ResetWrittenCount();
            }

            IsOver |= _line.WrittenCount > MostLine;
        }

        var answers = Encoding.Latin1.GetBytes(_answers.ToString());
        _answers.Clear();
        return answers;
    }

    private void EndOfData(byte[] content)
    {
        _data = null;
        deliver(_sender, _recipients, content);
        _recipients = [];
        _sender = "";
        _answers.Append("250 2.0.0 Taken\r\n");
    }

    private void Answer(string line)
    {
        var verb = line.Split(' ', 2)[0].ToUpperInvariant();
        switch (verb)
        {
            case "EHLO":
                _answers.Append("250-mail.example.com\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 52428800\r\n250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8\r\n");
                break;
            case "HELO" or "RSET" or "NOOP":
                _recipients = [];
                _answers.Append("250 2.0.0 Ok\r\n");
                break;
            case "MAIL":
                _sender = PathOf(line);
                _recipients = [];
                _answers.Append("250 2.1.0 Ok\r\n");
                break;
            case "RCPT":
                _recipients.Add(PathOf(line));
                _answers.Append("250 2.1.5 Ok\r\n");
                break;
            case "DATA":
                _data = new LenientDataReader();
                _answers.Append("354 Go on, end with a dot\r\n");
                break;
            case "QUIT":
                IsOver = true;
                _answers.Append("221 2.0.0 Bye\r\n");
                break;
            default:
                _answers.Append("500 5.5.2 What?\r\n");
                break;
        }
    }

    /// <summary>Whatever stands between the outermost brackets; without brackets whatever follows the colon.</summary>
    private static string PathOf(string line)
    {
        var start = line.IndexOf('<', StringComparison.Ordinal);
        var end = line.LastIndexOf('>');
        return start >= 0 && end > start ? line[(start + 1)..end] : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
