using System.Text;
using Garita.Gateway.Recipients;
using Xunit;

namespace Garita.Gateway.Tests.Recipients;

public sealed class AddressHashTests
{
    // As another implementation has it: CPython hashes bytes with SipHash-1-3, and with PYTHONHASHSEED=0 its key is 0.
    [Theory]
    [InlineData("a", 0x407448d2b89b1813)]
    [InlineData("anna@example.com", 0x8f1635b67b3930ef)]
    [InlineData("firstname.lastname12345@example.com", 0x8ccc71c319ef8353)]
    public void It_is_SipHash_1_3(string text, ulong expected) => Assert.Equal(expected, AddressHash.Of(Encoding.ASCII.GetBytes(text), 0, 0));

    [Fact]
    public void Every_octet_and_the_length_count()
    {
        var hashes = new HashSet<ulong>();
        for (var length = 0; length < 40; length++)
        {
            Assert.True(hashes.Add(AddressHash.Of(new byte[length])));
            for (var i = 0; i < length; i++)
            {
                var octets = new byte[length];
                octets[i] = 1;
                Assert.True(hashes.Add(AddressHash.Of(octets)));
            }
        }
    }
}
