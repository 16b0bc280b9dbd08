using System.Net;
using System.Text;
using CsCheck;
using Garita.Protocols.ProxyProtocol;
using Xunit;

namespace Garita.Protocols.Tests.ProxyProtocol;

public class ProxyHeaderTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Reads it with one octet more each time, as it comes; asserts that only the last octet decides.</summary>
    private static (ProxyStatus Status, ProxyHeader Header, int Consumed) ReadGrowing(byte[] input)
    {
        for (var length = 0; length <= input.Length; length++)
        {
            var status = ProxyHeaderReader.Read(input.AsSpan(0, length), out var header, out var consumed);
            if (status == ProxyStatus.Incomplete)
                continue;
            Assert.Equal(status, ProxyHeaderReader.Read(input, out var whole, out var all));
            Assert.Equal(consumed, all);
            if (status == ProxyStatus.Header)
                Assert.Equal(header, whole);
            return (status, header, consumed);
        }
        return (ProxyStatus.Incomplete, default, 0);
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\r\n", "192.0.2.1:1234", "198.51.100.2:25")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 0.0.0.0 1.2.3.4 0 1\r\n", "0.0.0.0:0", "1.2.3.4:1")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:DB8::2 1234 25\r\n", "[2001:db8::1]:1234", "[2001:db8::2]:25")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "[::ffff:192.0.2.1]:1", "[::1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN whatever it says 1 2 3 4 5\r\n", null, null)]
    public void Lines_are_read(string line, string? source, string? destination)
    {
        var (status, header, consumed) = ReadGrowing(Text(line + "EHLO x\r\n"));
        Assert.Equal((ProxyStatus.Header, line.Length), (status, consumed));
        Assert.Equal((source is null, source, destination), (header.IsLocal, header.Source?.ToString(), header.Destination?.ToString()));
    }

    [Theory]
    [InlineData("EHLO x\r\n")]
    [InlineData("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY TCP4 \r\n")]
    [InlineData("PROXY UNKNOW\r\n")]
    [InlineData("PROXY UNKNOWNx\r\n")]
    [InlineData("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1  2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n")]
    [InlineData("PROXY TCP4 1.2.3.4\t1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3. 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 16909060 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 0x1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 -2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 +2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 ::1/64 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1::2::3 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 ::12345 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 ::ffff:01.2.3.4 ::1 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rX")]
    [InlineData("PROXY UNKNOWN\n")]
    [InlineData("PROXY UNKNOWN \r\r\n")]
    [InlineData("\r\n\r\nEHLO")]
    public void Other_lines_are_malformed(string line) => Assert.Equal(ProxyStatus.Malformed, ReadGrowing(Text(line)).Status);

    [Fact]
    public void A_line_ends_within_107_octets()
    {
        var start = "PROXY UNKNOWN ";
        Assert.Equal(107, ReadGrowing(Text(start + new string('x', 91) + "\r\n")).Consumed);
        Assert.Equal(ProxyStatus.Malformed, ReadGrowing(Text(start + new string('x', 92) + "\r\n")).Status);
        Assert.Equal(ProxyStatus.Incomplete, ReadGrowing(Text(start + new string('x', 92))).Status);
        Assert.Equal(ProxyStatus.Malformed, ReadGrowing(Text(start + new string('x', 93))).Status);
    }

    [Theory]
    [InlineData("2111000C" + "C0000201C633640204D20019", "192.0.2.1:1234", "198.51.100.2:25")]
    [InlineData("21110010" + "C0000201C633640204D20019" + "04000141", "192.0.2.1:1234", "198.51.100.2:25")]
    [InlineData("2111000F" + "C0000201C633640204D20019" + "040000", "192.0.2.1:1234", "198.51.100.2:25")]
    [InlineData("21210024" + "20010DB8000000000000000000000001" + "20010DB8000000000000000000000002" + "04D20019", "[2001:db8::1]:1234", "[2001:db8::2]:25")]
    [InlineData("20000000", null, null)]
    [InlineData("2011000C" + "C0000201C633640204D20019", null, null)]
    [InlineData("20FF0002" + "ABCD", null, null)]
    [InlineData("21000000", null, null)]
    [InlineData("21000003" + "040000", null, null)]
    public void Binary_headers_are_read(string hex, string? source, string? destination)
    {
        var input = Convert.FromHexString(Signature + hex);
        var (status, header, consumed) = ReadGrowing([.. input, .. "EHLO x\r\n"u8]);
        Assert.Equal((ProxyStatus.Header, input.Length), (status, consumed));
        Assert.Equal((source is null, source, destination), (header.IsLocal, header.Source?.ToString(), header.Destination?.ToString()));
        for (var length = 0; length < input.Length; length++)
            Assert.Equal(ProxyStatus.Incomplete, ProxyHeaderReader.Read(input.AsSpan(0, length), out _, out _));
    }

    [Theory]
    [InlineData("11")]
    [InlineData("31")]
    [InlineData("22")]
    [InlineData("2F")]
    [InlineData("2112")]
    [InlineData("2122")]
    [InlineData("2132")]
    [InlineData("2101")]
    [InlineData("2110")]
    [InlineData("2141")]
    [InlineData("21110209")]
    [InlineData("2111FFFF")]
    [InlineData("2000FFFF")]
    [InlineData("21110300")]
    [InlineData("2111000B")]
    [InlineData("21210023")]
    [InlineData("213100D7")]
    [InlineData("2111000E" + "C0000201C633640204D20019" + "0400")]
    [InlineData("21110010" + "C0000201C633640204D20019" + "04000241")]
    public void Other_binary_headers_are_malformed(string hex) =>
        Assert.Equal(ProxyStatus.Malformed, ReadGrowing(Convert.FromHexString(Signature + hex)).Status);

    [Fact]
    public void A_unix_socket_is_local_and_the_longest_header_is_536_octets()
    {
        var unix = Convert.FromHexString(Signature + "213100D8").Concat(new byte[216]).ToArray();
        var (status, header, consumed) = ReadGrowing(unix);
        Assert.Equal((ProxyStatus.Header, true, unix.Length), (status, header.IsLocal, consumed));
        Assert.Equal(ProxyHeaderReader.MaxV2, ReadGrowing([.. Convert.FromHexString(Signature + "20000208"), .. new byte[520]]).Consumed);
    }

    [Theory]
    [InlineData("192.0.2.1", "198.51.100.2", "192.0.2.1", "198.51.100.2")]
    [InlineData("2001:db8::1", "::1", "2001:db8::1", "::1")]
    [InlineData("::ffff:192.0.2.1", "198.51.100.2", "192.0.2.1", "198.51.100.2")]
    [InlineData("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "2001:db8::1")]
    [InlineData("fe80::1%3", "fe80::2%3", "fe80::1", "fe80::2")]
    public void What_is_written_reads_back(string source, string destination, string readSource, string readDestination)
    {
        var from = new IPEndPoint(IPAddress.Parse(source), 65535);
        var at = new IPEndPoint(IPAddress.Parse(destination), 25);
        var to = new byte[ProxyHeaderReader.MaxV1];
        foreach (var length in (int[])[ProxyHeaderWriter.WriteV1(to, from, at), -1])
        {
            var written = length < 0 ? ProxyHeaderWriter.WriteV2(to, from, at) : length;
            var (status, header, consumed) = ReadGrowing(to[..written]);
            Assert.Equal((ProxyStatus.Header, written), (status, consumed));
            Assert.Equal(new IPEndPoint(IPAddress.Parse(readSource), 65535), header.Source);
            Assert.Equal(new IPEndPoint(IPAddress.Parse(readDestination), 25), header.Destination);
            Assert.Throws<ArgumentException>(() => length < 0 ? ProxyHeaderWriter.WriteV2(new byte[10], from, at) : ProxyHeaderWriter.WriteV1(new byte[10], from, at));
        }
    }

    [Fact]
    public void Any_octets_are_judged_the_same_however_they_come() =>
        Gen.Byte.Array[0, 40].Sample(tail => ReadGrowing([.. Convert.FromHexString(Signature + "21"), .. tail]), iter: 3_000);
}
