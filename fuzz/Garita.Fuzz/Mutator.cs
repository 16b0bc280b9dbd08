using System.Text;

namespace Garita.Fuzz;

/// <summary>Makes new inputs of the seeds: octets changed, pieces cut, doubled, moved in from other seeds, and words of the protocols put in.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, int seed)
{
    private const int MaxLength = 4096;

    private static readonly byte[][] Words = Array.ConvertAll<string, byte[]>(
    [
        "\r\n", "\n", "\r", "\0", ".", "\r\n.\r\n", "<", ">", "@", "\"", "\\", "[", "]", ":", "::", ";", ",", "=", "+00", "+0D", "(", ")", " ", "\t",
        "MAIL FROM:", "RCPT TO:", " SIZE=18446744073709551616", " SMTPUTF8", " ENVID=", " ORCPT=utf-8;\\x{10FFFF}", " ORCPT=rfc822;", " AUTH=<>",
        "[IPv6:", "255.255.255.256", "xn--", "ü", "例え", "\u3002", "\u0085", "\u007F", "250-", "PROXY TCP6 ",
    ], Encoding.UTF8.GetBytes);

    private readonly Random _random = new(seed);
    private readonly List<byte> _input = [];

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        _input.Clear();
        _input.AddRange(Any(seeds));
        for (var changes = _random.Next(5); changes >= 0; changes--)
            Change();
        if (_input.Count > MaxLength)
            _input.RemoveRange(MaxLength, _input.Count - MaxLength);
        return [.. _input];
    }

    private void Change()
    {
        var at = _random.Next(_input.Count + 1);
        var length = _random.Next(Math.Min(_input.Count - at, 32) + 1);
        switch (_random.Next(8))
        {
            case 0 when at < _input.Count:
                _input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < _input.Count:
                _input[at] = (byte)_random.Next(256);
                break;
            case 2:
                _input.RemoveRange(at, length);
                break;
            case 3:
                _input.InsertRange(at, _input.GetRange(at, length));
                break;
            case 4:
                var other = Any(seeds);
                var from = _random.Next(other.Length + 1);
                _input.InsertRange(at, other[from..]);
                break;
            case 5:
                _input.InsertRange(at, Enumerable.Repeat((byte)_random.Next(256), 1 << _random.Next(10)));
                break;
            case 6:
                _input.RemoveRange(at, _input.Count - at);
                break;
            default:
                _input.InsertRange(at, Any(Words));
                break;
        }
    }

    private byte[] Any(IReadOnlyList<byte[]> list) => list.Count == 0 ? [] : list[_random.Next(list.Count)];
}
