using System.Runtime.Versioning;
using Garita.Wall.Warden;

namespace Garita.Fuzz;

/// <summary>
/// Frames of a gateway that was taken over, or of a warden that was. Oracles: once decided, more octets change nothing; undecided ones are shorter than
/// the longest frame; what is read is within its bounds and, written again, is the same octets; allocation is bounded.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class WardenTarget : IFuzzTarget
{
    // A frame full of networks: a list that doubles, and an address each.
    private const long MaxAllocation = 512 * 1024;

    /// <inheritdoc/>
    public string Name => "warden";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Array.ConvertAll<string, byte[]>(
        [
            "0101000A0420C000020100000E10", "0101000A0418C000020000000E10", "01010016064020010DB8000000010000000000000000000000FF", "010200060420C0000201", "0103000400000002",
            "0104000A0420C000020100000E10", "01050000", "0106000102", "0107000101", "01080000", "01810009000000010000000001", "018200120F0200000001000000020000000300000004", "018300046E6F6E65",
        ], Convert.FromHexString),
    ];

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var whole = WardenReader.Read(input, out var message, out var consumed);
        OracleException.ThrowUnless(whole != FrameStatus.Incomplete || input.Length < WardenProtocol.MaxFrame, "a frame without end");
        OracleException.ThrowUnless((whole == FrameStatus.Message) == (message is not null) && (message is null ? consumed == 0 : consumed is >= WardenProtocol.HeadLength and <= WardenProtocol.MaxFrame), "a status that does not fit");
        for (var length = 0; length < Math.Min(input.Length, WardenProtocol.MaxFrame); length++)
        {
            var early = WardenReader.Read(input[..length], out _, out var taken);
            OracleException.ThrowUnless(early == FrameStatus.Incomplete || (early == whole && taken == consumed), "more octets change what was decided");
        }

        AllocationBound.Check(static octets => WardenReader.Read(octets, out _, out _), input, MaxAllocation);
        if (message is null)
            return;
        CheckBounds(message);
        Span<byte> again = stackalloc byte[WardenProtocol.MaxFrame];
        var written = WardenWriter.Write(again, message);
        OracleException.ThrowUnless(input[..consumed].SequenceEqual(again[..written]), "written again it is something else");
    }

    private static void CheckBounds(WardenMessage message)
    {
        var bans = message switch
        {
            BanCommand ban => ban.Bans,
            SnapshotPart part => part.Bans,
            _ => [],
        };
        OracleException.ThrowUnless(bans.Count <= WardenProtocol.MaxNetworks, "more networks than fit");
        foreach (var ban in bans)
            OracleException.ThrowUnless(ban.Left > TimeSpan.Zero && ban.Left <= WardenProtocol.Longest && ban.Network.Contains(ban.Network.BaseAddress), "a ban that is none");
        OracleException.ThrowUnless(message is not SnapshotBegin { Count: < 0 or > WardenProtocol.MaxSnapshot }, "a snapshot beyond its bound");
        OracleException.ThrowUnless(message is not RefusalAnswer refusal || !refusal.Text.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a text that is not safe");
    }
}
