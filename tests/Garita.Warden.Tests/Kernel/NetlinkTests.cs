using System.Net;
using Garita.Warden.Bans;
using Garita.Warden.Kernel;
using Xunit;

namespace Garita.Warden.Tests.Kernel;

/// <summary>Messages of the kernel, and what its number of changes tells.</summary>
public sealed class NetlinkTests
{
    [Fact]
    public void The_generation_is_asked_for_and_read()
    {
        Assert.Equal("14000000100A01000700000000000000" + "00000000", Convert.ToHexString(NetlinkText.AskGeneration(7)));
        var answer = Message(0x0A0F, 0, 7, Attribute(1, [0, 0, 1, 2]));
        Assert.Equal(258u, NetlinkText.Generation(answer, 7));
        Assert.Null(NetlinkText.Generation(answer, 8));
        for (var cut = 0; cut < answer.Length; cut++)
            Assert.Null(NetlinkText.Generation(answer.AsSpan(0, cut), 7));
    }

    [Fact]
    public void Elements_are_read_to_the_end_of_the_dump()
    {
        byte[] octets = [.. Message(0x0A0C, 2, 9, Attribute(1, "garita\0"u8.ToArray()), Attribute(3, Element([192, 0, 2, 1]), Element([192, 0, 2, 2]))), .. Message(0x0A0C, 2, 9, Attribute(3, Element([192, 0, 2, 3])))];
        var (answer, found) = Read(octets, 0);
        Assert.Equal((NetlinkAnswer.More, "192.0.2.1/32 192.0.2.2/32 192.0.2.3/32"), (answer, found));
        Assert.Equal((NetlinkAnswer.End, ""), Read([20, 0, 0, 0, 3, 0, 2, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0));
        Assert.Equal(NetlinkAnswer.More, Read(Message(0x0A0C, 2, 9, Attribute(3, Element([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))), 3).Answer);
    }

    [Theory]
    [InlineData(0x0A0C, 0x12, 9u)]
    [InlineData(0x0A0C, 2, 8u)]
    [InlineData(2, 0, 9u)]
    [InlineData(0x0A00, 2, 9u)]
    public void What_was_disturbed_or_not_asked_for_is_no_reading(int kind, int flags, uint sequence) =>
        Assert.Equal(NetlinkAnswer.Broken, Read(Message(kind, flags, sequence, Attribute(3, Element([192, 0, 2, 1]))), 0).Answer);

    [Fact]
    public void Keys_of_another_family_and_cut_messages_are_no_reading()
    {
        var good = Message(0x0A0C, 2, 9, Attribute(3, Element([192, 0, 2, 1])));
        Assert.Equal(NetlinkAnswer.Broken, Read(good, 2).Answer);
        for (var cut = 1; cut < good.Length; cut++)
            Assert.Equal(NetlinkAnswer.Broken, Read(good[..cut], 0).Answer);
    }

    [Fact]
    public void One_change_of_ours_is_one_generation_and_any_other_is_somebody_else_s()
    {
        var (nft, netlink) = (new CountingNft(), new FakeNetlink());
        nft.Ran = () => netlink.Number++;
        var kernel = new NftKernel(nft, 1000, netlink);
        Assert.True(kernel.WasTouched());
        Assert.False(kernel.WasTouched());
        ElementChange[] ban = [new ElementChange(Prefix.Of(IPNetwork.Parse("192.0.2.1/32")), 5000)];
        // 1. Ours, in one transaction and in several.
        kernel.Change(ban, now: 0);
        kernel.Load(Enumerable.Range(0, 12_000).Select(i => new ElementChange(new Prefix((UInt128)i, 32, IsV4: true), 5000)), now: 0);
        Assert.False(kernel.WasTouched());
        // 2. Somebody between two looks, before one of ours, and within it.
        netlink.Number++;
        Assert.True(kernel.WasTouched());
        netlink.Number++;
        kernel.Change(ban, now: 0);
        Assert.True(kernel.WasTouched());
        nft.Ran = () => netlink.Number += 2;
        kernel.Change(ban, now: 0);
        Assert.True(kernel.WasTouched());
        Assert.False(kernel.WasTouched());
        // 3. Nobody tells.
        netlink.Number = null;
        Assert.Null(kernel.WasTouched());
        netlink.Number = 9;
        Assert.True(kernel.WasTouched());
    }

    private static (NetlinkAnswer Answer, string Found) Read(byte[] octets, int set)
    {
        var found = new List<string>();
        var answer = NetlinkText.Elements(octets, 9, set, element => found.Add(element.ToString()));
        return (answer, string.Join(' ', found));
    }

    private static byte[] Element(byte[] key) => Attribute(1, Attribute(1, Attribute(1, key)), Attribute(5, new byte[8]));

    private static byte[] Attribute(int kind, params byte[][] parts)
    {
        byte[] value = [.. parts.SelectMany(static part => part)];
        return [(byte)(4 + value.Length), (byte)((4 + value.Length) >> 8), (byte)kind, (byte)(parts.Length > 1 ? 0x80 : 0), .. value, .. new byte[(4 - (value.Length & 3)) & 3]];
    }

    private static byte[] Message(int kind, int flags, uint sequence, params byte[][] attributes)
    {
        byte[] rest = [1, 0, 0, 0, .. attributes.SelectMany(static part => part)];
        return [(byte)(16 + rest.Length), (byte)((16 + rest.Length) >> 8), 0, 0, (byte)kind, (byte)(kind >> 8), (byte)flags, 0, (byte)sequence, 0, 0, 0, 0, 0, 0, 0, .. rest];
    }

    private sealed class FakeNetlink : INetlink
    {
        public uint? Number { get; set; } = 1;

        public uint? Generation() => Number;

        public bool ReadElements(Action<Prefix> take) => false;
    }

    private sealed class CountingNft : INft
    {
        public Action Ran { get; set; } = static () => { };

        public bool IsLibrary => true;

        public string? Run(string commands, out string output)
        {
            output = "";
            Ran();
            return null;
        }
    }
}
