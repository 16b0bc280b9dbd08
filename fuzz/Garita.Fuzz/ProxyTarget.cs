using System.Text;
using Garita.Protocols.ProxyProtocol;

namespace Garita.Fuzz;

/// <summary>
/// The first octets of a proxied connection. Oracles: once decided, more octets change nothing; undecided ones are fewer than the
/// longest header; what is written of the endpoints reads back in both versions; allocation is bounded.
/// </summary>
public sealed class ProxyTarget : IFuzzTarget
{
    private const long MaxAllocation = 16 * 1024;

    /// <inheritdoc/>
    public string Name => "proxy";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Array.ConvertAll<string, byte[]>(
        [
            "PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\r\nEHLO", "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1234 25\r\n", "PROXY UNKNOWN a b\r\n",
        ], Encoding.ASCII.GetBytes),
        Convert.FromHexString("0D0A0D0A000D0A515549540A" + "21110010" + "C0000201C633640204D20019" + "04000141"),
        Convert.FromHexString("0D0A0D0A000D0A515549540A" + "21210024" + "20010DB8000000000000000000000001" + "20010DB8000000000000000000000002" + "04D20019"),
        Convert.FromHexString("0D0A0D0A000D0A515549540A" + "20000000"),
    ];

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var whole = ProxyHeaderReader.Read(input, out var header, out var consumed);
        OracleException.ThrowUnless(whole != ProxyStatus.Incomplete || input.Length < ProxyHeaderReader.MaxV2, "a header without end");
        for (var length = 0; length < Math.Min(input.Length, ProxyHeaderReader.MaxV2); length++)
        {
            var status = ProxyHeaderReader.Read(input[..length], out var early, out var taken);
            OracleException.ThrowUnless(
                status == ProxyStatus.Incomplete || (status == whole && (status == ProxyStatus.Malformed || (early == header && taken == consumed))),
                "more octets change what was decided");
        }
        AllocationBound.Check(octets => ProxyHeaderReader.Read(octets, out _, out _), input, MaxAllocation);
        if (whole != ProxyStatus.Header)
            return;
        OracleException.ThrowUnless(consumed <= input.Length && header.IsLocal == (header.Source is null), "a header that does not fit itself");
        if (!header.IsLocal)
            CheckWritten(header);
    }

    private static void CheckWritten(ProxyHeader header)
    {
        Span<byte> octets = stackalloc byte[ProxyHeaderReader.MaxV1];
        var length = ProxyHeaderWriter.WriteV1(octets, header.Source!, header.Destination!);
        OracleException.ThrowUnless(ReadsBack(octets[..length], header), "version 1 does not read back");
        length = ProxyHeaderWriter.WriteV2(octets, header.Source!, header.Destination!);
        OracleException.ThrowUnless(ReadsBack(octets[..length], header), "version 2 does not read back");
    }

    private static bool ReadsBack(ReadOnlySpan<byte> octets, ProxyHeader header) =>
        ProxyHeaderReader.Read(octets, out var again, out var consumed) == ProxyStatus.Header
        && consumed == octets.Length
        && again.Source!.Port == header.Source!.Port && again.Destination!.Port == header.Destination!.Port
        && again.Source.Address.MapToIPv6().Equals(header.Source.Address.MapToIPv6())
        && again.Destination.Address.MapToIPv6().Equals(header.Destination.Address.MapToIPv6());
}
