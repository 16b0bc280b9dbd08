using System.Net;
using CsCheck;
using Garita.Wall.Warden;
using Xunit;

namespace Garita.Warden.Tests.Protocol;

/// <summary>Frames: what is written reads back, however it is cut; what is hostile ends at once.</summary>
public sealed class WardenProtocolTests
{
    private static readonly WardenBan[] SomeBans =
    [
        new(IPNetwork.Parse("192.0.2.1/32"), TimeSpan.FromSeconds(1)), new(IPNetwork.Parse("198.51.100.0/24"), TimeSpan.FromDays(7)),
        new(IPNetwork.Parse("2001:db8:1:2::/64"), TimeSpan.FromDays(400)), new(IPNetwork.Parse("2001:db8::/48"), TimeSpan.FromMinutes(5)), new(IPNetwork.Parse("0.0.0.0/0"), TimeSpan.FromSeconds(9)),
    ];

    private static readonly WardenMessage[] Messages =
    [
        new BanCommand(SomeBans), new UnbanCommand([.. SomeBans.Select(static ban => ban.Network)]), new SnapshotBegin(WardenProtocol.MaxSnapshot), new SnapshotBegin(0),
        new SnapshotPart(SomeBans), new SnapshotEnd(), new FloodCommand(FloodMode.Auto), new FloodCommand(FloodMode.Off), new WishCommand(true), new WishCommand(false), new StatusCommand(),
        new DoneAnswer(3, 4, true), new RefusalAnswer("only root"),
        new WardenState { HasTable = true, InKernel = true, Networks = 1, Elements = 2, Refused = 3, HalfOpen = 4, Flood = FloodMode.On, IsFlooding = true, UsesLibrary = true, Mended = 5, MendedAgo = TimeSpan.FromSeconds(61), Problem = "none" },
        new WardenState { Problem = "" },
    ];

    [Fact]
    public void What_is_written_reads_back_cut_at_every_octet()
    {
        foreach (var message in Messages)
        {
            var frame = Frame(message);
            for (var length = 0; length < frame.Length; length++)
            {
                Assert.Equal(FrameStatus.Incomplete, WardenReader.Read(frame.AsSpan(0, length), out var early, out var taken));
                Assert.Null(early);
                Assert.Equal(0, taken);
            }

            // With the next frame behind it.
            Assert.Equal(FrameStatus.Message, WardenReader.Read([.. frame, 0xFF], out var whole, out var consumed));
            Assert.Equal(frame.Length, consumed);
            Assert.Equal(frame, Frame(whole!));
            Assert.Equal(message.GetType(), whole!.GetType());
        }
    }

    [Fact]
    public void Full_frames_of_either_family_fit()
    {
        foreach (var network in (string[])["192.0.2.1/32", "2001:db8::/64"])
        {
            var frame = Frame(new BanCommand([.. Enumerable.Repeat(new WardenBan(IPNetwork.Parse(network), TimeSpan.FromHours(1)), WardenProtocol.MaxNetworks)]));
            Assert.Equal(FrameStatus.Message, WardenReader.Read(frame, out var message, out _));
            Assert.Equal(WardenProtocol.MaxNetworks, Assert.IsType<BanCommand>(message).Bans.Count);
        }
    }

    [Theory]
    [InlineData("00", "another version")]
    [InlineData("0200000000", "another version")]
    [InlineData("0109", "a kind that is none")]
    [InlineData("0100", "a kind that is none")]
    [InlineData("0180", "a kind that is none")]
    [InlineData("0101FF", "a length that is not allowed, seen in its first octet")]
    [InlineData("01014001", "a length that is not allowed")]
    [InlineData("01010000", "no ban")]
    [InlineData("0101000A0520C000020100000001", "a family that is none")]
    [InlineData("0101000A0421C000020100000001", "a prefix that is too long")]
    [InlineData("0101000A0418C000020100000001", "bits behind the prefix")]
    [InlineData("0101000A0400C000020100000001", "bits behind the prefix")]
    [InlineData("0101000A0420C000020100000000", "no time")]
    [InlineData("0101000A0420C0000201020F5801", "more than 400 days")]
    [InlineData("0101000A0420C0000201FFFFFFFF", "more than 400 days")]
    [InlineData("010100090420C0000201000000", "a ban that is cut")]
    [InlineData("0101000B0420C00002010000000104", "octets behind the last")]
    [InlineData("01020012068000000000000000000000FFFFC0000201", "IPv4 in IPv6 clothes")]
    [InlineData("0103000400030D41", "a snapshot that is too large")]
    [InlineData("010300030000FF", "a number that is cut")]
    [InlineData("0105000100", "something behind the end")]
    [InlineData("0106000103", "a mode that is none")]
    [InlineData("0107000102", "a wish that is none")]
    [InlineData("0108000100", "a question with something in it")]
    [InlineData("0183000107", "a text with a control character")]
    public void Hostile_frames_are_malformed(string hex, string why)
    {
        Assert.True(WardenReader.Read(Convert.FromHexString(hex), out var message, out var consumed) == FrameStatus.Malformed, why);
        Assert.Null(message);
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void The_neighbours_of_hostile_frames_are_good()
    {
        // So that the ones above are refused for what they say.
        foreach (var hex in (string[])["0101000A0420C000020100000001", "0101000A0418C000020000000001", "0101000A0420C0000201020F5800", "0103000400030D40", "0106000102", "0107000101", "01080000"])
            Assert.Equal(FrameStatus.Message, WardenReader.Read(Convert.FromHexString(hex), out _, out _));
    }

    [Fact]
    public void Once_decided_more_octets_change_nothing() =>
        Gen.Byte.Array[0, 40].Select(Gen.Int[0, Messages.Length - 1], Gen.Int[0, 60]).Sample((noise, which, at) =>
        {
            var frame = Frame(Messages[which]);
            for (var i = 0; i < noise.Length && noise.Length < 4; i++)
                frame[(at + (i * 7)) % frame.Length] ^= noise[i];
            byte[] stream = noise.Length < 4 ? [.. frame, .. noise] : noise;
            var whole = WardenReader.Read(stream, out _, out var consumed);
            for (var length = 0; length < stream.Length; length++)
            {
                var early = WardenReader.Read(stream.AsSpan(0, length), out _, out var taken);
                if (early != FrameStatus.Incomplete && (early != whole || taken != consumed))
                    return false;
            }

            return true;
        });

    [Fact]
    public void Times_are_rounded_up_and_bounded()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), Again(TimeSpan.FromSeconds(1.2)));
        Assert.Equal(TimeSpan.FromSeconds(1), Again(TimeSpan.FromSeconds(-5)));
        Assert.Equal(WardenProtocol.Longest, Again(TimeSpan.FromDays(4000)));

        static TimeSpan Again(TimeSpan left)
        {
            WardenReader.Read(Frame(new BanCommand([new WardenBan(IPNetwork.Parse("192.0.2.1/32"), left)])), out var message, out _);
            return Assert.Single(Assert.IsType<BanCommand>(message).Bans).Left;
        }
    }

    [Fact]
    public void Texts_are_made_safe_and_cut()
    {
        WardenReader.Read(Frame(new RefusalAnswer("a\r\nb" + new string('é', 1000))), out var message, out _);
        var text = Assert.IsType<RefusalAnswer>(message).Text;
        Assert.StartsWith("a??b??", text, StringComparison.Ordinal);
        Assert.Equal(400, text.Length);
    }

    private static byte[] Frame(WardenMessage message)
    {
        var octets = new byte[WardenProtocol.MaxFrame];
        return octets[..WardenWriter.Write(octets, message)];
    }
}
